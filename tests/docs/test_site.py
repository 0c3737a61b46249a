"""The site is built strictly: what leads nowhere fails. (The site itself is a check of scripts/test.py.)"""

import re
import shutil
import subprocess
import sys

import pytest

from docs.pages import ROOT

PAGE = """# A page with faults

[a page that there is not](missing.md), [a heading that there is not](../README.md#missing),
`ww.Missing`, `AsyncClient.missing` and ![a picture that there is not](missing.png)

```{eval-rst}
.. autofunction:: faulty.function
.. autofunction:: faulty.missing
```
"""
MODULE = '''
def function():
    """Does as `MissingName` says."""
'''
FAULTS = [
    r"docs/page\.md:3: .*missing\.md",
    r"docs/page\.md:3: .*'missing'",
    r"docs/page\.md:3: .*wan_widgets\.Missing ",
    r"docs/page\.md:3: .*wan_widgets\.AsyncClient\.missing ",
    r"docs/page\.md:3: .*missing\.png",
    r"faulty\.py.*MissingName",
    r"failed to import '?missing'? from .*faulty",
]


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "docs").mkdir()
    for name in ("conf.py", "names.py"):
        shutil.copy(ROOT / "docs" / name, folder / "docs")
    (folder / "docs" / "faulty.py").write_text(MODULE)
    (folder / "docs" / "page.md").write_text(PAGE)
    (folder / "README.md").write_text("# Home\n\n[A page](docs/page.md)\n")
    command = [sys.executable, ROOT / "scripts" / "documentation.py", folder, folder / "site"]
    return folder / "site", subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_fails(build, fault):
    _, done = build
    assert done.returncode != 0
    assert re.search(fault, done.stderr), done.stderr


def test_nothing_is_loaded_from_other_servers(build):
    site, _ = build
    pages = list(site.rglob("*.html"))
    assert pages
    for page in [*pages, *site.rglob("*.css")]:
        text = page.read_text("utf-8")
        assert not re.findall(r"<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]*", text), page
        assert not re.findall(r"(?:url\(|@import)[\"' ]*(?:https?:)?//", text), page
