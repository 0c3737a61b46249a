"""Which language holds."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

Language = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SPEAKING: ContextVar[Language | None] = ContextVar("speaking", default=None)
_set: list[Language] = []
_listeners: list[Callable[[], object]] = []


def set_language(name: str | None) -> None:
    """Show everything in a language: ``"en"``, ``"zh"`` or ``"ru"``. With ``None``, what was set holds no longer.

    Names such as ``"zh-CN"`` and ``"ru_RU.UTF-8"`` are known too. Open widgets change at once. Raises `ValueError` for
    a language that is not there.
    """
    chosen = None if name is None else nearest(name)
    if name is not None and chosen is None:
        raise ValueError(f"There is no language {name!r}. There are: {', '.join(LANGUAGES)}.")
    _set[:] = [] if chosen is None else [chosen]
    for tell in tuple(_listeners):
        tell()


def language() -> Language:
    """The language in which a sentence is read now. English, unless another one was set."""
    return _SPEAKING.get() or was_set() or "en"


def was_set() -> Language | None:
    """The language that `set_language` or ``WAN_LANG`` names, if any."""
    return _set[0] if _set else nearest(os.environ.get("WAN_LANG", ""))


def offered(hosts: Sequence[str]) -> Language:
    """The language of widgets: the one that was set, else the first of the host's that is there, else the system's."""
    systems = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = (nearest(name) for name in (*hosts, *systems))
    return was_set() or next((each for each in found if each), None) or "en"


def nearest(name: str) -> Language | None:
    """The language with a name such as ``zh-Hans-CN`` or ``ru_RU.UTF-8``; ``None`` if it is not there."""
    short = name.replace("_", "-").partition("-")[0].partition(".")[0].strip().lower()
    return short if short in LANGUAGES else None


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
