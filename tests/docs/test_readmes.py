"""The README is the same in each language: what is no prose is in all of them, and in the same place."""

import re

import pytest

from docs.pages import ROOT, blocks, text

LANGUAGES = {"README.md": "English", "README.zh.md": "中文", "README.ru.md": "Русский"}
TRANSLATIONS = [page for page in LANGUAGES if page != "README.md"]
LINK = re.compile(r"\]\(([^)]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)


def prose(page: str) -> str:
    """Without blocks of code, and without the line that leads to the other languages."""
    return re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE).replace(line_of_languages(page), "")


def line_of_languages(page: str) -> str:
    return " · ".join(name if each == page else f"[{name}]({each})" for each, name in LANGUAGES.items())


def sections(page: str) -> list[str]:
    return re.split(r"^(?=#+ )", prose(page), flags=re.MULTILINE)


def heading_levels(page: str) -> list[int]:
    return [part.count("#", 0, part.find(" ")) for part in sections(page)]


def links_of_sections(page: str) -> list[list[str]]:
    """Sorted, because languages order words differently."""
    return [sorted(link or source for link, source in LINK.findall(part)) for part in sections(page)]


def codes_of_sections(page: str) -> list[list[str]]:
    return [sorted(CODE.findall(part)) for part in sections(page)]


def widths_of_tables(page: str) -> list[list[int]]:
    return [[row.count("|") for row in table.splitlines()] for table in TABLE.findall(prose(page))]


@pytest.mark.parametrize("page", LANGUAGES)
def test_it_leads_to_the_other_languages(page):
    assert text(page).splitlines()[2] == line_of_languages(page)


def test_every_language_has_one():
    assert {path.name for path in ROOT.glob("README*.md")} == set(LANGUAGES)


@pytest.mark.parametrize("page", TRANSLATIONS)
def test_its_blocks_of_code_are_the_same(page):
    assert [(block.language, block.code) for block in blocks(page=ROOT / page)] == [
        (block.language, block.code) for block in blocks(page=ROOT / "README.md")
    ]


@pytest.mark.parametrize("page", TRANSLATIONS)
@pytest.mark.parametrize("part", [heading_levels, links_of_sections, codes_of_sections, widths_of_tables])
def test_its_structure_is_the_same(page, part):
    assert part("README.md")
    assert part(page) == part("README.md")
