"""Choosing some cells of a sweep by their values on the axes."""

from collections.abc import Mapping, Sequence
from typing import Any

from wan_widgets.experiments.axes import Axis
from wan_widgets.generation.request import check_names
from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.pasted import plain
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.words import Several, say


class Selection:
    """The cells that have the wanted values. `unknown` is the key of the sentence about a name that is no axis.

    Raises `Misuse` for such a name, and `InvalidRequest` for a value that its axis does not have.
    """

    def __init__(self, axes: Sequence[Axis], wanted: Mapping[str, Any], field: str, unknown: str) -> None:
        check_names(wanted, [name for axis in axes for name in axis.names], unknown)
        self._wanted = {name: plain(value) for name, value in wanted.items()}
        for name, value in self._wanted.items():
            there_are = [step[name] for axis in axes for step in axis.steps if name in step]
            if not any(_is_same(value, each) for each in there_are):
                listed = Several(tuple(dict.fromkeys(map(shown, there_are))), "plain")
                message = say("experiments.baseline.none", name=name, value=shown(value))
                raise InvalidRequest([Problem(field, message, listed)])

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def has(self, place: Mapping[str, Any]) -> bool:
        """Whether the cell at this place is one of them. All are, if nothing is wanted."""
        return all(_is_same(value, place[name]) for name, value in self._wanted.items())


def _is_same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)
