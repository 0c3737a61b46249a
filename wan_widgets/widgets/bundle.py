"""The browser's code and styles. They travel once for a kernel, in a model of their own, and not with each widget.

The script of each widget, ``static/form.js`` and its like, has a kilobyte. It takes the code from this model.
"""

import threading
from pathlib import Path

import ipywidgets
import traitlets

STATIC = Path(__file__).parent / "static"

_lock = threading.Lock()
_shared: "Bundle | None" = None


class Bundle(ipywidgets.Widget):
    """The model with the code of all widgets. It has no view, and every front end knows its kind of model."""

    _code = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_code=code())


def code() -> str:
    """The code of all widgets, with the styles in it."""
    return (STATIC / "widgets.js").read_text("utf-8")


def bundle() -> Bundle:
    """The model of this kernel. There is a new one after the last was closed, as ``Widget.close_all()`` does."""
    global _shared  # the kernel has only one
    with _lock:
        if _shared is None or _shared.comm is None:
            _shared = Bundle()
        return _shared
