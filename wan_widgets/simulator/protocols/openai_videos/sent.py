"""The fields of one request. They came as JSON, or as a form in which all values are text."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wan_widgets.simulator.errors import RefusalError

Number = int | float


class Bounds(NamedTuple):
    """The lowest and the highest number that a field accepts."""

    low: float = -math.inf
    high: float = math.inf


class Sent:
    """Typed access to the fields. Null and the empty text count as absent."""

    def __init__(self, values: Mapping[str, Any], *, refusal_status: int = 400) -> None:
        self._values = {name: value for name, value in values.items() if value not in (None, "")}
        self._refusal_status = refusal_status

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.refused(name, "it must be a string", code="invalid_type")
        # JSON can contain half a surrogate pair, but UTF-8 files cannot.
        return None if value is None else value.encode(errors="replace").decode()

    def whole(self, name: str, bounds: Bounds) -> int | None:
        value = self.number(name, bounds)
        if value is not None and value != int(value):
            raise self.refused(name, f"it must be an integer, not {value}")
        return None if value is None else int(value)

    def number(self, name: str, bounds: Bounds) -> Number | None:
        value = self._values.get(name)
        number = _number(value)
        if value is not None and number is None:
            raise self.refused(name, f"it must be a number, not {value!r:.80}", code="invalid_type")
        if number is not None and not bounds.low <= number <= bounds.high:
            raise self.refused(name, f"{number} is out of range, {bounds.low:g} to {bounds.high:g}")
        return number

    def file(self, name: str) -> bytes | None:
        value = self._values.get(name)
        return value if isinstance(value, bytes) else None

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Read an object. A form contains it as JSON, or as fields ``name[key]``."""
        inside = re.compile(rf"{name}\[(\w+)\]")
        spelled = {match[1]: value for key, value in self._values.items() if (match := inside.fullmatch(key))}
        value = self._values.get(name) or spelled or None
        if isinstance(value, str) and value.lstrip().startswith("{"):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        return value if isinstance(value, dict) else None

    def refused(self, name: str, problem: str, *, code: str = "invalid_value") -> RefusalError:
        return RefusalError(self._refusal_status, code, f"{name}: {problem}.", param=name)


def _number(value: Any) -> Number | None:
    """Read a number or a numeric text. Truth values are no numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None
