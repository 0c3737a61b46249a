"""What came of a function that ran elsewhere, until its caller hears of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a function returned, or the error that it raised."""

    value: Any = None
    error: BaseException | None = None

    @classmethod
    def of(cls, function: Callable[[], Any]) -> "Outcome":
        try:
            return cls(function())
        except BaseException as error:  # noqa: BLE001  # whoever waits for it gets it
            return cls(error=error)

    def reach(self, future: "asyncio.Future[Any]") -> None:
        """Become the result of a future, unless its caller has gone."""
        if future.done():
            return
        if self.error is None:
            future.set_result(self.value)
        elif isinstance(self.error, StopIteration):  # a future does not take it
            future.set_exception(RuntimeError(repr(self.error)))
        else:
            future.set_exception(self.error)
