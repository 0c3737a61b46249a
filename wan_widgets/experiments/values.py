"""The values that a person gives for one name of a sweep: one value that all cells share, or several to step through.

What could mean something else than its author thinks is refused, with the remedy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.field_checks import is_int
from wan_widgets.wan.pasted import plain
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.sources import is_single, to_reference, to_references
from wan_widgets.words import Said, say

MOST_CELLS = 2000
"""A sweep with more is refused, because it is most likely a slip."""
SOURCES = ("image", "guide_audio")
_SINGLE = (str, bytes, bytearray, memoryview)
_UNREADABLE: tuple[tuple[Callable[[Any], bool], tuple[str, str]], ...] = (
    (
        lambda value: getattr(value, "ndim", 1) > 1 or hasattr(value, "columns"),
        ("experiments.values.table", "experiments.values.table.remedy"),
    ),
    (lambda value: isinstance(value, Mapping), ("experiments.values.mapping", "experiments.values.mapping.remedy")),
    (lambda value: isinstance(value, AbstractSet), ("experiments.values.set", "experiments.values.set.remedy")),
    (
        lambda value: isinstance(value, Iterator),
        ("experiments.values.generator", "experiments.values.generator.remedy"),
    ),
)
"""What cannot be stepped through in a sequence that is always the same, and the sentences about it."""


def several(name: str, value: Any) -> tuple[Any, ...] | None:
    """The values to step through; ``None`` if this is one value. Raises `InvalidRequest` for what cannot be stepped."""
    found: tuple[Any, ...] | None
    if name == "repeat":
        found = _repeats(value)
    elif name == "references":
        found = _lists(name, value)
    elif name in SOURCES:
        found = None if is_single(value) else tuple(map(to_reference, _listed(name, value)))
    else:
        found = _plain_values(name, value)
    if found is not None and not found:
        raise _refused(name, say("experiments.values.empty"), say("experiments.values.empty.remedy"))
    return found


def one(name: str, value: Any) -> Any:
    """A single value in the form that is kept."""
    if name == "references":
        return to_references(value)
    return to_reference(value) if name in SOURCES else plain(value)


def is_missing(value: Any) -> bool:
    """Whether this is what stands for no value in tables: NaN, or pandas' own."""
    try:
        return bool(value != value)  # noqa: PLR0124  # only a missing value differs from itself
    except (TypeError, ValueError):  # pandas' NA has no truth value; an array has several
        return type(value).__name__ == "NAType"


def _repeats(value: Any) -> tuple[int, ...] | None:
    """The numbers of the repeats: those that are given, or the first ones if it is said how many."""
    if value is None:
        return None
    found = _plain_values("repeat", range(count) if is_int(count := plain(value)) else value)
    if not found or not all(is_int(each) and each >= 0 for each in found):
        raise _refused("repeat", say("experiments.repeat.none", value=shown(value)))
    return found


def _plain_values(name: str, value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, _SINGLE) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0:
        found, values = None, (plain(value),)
    elif name == "extra" and isinstance(value, Mapping):
        return None
    else:
        found = values = tuple(map(plain, _listed(name, value)))
    for each in values:
        if is_missing(each):
            raise _refused(name, say("experiments.values.missing", value=shown(each)))
    return found


def _lists(name: str, value: Any) -> tuple[Any, ...] | None:
    """The lists to step through; ``None`` if this is one list. Each item of the field may stand for a list of one."""
    if is_single(value):
        return None
    items = _listed(name, value)
    are_lists = [not is_single(each) for each in items]
    if any(are_lists) and not all(are_lists):
        raise _refused(name, say("experiments.values.mixed"), say("experiments.values.mixed.remedy"))
    return tuple(map(to_references, items)) if not items or all(are_lists) else None


def _listed(name: str, value: Any) -> list[Any]:
    for is_it, (message, remedy) in _UNREADABLE:
        if is_it(value):
            raise _refused(name, say(message, type=type(value).__name__), say(remedy, name=name))
    if hasattr(value, "__len__") and len(value) > MOST_CELLS:
        raise too_many(name, len(value))
    return list(value.tolist() if hasattr(value, "tolist") else value)


def too_many(name: str, count: int) -> InvalidRequest:
    """The error for more cells than a sweep may have."""
    return _refused(
        name, say("experiments.cells.many", count=count, most=MOST_CELLS), say("experiments.cells.many.remedy")
    )


def _refused(name: str, message: Said, remedy: Said = "") -> InvalidRequest:
    return InvalidRequest([Problem(name, message, remedy=remedy)])
