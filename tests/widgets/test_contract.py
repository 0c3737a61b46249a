"""What the browser's sources and Python say of each other agrees."""

import re
from pathlib import Path

import traitlets

import wan_widgets as ww
from wan_widgets.widgets.form import FIELDS

SOURCES = Path(__file__).parents[2] / "js" / "src"
BASE = {"_anywidget_id", "_esm", "_css", "_bundle", "comm", "keys", "layout", "log", "tabbable", "tooltip"}


def typedef(name: str) -> set[str]:
    """The fields of a typedef in shared/types.js."""
    text = (SOURCES / "shared/types.js").read_text("utf-8")
    body = re.search(rf"@typedef \{{\{{([^@]*?)\}}\}} {name}\b", text)[1]
    return set(re.findall(r"(\w+):", re.sub(r"Record<[^>]*>|\{[^}]*\}", "", body)))


def own_traits(widget: type[traitlets.HasTraits]) -> set[str]:
    names = widget.class_traits(sync=True)
    return {name for name in names if name not in BASE and not re.match(r"_(model|view|dom|anywidget|esm|css)", name)}


def test_the_typedefs_name_the_synced_traits():
    assert typedef("FormTraits") == own_traits(ww.VideoForm)
    assert typedef("TaskTraits") == own_traits(ww.TaskView)
    assert typedef("StudioTraits") == own_traits(ww.Studio)
    assert typedef("GalleryTraits") == own_traits(ww.Gallery)


def test_the_form_sends_every_field():
    text = (SOURCES / "form/generate.js").read_text("utf-8")
    values = re.search(r"const VALUES = .*?\(\[(.*?)\]\)", text, re.DOTALL)[1]

    assert tuple(re.findall(r'"(\w+)"', values)) == FIELDS
