"""Telling the browser what has changed on the cards: at most four times a second, and only what differs."""

import asyncio
import math
from collections.abc import Callable, Iterable
from typing import Any

Card = dict[str, Any]

_PAUSE = 0.25  # seconds; nobody reads faster


class Updates:
    """Collects the keys of changed cards, and calls `show` with them: at once, and then after a pause.

    This runs on the worker.
    """

    def __init__(self, show: Callable[[set[str]], None]) -> None:
        self._show = show
        self._keys: set[str] = set()
        self._waiting: asyncio.TimerHandle | None = None
        self._last = -math.inf

    def note(self, *keys: str) -> None:
        """Show these cards soon."""
        self._keys.update(keys)
        if self._keys and self._waiting is None:
            loop = asyncio.get_running_loop()
            self._waiting = loop.call_at(max(loop.time(), self._last + _PAUSE), self.flush)

    def flush(self) -> None:
        """Show now what was noted."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting, self._last = None, asyncio.get_running_loop().time()
        keys, self._keys = self._keys, set()
        if keys:
            self._show(keys)


def differences(shown: Iterable[Card], drawn: Iterable[Card]) -> list[Card]:
    """For each drawn card the fields that differ from what is shown, and its key; all fields of a card that is new."""
    known = {card["key"]: card for card in shown}
    parts = []
    for card in drawn:
        before = known.get(card["key"], {})
        part = {name: value for name, value in card.items() if name not in before or before[name] != value}
        if part:
            parts.append({"key": card["key"], **part})
    return parts
