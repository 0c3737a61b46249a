"""The browser's code and styles. They travel once for a kernel, in a model of their own, and not with each widget.

The script of each widget, ``static/form.js`` and its like, has a kilobyte. It takes the code from this model.
"""

import threading
from pathlib import Path
from typing import ClassVar

import ipywidgets
import traitlets

from wan_widgets.widgets.saving import leave_out

STATIC = Path(__file__).parent / "static"

_lock = threading.Lock()


class Bundle(ipywidgets.Widget):  # type: ignore[misc]  # it has no types
    """The model with the code of all widgets. It has no view, and every front end knows its kind of model."""

    shared: "ClassVar[Bundle | None]" = None
    """The one of this kernel."""
    _code = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_code=code())
        leave_out(self, _code="")


def code() -> str:
    """The code of all widgets, with the styles in it."""
    return (STATIC / "widgets.js").read_text("utf-8")


def bundle() -> Bundle:
    """The model of this kernel. There is a new one after the last was closed, as ``Widget.close_all()`` does."""
    with _lock:
        if Bundle.shared is None or Bundle.shared.comm is None:
            Bundle.shared = Bundle()
        return Bundle.shared
