"""What all widgets of a kernel share: the browser's code with its styles, and the language with its labels.

They travel once for a kernel, in a model of their own, and not with each widget. The script of each widget,
``static/form.js`` and its like, has a kilobyte. It takes the code from this model. A widget that few notebooks have is
a part of its own, which travels with the first of these widgets.
"""

import threading
from pathlib import Path
from typing import ClassVar, Protocol
from weakref import WeakSet

import ipywidgets
import traitlets

from wan_widgets.files.front import Front, front
from wan_widgets.widgets.saving import leave_out
from wan_widgets.words.catalogue import labels
from wan_widgets.words.languages import Language, listen, note_page, offered

STATIC = Path(__file__).parent / "static"
_GONE = "kernel.gone"  # the one label that is shown without a kernel

_lock = threading.Lock()


class Speaker(Protocol):
    """A widget that shows sentences."""

    def speak(self) -> None:
        """The language is another one now."""


class Bundle(ipywidgets.Widget):  # type: ignore[misc]  # it has no types
    """The model that all widgets refer to. It has no view, and every front end knows its kind of model."""

    shared: "ClassVar[Bundle | None]" = None
    """The one of this kernel."""
    _code = traitlets.Unicode().tag(sync=True)
    _parts = traitlets.Dict().tag(sync=True)
    """The code of widgets that are parts of their own, by name, as far as such a widget was made."""
    labels = traitlets.Dict().tag(sync=True)
    """The words of the interface, by key. The browser has none of its own."""
    hosts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The languages of the page in which a widget was drawn last: that of the front end, then those of the browser."""

    def __init__(self) -> None:
        self.language: Language = offered(())
        self.speakers: WeakSet[Speaker] = WeakSet()
        super().__init__(_code=code(), labels=labels(self.language))
        leave_out(self, _code="", labels={_GONE: self.labels[_GONE]})
        self._forget = listen(self._choose)
        self.observe(self._choose, "hosts")

    def close(self) -> None:
        """Remove the model."""
        if hasattr(self, "_forget"):  # it is missing if the constructor failed
            self._forget()
        super().close()

    def bring(self, part: str) -> None:
        """Let the browser have a part, too."""
        if part not in self._parts:
            self._parts = {**self._parts, part: code_of(part)}
            leave_out(self, _parts={})

    def _choose(self, _change: object = None) -> None:
        # Voila says that it is in English, and nobody can choose there: only the browser tells the reader's language.
        hosts = self.hosts[1:] if front() is Front.VOILA else self.hosts
        note_page(hosts)
        chosen = offered(hosts)
        if chosen == self.language:
            return
        self.language = chosen
        self.labels = labels(chosen)
        leave_out(self, labels={_GONE: self.labels[_GONE]})
        for speaker in tuple(self.speakers):
            speaker.speak()


def code() -> str:
    """The code of all widgets, with the styles in it."""
    return (STATIC / "widgets.js").read_text("utf-8")


def code_of(part: str) -> str:
    """The code of a part, with its styles in it."""
    return (STATIC / f"{part}-part.js").read_text("utf-8")


def bundle() -> Bundle:
    """The model of this kernel. There is a new one after the last was closed, as ``Widget.close_all()`` does."""
    with _lock:
        if Bundle.shared is None or Bundle.shared.comm is None:
            Bundle.shared = Bundle()
        return Bundle.shared
