"""The README is what a newcomer needs, and no more."""

import re

import wan_widgets as ww
from docs.pages import README, ROOT, blocks, text

TEXT = README.read_text("utf-8")
ROW = re.compile(r"^\| `\"([\w-]+)\"` \|(.*)\|$", re.MULTILINE)


def test_it_is_read_in_a_few_minutes():
    assert len(TEXT) < 7000


def test_the_first_commands_are_those_of_the_checkout():
    commands = [block.code for block in blocks("shell", page=README)]
    assert commands == ["python3 scripts/lab.py\n", "python3 scripts/test.py\n", "pip install .\n"]


def test_it_leads_to_every_page():
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert pages <= set(re.findall(r"\]\(([^)]+)\)", TEXT))


def test_it_shows_the_studio_in_light_and_dark():
    pictures = re.findall(r"(?:src|srcset)=\"([^\"]+)\"", TEXT)
    assert pictures == ["docs/studio-dark.png", "docs/studio-light.png"]
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_its_table_of_services_is_the_packages():
    rows = dict(ROW.findall(TEXT))
    assert list(rows) == list(ww.providers.PROVIDERS)
    for provider in ww.providers.PROVIDERS.values():
        _, models, key = map(str.strip, rows[provider.name].split("|"))
        if provider.is_simulated:
            assert (models, key) == ("as ToAPIs", "none")
            assert provider.models == ww.providers.PROVIDERS["toapis"].models
        elif provider.needs_key:
            assert tuple(re.findall(r"`([^`]+)`", models)) == provider.models
            assert key == f"`{provider.key_variables[0]}`"
        else:
            assert {model[:6] for model in provider.models} == {"wan2.1", "wan2.2"}
            assert (models, key) == ("open-weight Wan 2.1 and 2.2", "none, or `WAN_API_KEY`")


def test_the_page_about_services_has_the_same_table():
    assert ROW.findall(text("docs/services.md")) == ROW.findall(TEXT)
