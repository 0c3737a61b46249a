"""The code and the styles travel once, however many widgets there are."""

import json
import re
from pathlib import Path

import pytest
from ipywidgets.embed import dependency_state

import wan_widgets as ww
from wan_widgets.widgets.bundle import STATIC, bundle, code
from widgets.messages import say

JS = Path(__file__).resolve().parents[2] / "js" / "src"


@pytest.fixture
def widgets():
    made = [ww.Studio(), ww.Studio(), ww.VideoForm()]
    yield made
    for each in made:
        each.close()


def test_a_saved_state_has_the_code_once(widgets):
    state = dependency_state(widgets)
    holders = [each["state"] for each in state.values() if len(json.dumps(each["state"])) > 30_000]

    assert [holder["_code"] for holder in holders] == [code()]
    assert len(json.dumps(state)) < len(json.dumps(code())) + 100_000
    assert not any("_css" in each["state"] for each in state.values())


def test_each_widget_names_the_model_with_the_code(widgets):
    for widget in [*widgets, widgets[0].form]:
        assert widget.get_state()["_bundle"] == bundle().model_id
        assert len(widget.get_state()["_esm"]) < 2_000


def test_after_all_widgets_were_closed_the_code_travels_again(widgets):
    former = bundle()
    former.close()

    assert bundle() is not former
    assert ww.VideoForm().get_state()["_bundle"] == bundle().model_id


def test_where_a_widget_cannot_see_that_model_the_kernel_sends_the_code(widgets):
    [(answer, buffers)] = say(widgets[0], kind="code")

    assert answer == {"kind": "code", "code": code()}
    assert buffers == []


def test_no_style_looks_through_all_that_a_notebook_holds():
    """For `:has()` the browser looks through the whole output whenever a word changes; a way of steps is short."""
    rules = [rule for path in JS.rglob("*.*s*") for rule in re.findall(r"[^{};]*:has\([^{]*", path.read_text("utf-8"))]
    around = [rule for rule in rules if re.search(r"(\.jp-|\.widget-|\.ww-holder)[^,]*:has\((?!\s*>)", rule)]
    assert rules
    assert around == []


def test_the_javascript_is_small():
    sizes = {path.name: path.stat().st_size for path in STATIC.glob("*")}
    parts = {name: sizes.pop(f"{name}.js") + sizes.pop(f"{name}-part.js") for name in ("gallery", "sweep")}

    assert sizes.keys() == {"widgets.js", "form.js", "studio.js", "task.js"}
    assert max(parts.values()) < 40_000, "a part travels only with its widget"
    assert sum(sizes.values()) < 100 * 1024
