"""The pages that people read, and the blocks of code in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code in a page."""

    page: Path
    line: int
    """Of its first line, within the page."""
    language: str
    code: str

    @property
    def where(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def all_text() -> str:
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def blocks(*languages: str, page: Path | None = None) -> list[Block]:
    """The blocks of a page, or of all, in these languages, or in any."""
    found = [block for each in (PAGES if page is None else [page]) for block in _blocks_of(each)]
    return [block for block in found if not languages or block.language in languages]


def _blocks_of(page: Path) -> Iterator[Block]:
    source = page.read_text("utf-8")
    for match in _FENCE.finditer(source):
        line = source.count("\n", 0, match.start(2)) + 1
        yield Block(page, line, match[1], match[2])


def block_with(words: str, *languages: str) -> Block:
    """The one block of all pages with these words."""
    [found] = [block for block in blocks(*languages) if words in block.code]
    return found
