"""Which language holds."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

Language = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SPEAKING: ContextVar[Language | None] = ContextVar("speaking", default=None)
_set: list[Language] = []
_page: list[str] = []
_listeners: list[Callable[[], object]] = []


def choose(chosen: Language | None) -> None:
    """Let a language hold from now on; with ``None``, none is set any more."""
    _set[:] = [] if chosen is None else [chosen]
    for tell in tuple(_listeners):
        tell()


def language() -> Language:
    """The language in which a sentence is read now. English, unless another one was set."""
    return _SPEAKING.get() or was_set() or "en"


def was_set() -> Language | None:
    """The language that `choose` or ``WAN_LANG`` names, if any."""
    return next(iter(_set), None) or nearest(os.environ.get("WAN_LANG", ""))  # another thread may empty the list


def offered(hosts: Sequence[str]) -> Language:
    """The language of widgets: the one that was set, else the first of the host's that is there, else the system's."""
    systems = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = (nearest(name) for name in (*hosts, next(filter(None, systems), "")))
    return was_set() or next((each for each in found if each), None) or "en"


def nearest(name: str) -> Language | None:
    """The language with a name such as ``zh-Hans-CN`` or ``ru_RU.UTF-8``; ``None`` if it is not there."""
    short = name.replace("_", "-").partition("-")[0].partition(".")[0].strip().lower()
    return short if short in LANGUAGES else None


def note_page(hosts: Sequence[str]) -> None:
    """Note the languages of the page in which a widget was drawn last."""
    _page[:] = hosts


def showing() -> AbstractContextManager[None]:
    """Within this block, sentences are read as people are shown them, beside widgets: in the language of these."""
    return speaking(_SPEAKING.get() or offered(_page))


@contextmanager
def speaking(name: Language) -> Generator[None, None, None]:
    """Within this block, sentences are read in this language."""
    token = _SPEAKING.set(name)
    try:
        yield
    finally:
        _SPEAKING.reset(token)


def listen(tell: Callable[[], object]) -> Callable[[], None]:
    """Call `tell` when another language is set. Returns a function that ends this."""
    _listeners.append(tell)
    return lambda: _listeners.remove(tell) if tell in _listeners else None
