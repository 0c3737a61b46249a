"""What is different in marimo, where ``mo.ui.anywidget(studio)`` stands in front of the widget.

Its ``value`` is made of the widget's state, which has much that is for the browser only. Its ``form`` is a method that
marimo gives every element, and not the form of the Studio.
"""

import sys
from typing import Any

from wan_widgets.files.disk import shown
from wan_widgets.files.video import Video


def clip(video: Video) -> dict[str, Any]:
    """A clip as JSON."""
    return {
        "path": shown(video.path),
        "prompt": video.prompt,
        "seed": video.seed,
        "model": video.model,
        "width": video.width,
        "height": video.height,
        "duration": video.duration,
        "task_id": video.task_id,
        "provider": video.provider,
        "price": str(video.price) if video.price else None,
    }


def give_form(comm: Any, form: object) -> None:
    """Let the element that stands in front of the widget of this comm have the form, too.

    marimo tells the comm the id of an element when it makes one. If it does not, ``element.widget.form`` is the form.
    """
    if not hasattr(comm, "ui_element_id"):
        return
    kind = type(comm)

    class Told(kind):  # type: ignore[misc, valid-type]
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "ui_element_id" and (element := _element(value)) is not None:
                vars(element)["form"] = form

    comm.__class__ = Told


def _element(name: str | None) -> Any:
    """The element with an id; ``None`` if marimo does not tell it."""
    types = sys.modules.get("marimo._runtime.context")
    try:
        return types.get_context().ui_element_registry.get_object(name) if types else None
    except Exception:  # noqa: BLE001  # this is inside of marimo, and another version of it may have anything there
        return None
