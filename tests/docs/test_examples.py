"""Every block of Python in the pages runs as it stands, each page from top to bottom as its reader would type it.

What answers is the simulator, through its own protocols; what a service charges for is charged by nobody.
"""

import ast
import asyncio
import inspect

import pytest

from docs.pages import PAGES, Block, blocks, name

CANNOT_RUN = {
    "ww.enable_nested_asyncio()": "it patches asyncio for the whole process; tests/client/test_worker.py runs it apart"
}
"""By words of the block: why it cannot run here."""
SAYS = {
    "docs/errors.md": "the simulator was asked to fail",
    "docs/files.md": "no clips of 7 s",
    "docs/money.md": "3 CNY",
    "docs/resuming.md": "it was not sent again",
    "docs/scripts.md": "completed 100",
}
"""What a page's examples print, where they are about that."""


def runnable(page) -> list[Block]:
    return [block for block in blocks("python", page=page) if not any(words in block.code for words in CANNOT_RUN)]


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=name)
def test_a_page_runs_from_top_to_bottom(page, reader, capsys):
    asyncio.run(typed(runnable(page)))
    assert SAYS.get(name(page), "") in capsys.readouterr().out


async def typed(cells: list[Block]) -> None:
    """Run blocks as cells of one notebook; a traceback shows the line of the page."""
    space = {"__name__": "__main__"}
    for cell in cells:
        source = "\n" * (cell.line - 1) + cell.code
        code = compile(source, str(cell.page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, space)
        if inspect.isawaitable(result):
            await result


@pytest.mark.parametrize("words", CANNOT_RUN)
def test_what_cannot_run_is_one_block(words):
    assert len([block for block in blocks("python") if words in block.code]) == 1


def test_no_code_hides_in_another_form():
    """A language that nobody checks, or a block without one. Of nginx there is one block, which was tried by hand.

    The JSON is the schema of recipes, which tests/files/test_recipes.py compares.
    """
    assert {block.language for block in blocks()} == {"python", "shell", "toml", "nginx", "json", "{eval-rst}"}
    assert len(blocks("json")) == 1
    assert len(blocks("nginx")) == 1
    assert not [line for page in PAGES for line in page.read_text("utf-8").splitlines() if line.startswith("~~~")]
