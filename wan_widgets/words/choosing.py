"""Choosing the language in code."""

from wan_widgets.words.languages import LANGUAGES, choose, nearest
from wan_widgets.words.text import say
from wan_widgets.words.values import Several


def set_language(name: str | None) -> None:
    """Show everything in a language: ``"en"``, ``"zh"`` or ``"ru"``. With ``None``, what was set holds no longer.

    Names such as ``"zh-CN"`` and ``"ru_RU.UTF-8"`` are known too. Open widgets change at once. Raises `ValueError` for
    a language that is not there.
    """
    chosen = nearest(name) if isinstance(name, str) else None
    if name is not None and chosen is None:
        raise ValueError(say("words.no_language", value=repr(name), names=Several(LANGUAGES, "plain")))
    choose(chosen)
