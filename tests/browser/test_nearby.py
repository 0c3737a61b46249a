"""What comes near the screen is told, whichever part of the page scrolls, and what is around that part."""

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
  const node = document.getElementById('cell');
  node.style.cssText = cell;
  const near = document.getElementById('near');
  near.style.cssText = element;
  window.told = [];
  window.controller = new AbortController();
  const { signal } = window.controller;
  window.nearby(node, signal).near(near, (isNear) => window.told.push(isNear), signal);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
})"""
SCROLL = "(top) => new Promise((done) => { window.scrollTo(0, top); setTimeout(done, 150); })"

FRAME = "height: 500px; contain: strict; overflow: hidden"  # A front end puts a notebook into such a frame.
PANE = "height: 500px; overflow: auto"
PANES = {
    "the page": ["", "", ""],
    "a pane": ["", "", PANE],
    "a pane in a frame": [FRAME, PANE, ""],
    "a pane in a frame in a pane": [PANE, "overflow: clip", PANE],
    "the outer of two panes, as long as the inner one is as high as the list": [FRAME, PANE, "overflow: auto"],
}
LIST = """(styles) => {
  document.body.innerHTML = '<div id="a"><div id="b"><div id="c"><div id="list"></div></div></div></div>';
  ['a', 'b', 'c'].forEach((id, at) => { document.getElementById(id).style.cssText = styles[at]; });
  const list = document.getElementById('list');
  window.controller = new AbortController();
  window.near = new Set();
  const { near, order } = window.nearby(list, window.controller.signal);
  window.order = () => order([...list.children]);
  window.put = (number, place) => {
    const element = document.createElement('p');
    element.style.cssText = 'height: 300px; margin: 0';
    element.textContent = number;
    const gone = new AbortController();
    near(element, (isNear) => window.near[isNear ? 'add' : 'delete'](number), gone.signal);
    element.addEventListener('dismiss', () => gone.abort());
    list.insertBefore(element, place);
  };
  for (let number = 0; number < 100; number += 1) window.put(number, null);
  window.order();
}"""
MOVE = """(top) => {
  const list = document.getElementById('list');
  let pane = list;
  while (pane && pane.scrollHeight <= pane.clientHeight + 1) pane = pane.parentElement;
  while (pane && !/auto|scroll/.test(getComputedStyle(pane).overflowY)) pane = pane.parentElement;
  (pane ?? window).scrollTo(0, top);
}"""
# What stands in the window, and in the highest of the frames around it, is on the screen.
KNOWN = """() => {
  const frames = [...document.querySelectorAll('#a, #b, #c')].filter((each) => each.style.cssText);
  const bottom = Math.min(innerHeight, ...frames.map((each) => each.getBoundingClientRect().bottom));
  const places = [...document.querySelectorAll('#list > *')].map((each) => [each, each.getBoundingClientRect()]);
  const inside = (margin) => places.filter(([, box]) => box.bottom > -margin && box.top < bottom + margin);
  const isNear = ([each]) => window.near.has(Number(each.textContent));
  return inside(500).every(isNear) && window.near.size <= inside(700).length;
}"""


@pytest.fixture
def watched(page):
    """A page that has `nearby`."""
    module = NEARBY.replace("export function nearby", "window.nearby = function nearby")
    body = f"<!doctype html><body><script type=module>{module}</script>"
    page.route(ORIGIN, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(ORIGIN)
    page.wait_for_function("() => window.nearby")
    yield page
    page.evaluate("() => { window.controller.abort(); window.scrollTo(0, 0); document.body.innerHTML = ''; }")


@pytest.mark.parametrize("kind", PAGES)
def test_it_is_told_when_it_comes_and_when_it_leaves(watched, kind):
    watched.evaluate(BUILD, list(PAGES[kind]))
    assert True not in watched.evaluate("() => window.told")
    for top, is_near in ((8900, True), (0, False), (8900, True), (18000, False)):
        watched.evaluate(SCROLL, top)
        watched.wait_for_function("(expected) => window.told.at(-1) === expected", arg=is_near)


@pytest.mark.parametrize("scrolls", PANES)
def test_what_is_within_a_turn_of_the_wheel_is_near(watched, scrolls):
    watched.evaluate(LIST, PANES[scrolls])
    for top in (0, 15_000, 16_000, 0):
        watched.evaluate(MOVE, top)
        watched.wait_for_function(KNOWN)


def test_a_list_that_has_changed_is_known(watched):
    watched.evaluate(LIST, ["", "", PANE])
    watched.wait_for_function(KNOWN)
    watched.evaluate(
        "() => { for (let number = 1000; number < 1007; number += 1) put(number, list.firstChild); order(); }"
    )
    watched.wait_for_function(KNOWN)
    watched.evaluate("() => { while (list.children.length > 20) list.firstChild.remove(); order(); }")
    watched.wait_for_function(KNOWN)


def test_another_part_of_the_page_may_scroll_later(watched):
    watched.evaluate(LIST, [FRAME, PANE, "overflow: auto"])
    watched.wait_for_function(KNOWN)
    watched.evaluate("() => { document.getElementById('c').style.cssText = 'overflow: auto; height: 400px'; }")
    watched.evaluate("() => document.getElementById('c').scrollTo(0, 6000)")
    watched.wait_for_function(KNOWN)


def test_nothing_is_near_in_a_hidden_tab(watched):
    watched.evaluate(LIST, ["display: none", "", ""])
    watched.wait_for_timeout(200)
    assert watched.evaluate("() => window.near.size") == 0
    watched.evaluate("() => { document.getElementById('a').style.display = 'block'; }")
    watched.wait_for_function(KNOWN)
    watched.evaluate("() => { document.getElementById('a').style.display = 'none'; }")
    watched.wait_for_function("() => window.near.size === 0")


@pytest.mark.parametrize("scrolls", PANES)
def test_a_list_that_was_taken_out_of_the_page_is_known_when_it_is_back(watched, scrolls):
    """JupyterLab does so with the output of a cell that somebody hides."""
    watched.evaluate(LIST, PANES[scrolls])
    watched.wait_for_function(KNOWN)
    watched.evaluate("() => { window.parent_ = list.parentNode; window.taken = list; list.remove(); }")
    watched.wait_for_function("() => window.near.size === 0")
    watched.evaluate("() => { parent_.append(taken); }")
    watched.wait_for_function("() => window.near.size > 0")
    watched.evaluate(MOVE, 9000)
    watched.wait_for_function(KNOWN)


def test_a_card_that_is_gone_is_not_told_of_any_more(watched):
    watched.evaluate(LIST, ["", "", PANE])
    watched.wait_for_function(KNOWN)
    watched.evaluate(
        "() => { list.firstChild.dispatchEvent(new Event('dismiss')); list.firstChild.remove(); order(); }"
    )
    watched.evaluate("() => { window.near.delete(0); }")
    for top in (9000, 0):
        watched.evaluate(MOVE, top)
        watched.wait_for_function(KNOWN)
    assert not watched.evaluate("() => window.near.has(0)")
