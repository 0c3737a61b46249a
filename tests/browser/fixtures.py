"""One browser, one JupyterLab and one page for widgets without Jupyter, for the whole session."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser.lab import Lab
from browser.page import CLIPBOARD, BlankPage
from browser.server import LabServer
from browsers import find_browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE = 40_000
"""Milliseconds until what is expected must be seen. Where many tests share few cores, five seconds are too short."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.fail("No Chromium starts here. Name one in WAN_TEST_BROWSER, or run: playwright install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = LabServer(tmp_path_factory.mktemp("lab"))
    try:
        context = browser.new_context()
        context.grant_permissions(CLIPBOARD)
        lab = Lab(server, context)
        yield lab
        lab.close()
        context.close()
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _close_notebooks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Closes what a test opened, and leaves open what a fixture of its module shares."""
    if "lab" not in request.fixturenames:
        yield
        return
    lab: Lab = request.getfixturevalue("lab")
    shared = list(lab.notebooks)
    yield
    for notebook in lab.notebooks:
        if notebook not in shared:
            notebook.close()
    lab.notebooks = shared


@pytest.fixture(scope="session")
def blank(browser: Browser) -> Iterator[BlankPage]:
    blank = BlankPage(browser)
    yield blank
    blank.close()


@pytest.fixture
def page(blank: BlankPage) -> Iterator[Page]:
    """An empty page for one widget without Jupyter."""
    yield blank.opened()
    blank.clean()
