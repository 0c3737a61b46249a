"""What all widgets of the package share: their code, their language, and the messages from the browser."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from difflib import get_close_matches
from typing import Any, ClassVar

import anywidget
import traitlets

from wan_widgets.files.here import is_marimo
from wan_widgets.wan.errors import Misuse
from wan_widgets.widgets.bundle import Bundle, bundle, code, code_of
from wan_widgets.words import Said, Several, Text, joined, say, speaking


class Panel(anywidget.AnyWidget):
    """A widget that speaks. Traits are state. Actions arrive from the browser as messages, in `_hear`."""

    _part: ClassVar[str] = ""
    """The part of the browser's code that has this widget; empty for the code that all widgets have."""
    _bundle = traitlets.Instance(Bundle).tag(sync=True, to_json=lambda model, _: model.model_id)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # The script is passed as text. anywidget would watch a file, and the watcher would keep even closed widgets.
        if hasattr(script := cls.__dict__.get("_esm"), "changed"):
            cls._esm = str(script)

    def __init__(self, **traits: Any) -> None:
        if unknown := [name for name in traits if not self.has_trait(name)]:
            ours = _values_of(self)
            there_are = say("service.there_are", names=Several(tuple(ours), "plain")) if ours else None
            raise Misuse(_no_value(self, unknown[0]), remedy=_near(unknown[0], ours) or there_are or "")
        self._is_alone = False  # in its front end, widgets do not see each other
        shared = bundle()
        if self._part:
            shared.bring(self._part)
        super().__init__(_bundle=shared, **traits)
        self._bundle.speakers.add(self)
        # ipykernel 7.4 handles messages on the thread that last wrote to the widget. There, a click would wait for a
        # busy cell.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = None  # noqa: SLF001  # there is no public way
        self.on_msg(self._on_message)

    def __repr__(self) -> str:
        """The kind of widget. A notebook keeps this as the text of a widget, and of a box with widgets."""
        return f"{type(self).__name__}()"

    def __setattr__(self, name: str, value: Any) -> None:
        # A misspelt name would set a value that nothing reads. A name that is like none of ours is the user's own.
        if not name.startswith("_") and not hasattr(type(self), name) and (hint := self._hint(name)):
            raise AttributeError(joined(_no_value(self, name), hint), name=name, obj=self)
        super().__setattr__(name, value)

    def observe(self, handler: Callable[..., Any], names: Any = traitlets.All, type: Any = "change") -> None:  # noqa: A002  # the name that traitlets gave it
        """Call `handler` when a value changes, as every widget does. Raises `AttributeError` for a name of no value."""
        for name in [] if names is traitlets.All else [names] if isinstance(names, str) else names:
            if not self.has_trait(name):
                unobserved = say("widgets.panel.unobserved", widget=self.__class__.__name__, name=name)
                raise AttributeError(joined(unobserved, self._instead_of(name)))
        super().observe(handler, names, type)

    def get_state(self, *names: Any, **options: Any) -> dict[str, Any]:
        """The values for the browser. Half a character cannot be sent; it is shown as one that is not known."""
        if self._is_asked_for_value(*names, **options):
            return self._public_value()
        state: dict[str, Any] = _whole_characters(super().get_state(*names, **options), "\ufffd")
        return state

    def _is_asked_for_value(self, *names: Any, **options: Any) -> bool:
        """Whether the ``value`` of ``mo.ui.anywidget`` is asked for. Only marimo asks so, after the comm was opened."""
        return is_marimo() and self.comm is not None and not names and not options

    def _public_value(self) -> dict[str, Any]:
        """What a user of marimo wants to have of this widget, as JSON. The name `_value` is marimo's own."""
        return super().get_state(_values_of(self))  # type: ignore[no-any-return]  # ipywidgets has no types

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take the values from the browser. Half a character, which a cut may leave, is left out."""
        super().set_state(_whole_characters(sync_data, ""))

    def _hint(self, name: str) -> Text | None:
        if name == "provider":  # the constructor takes it, and a service is more than a value
            code = "use(…)" if hasattr(self, "use") else "form.use(…)" if hasattr(self, "form") else ""
            return say("widgets.panel.use", code=code) if code else None
        return _near(name, _values_of(self)) or _near(name, self._inner_values(), "form.")

    def _inner_values(self) -> list[str]:
        form = getattr(self, "form", None)
        return _values_of(form) if isinstance(form, Panel) else []

    def _instead_of(self, name: str) -> Said:
        """What to observe instead of something that is no trait."""
        values, inner = _values_of(self), self._inner_values()
        near = get_close_matches(name.removeprefix("form."), inner, n=1)
        hint = _near(name, values)
        if not hint and near:
            hint = say("widgets.panel.of_form", code=f"form.observe(f, {near[0]!r})")
        elif not hint and values:
            hint = say("widgets.panel.these", names=Several(tuple(values), "plain"))
        return joined(hint, say("widgets.panel.on_video", code="on_video(f)") if hasattr(self, "on_video") else None)

    def _on_message(self, _widget: object, content: object, buffers: list[Any] | None) -> None:
        if not isinstance(content, dict):
            return
        # Where a widget does not see the shared model, it asks for the code and the labels.
        if content.get("kind") == "code":
            self.send({"kind": "code", "code": code(), **({"part": code_of(self._part)} if self._part else {})})
        elif content.get("kind") == "language":
            self._bundle.hosts = [str(each) for each in content.get("hosts") or []]
            self._is_alone = True
            self._send_labels()
        else:
            with self._speaking():
                self._hear(content, buffers or [])

    def _send_labels(self) -> None:
        self.send({"kind": "labels", "labels": self._bundle.labels})

    def _speaking(self) -> AbstractContextManager[None]:
        """Within this block, sentences are read in the language of the widgets."""
        return speaking(self._bundle.language)

    def speak(self) -> None:
        """Show everything in another language, which is that of all widgets now."""
        if self.comm is None:
            return
        if self._is_alone:
            self._send_labels()
        with self._speaking():
            self._speak_anew()

    def _speak_anew(self) -> None:
        """Put the sentences of the traits into words anew."""

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """Handle a message from the browser. The kernel chooses the thread."""


def _values_of(widget: Panel) -> list[str]:
    synced = widget.class_traits(sync=True).keys() - Panel.class_traits().keys()
    return sorted(name for name in synced if not name.startswith("_"))


def _no_value(widget: Panel, name: str) -> Text:
    return say("widgets.panel.no_value", widget=type(widget).__name__, name=repr(name))


def _near(name: str, values: list[str], within: str = "") -> Text | None:
    """A question that names the value that was probably meant; ``None`` if none is similar."""
    near = get_close_matches(name, values, n=1)
    return say("widgets.panel.meant", name=repr(within + near[0])) if near else None


def _whole_characters(value: Any, mark: str) -> Any:
    """JSON with a mark in place of each half of a character, at any depth."""
    if isinstance(value, str):
        return re.sub(r"[\ud800-\udfff]", mark, value)
    if isinstance(value, dict):
        return {_whole_characters(name, mark): _whole_characters(each, mark) for name, each in value.items()}
    return [_whole_characters(each, mark) for each in value] if isinstance(value, list) else value
