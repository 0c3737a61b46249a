"""The harness itself, tried on a counter of twenty lines: what it promises to the tests that stand on it."""

import pytest
from playwright.sync_api import Page, expect

from browser.lab import Lab
from browser.page import Component, Mounted, mount, set_theme

COUNTER = """
export default () => {
  const shared = { messages: 0 };  // one per model, whatever the number of its views
  return {
    initialize: () => ({ shared }),
    render({ model, el, signal }) {
      const button = document.createElement("button");
      const echo = document.createElement("output");
      const show = () => { button.textContent = `count ${model.get("count")}`; };
      el.classList.add("counter");
      el.append(button, echo);
      el.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "ArrowUp") { model.set("count", model.get("count") + 1); model.save_changes(); }
      });
      button.addEventListener("click", () => model.send({ kind: "more" }, undefined, [new Uint8Array([1, 2, 3])]));
      model.on("change:count", show);
      model.on("msg:custom", (content, buffers) => {
        shared.messages += 1;
        echo.textContent = `${content.kind} ${buffers[0].getUint8(0)} of ${shared.messages}`;
      });
      signal.addEventListener("abort", () => { document.title = "gone"; });
      show();
    },
  };
};
"""
CSS = ".counter { background: var(--jp-layout-color1); }"
WIDGET = f'''
import anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = """{COUNTER}"""
    _css = """{CSS}"""
    count = traitlets.Int(0).tag(sync=True)
    def __init__(self, **values):
        super().__init__(**values)
        self.on_msg(self._more)
    def _more(self, widget, content, buffers):
        self.count += len(bytes(buffers[0]))
        self.send({{"kind": "echo"}}, [bytes([self.count])])
counter = Counter()
counter
'''


@pytest.fixture
def counter(page: Page) -> Mounted:
    return mount(page, COUNTER, CSS, {"count": 4, "clip": b"\x00\xff"})


def test_a_component_is_told_what_python_says(counter):
    button = counter.root.get_by_role("button")
    expect(button).to_have_text("count 4")
    counter.set(count=9)
    expect(button).to_have_text("count 9")
    counter.message({"kind": "echo"}, [b"\x07"])
    expect(counter.root.locator("output")).to_have_text("echo 7 of 1")
    assert counter.errors == []


def test_a_component_tells_python_what_the_user_did(counter):
    counter.root.get_by_role("button").click()
    assert counter.sent == [{"kind": "more"}]
    assert counter.sent_buffers == [[b"\x01\x02\x03"]]
    counter.page.keyboard.press("ArrowUp")
    assert counter.traits() == {"count": 5, "clip": b"\x00\xff", "_bundle": "bundle"}


def test_two_views_share_the_closure_of_their_model(counter):
    second = counter.add_view()
    counter.message({"kind": "echo"}, [b"\x07"])
    expect(second.locator("output")).to_have_text("echo 7 of 2")
    counter.unmount()
    expect(second).to_have_count(0)
    assert counter.page.title() == "gone"


def test_a_component_reaches_another_through_the_host(page):
    parent = """export default { async render({ model, el, signal, host }) {
      const child = await host.getWidget(model.get("child"));
      const inner = el.appendChild(document.createElement("div"));
      await child.render({ el: inner, signal });
      const data = await host.getModel(model.get("child"));
      data.on("change:count", () => { el.dataset.seen = `${data.get("count")} ${child.exports.shared.messages}`; });
    } }"""
    children = {"counter": Component(COUNTER, CSS, {"count": 1})}
    mounted = mount(page, parent, traits={"child": "anywidget:counter"}, children=children)
    mounted.root.get_by_role("button").click()
    child = mounted.child("counter")
    assert child.sent == [{"kind": "more"}]
    child.set(count=2)
    assert mounted.root.get_attribute("data-seen") == "2 0"


def test_a_component_is_seen_in_both_themes(counter):
    expect(counter.root).to_have_css("background-color", "rgb(255, 255, 255)")
    set_theme(counter.page, "dark")
    expect(counter.root).to_have_css("background-color", "rgb(33, 33, 33)")
    assert counter.page.locator("body").get_attribute("data-jp-theme-light") == "false"


def test_a_component_may_use_the_clipboard(counter):
    assert counter.page.evaluate("async () => { await navigator.clipboard.writeText('seed 7'); return 'ok'; }") == "ok"
    assert counter.page.evaluate("() => navigator.clipboard.readText()") == "seed 7"


def test_errors_in_a_component_are_collected(page):
    broken = "export default { render() { setTimeout(() => { throw new Error('lost'); }); } }"
    mounted = mount(page, broken)
    page.wait_for_function("() => new Promise((resolve) => setTimeout(() => resolve(true)))")
    assert mounted.errors == ["Error: lost"]


def test_a_notebook_in_jupyterlab(lab: Lab):
    """One notebook for everything, because opening one is what costs."""
    notebook = lab.open([WIDGET, "print(counter.count)", "1 / 0", "import os; dict(os.environ)"], theme="dark")
    notebook.run(0)
    root = notebook.output(0).locator(".counter")
    root.get_by_role("button").click()
    expect(root.get_by_role("button")).to_have_text("count 3")
    expect(root.locator("output")).to_have_text("echo 3 of 1")
    notebook.page.keyboard.press("ArrowUp")
    assert notebook.evaluate_when_true("counter.count == 4")
    notebook.run(1)
    assert notebook.text_outputs(1) == ["4\n"]
    assert notebook.evaluate("counter.count * 2") == 8

    expect(root).to_have_css("background-color", "rgb(33, 33, 33)")
    notebook.set_theme("light")
    expect(root).to_have_css("background-color", "rgb(255, 255, 255)")

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run(2)
    notebook.run(2, raises=True)
    assert notebook.text_outputs(2) == ["ZeroDivisionError: division by zero"]

    saved = notebook.save()
    assert saved["cells"][1]["outputs"][0]["text"] == ["4\n"]
    notebook.reload()
    expect(root.get_by_role("button")).to_have_text("count 4")
    notebook.restart_kernel()
    notebook.run(1, raises=True)
    assert notebook.text_outputs(1) == ["NameError: name 'counter' is not defined"]
    assert notebook.errors == []


def test_the_kernel_sees_nothing_of_the_tester(lab: Lab):
    with lab.open(["import os"]) as notebook:
        notebook.run_all()
        environment = notebook.evaluate("dict(os.environ)")
        assert notebook.evaluate("__import__('wan_widgets').__version__")
    ours = {name for name in environment if name.startswith("WAN_")}
    assert ours == {"WAN_LEDGER", "WAN_SIMULATOR_DIR", "WAN_SIMULATOR_SPEED"}
    assert not [name for name in environment if name.upper().endswith(("_API_KEY", "_PROXY"))]
    assert notebook.closed


def test_a_used_page_shows_a_new_notebook_and_nothing_else(lab: Lab):
    first = lab.open(["print('first')", "print('unsaved')"])
    first.run_all()
    first.close()
    second = lab.open(["print('second')"], theme="dark", width=700)
    assert second.page is first.page
    second.run_all()
    assert second.output(0).inner_text().strip() == "second"
    assert second.page.locator(".jp-Notebook").count() == 1
    assert second.page.locator("body").get_attribute("data-jp-theme-light") == "false"
    second.reload()
    assert second.text_outputs(0) == ["second\n"]
