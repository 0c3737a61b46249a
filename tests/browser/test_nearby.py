"""What comes near the screen is told, also where the browser skips what is far away."""

from pathlib import Path

import pytest

from browser.page import ORIGIN

NEARBY = (Path(__file__).resolve().parents[2] / "js" / "src" / "shared" / "nearby.js").read_text("utf-8")
SKIPPED = "content-visibility: auto; contain-intrinsic-size: auto 400px; height: 400px;"
PAGES = {
    "a card": ("", SKIPPED),
    "a tile in a cell that is skipped": (SKIPPED, ""),
    "a card in a cell that is skipped": (SKIPPED, SKIPPED),
    "neither": ("", "height: 400px"),
}
BUILD = """([cell, element]) => new Promise((done) => {
  document.body.innerHTML = '<div style="height: 9000px"></div><div id="cell"><div id="near"><b>x</b></div></div>'
    + '<div style="height: 9000px"></div>';
  document.getElementById('cell').style.cssText = cell;
  const near = document.getElementById('near');
  near.style.cssText = element;
  window.told = [];
  window.controller = new AbortController();
  window.nearby(window.controller.signal)(near, (isNear) => window.told.push(isNear));
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
})"""
SCROLL = "(top) => new Promise((done) => { window.scrollTo(0, top); setTimeout(done, 150); })"


@pytest.mark.parametrize("kind", PAGES)
def test_it_is_told_when_it_comes_and_when_it_leaves(page, kind):
    module = NEARBY.replace("export function nearby", "window.nearby = function nearby")
    body = f"<!doctype html><body><script type=module>{module}</script>"
    page.route(ORIGIN, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(ORIGIN)
    page.wait_for_function("() => window.nearby")
    page.evaluate(BUILD, list(PAGES[kind]))
    assert True not in page.evaluate("() => window.told")
    for top, is_near in ((8900, True), (0, False), (8900, True), (18000, False)):
        page.evaluate(SCROLL, top)
        page.wait_for_function("(expected) => window.told.at(-1) === expected", arg=is_near)
    page.evaluate("() => { window.controller.abort(); window.scrollTo(0, 0); document.body.innerHTML = ''; }")
