"""Access to fields that DashScope needs and the other protocols do not."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.simulator.fields import Fields


class MoreFields(Fields):
    """Fields that may hold arrays of objects. It also tells an absent field from a number."""

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def objects(self, name: str) -> list[Mapping[str, Any]] | None:
        values: list[Any] | None = self._read(name, list, "an array of objects")
        if values is not None and not all(isinstance(value, dict) for value in values):
            raise self.refused(name, "every item must be an object")
        return values
