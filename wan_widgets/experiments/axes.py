"""The axes of a sweep: what is varied, in which steps, and the words for each step."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from wan_widgets.experiments.labels import labels_of
from wan_widgets.experiments.values import MOST_CELLS, several, too_many
from wan_widgets.generation.request import check_names
from wan_widgets.wan.errors import InvalidRequest, Misuse
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.words import Said, Several, say


@dataclass(frozen=True)
class Axis:
    """What is varied: one name, or several that step together."""

    names: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    """The values of each step, by name."""
    labels: tuple[Mapping[str, Said], ...]
    """The words for each step, by name. They say only what differs between the steps."""

    @property
    def name(self) -> str:
        """The names in a line: ``"animal, weather"``."""
        return ", ".join(self.names)

    def label(self, step: int) -> Said:
        """The words for a step, all names together."""
        said = tuple(self.labels[step].values())
        return said[0] if len(said) == 1 else say("experiments.label.together", labels=Several(said, "plain"))

    def __len__(self) -> int:
        return len(self.steps)


def axes_of(values: Mapping[str, Any], together: Iterable[Any] = ()) -> tuple[Axis, ...]:
    """The axes among the values, in the order in which they are given.

    Raises `InvalidRequest` with all values that cannot be stepped through, and `Misuse` for names that are no axes.
    """
    found: dict[str, tuple[Any, ...]] = {}
    with all_problems_at_once() as noting:
        for name, value in values.items():
            with noting():
                steps = several(name, value)
                if steps is not None:
                    found[name] = steps
    groups = _groups(found, together)
    with all_problems_at_once() as noting:
        axes = []
        for names in groups:
            with noting():
                axes.append(_axis({name: found[name] for name in names}))
    if (count := prod(map(len, axes))) > MOST_CELLS:
        raise too_many("cells", count)
    return tuple(axes)


def places(axes: Sequence[Axis]) -> Iterator[tuple[int, ...]]:
    """The place of each cell: the number of its step on each axis. The last axis steps fastest."""
    return product(*(range(len(axis)) for axis in axes))


@contextmanager
def all_problems_at_once() -> Iterator[Callable[[], Any]]:
    """Yields a block that notes the problems of an `InvalidRequest`. At the end, all of them are raised together."""
    problems: list[Problem] = []

    @contextmanager
    def noting() -> Iterator[None]:
        try:
            yield
        except InvalidRequest as error:
            problems.extend(error.problems)

    yield noting
    if problems:
        raise InvalidRequest(problems)


def _groups(found: Mapping[str, tuple[Any, ...]], together: Iterable[Any]) -> list[tuple[str, ...]]:
    """The names of each axis. Names that step together stand where the first of them is given."""
    groups = _written_groups(together)
    named = [name for group in groups for name in group]
    check_names(named, tuple(found), "experiments.together.unknown")
    if twice := [name for name in named if named.count(name) > 1]:
        raise Misuse(say("experiments.together.twice", name=twice[0]))
    rest = [(name,) for name in found if name not in named]
    order = list(found)
    return sorted([*groups, *rest], key=lambda names: min(map(order.index, names)))


def _written_groups(together: Any) -> list[tuple[str, ...]]:
    """The groups of names that step together. Names alone, in whatever they are collected, are one group."""
    whole = (together,) if isinstance(together, str) else _names_in(together)
    if all(isinstance(each, str) for each in whole):
        return [whole] if whole else []
    groups = [(group,) if isinstance(group, str) else _names_in(group) for group in whole]
    if not all(isinstance(each, str) for group in groups for each in group):
        raise Misuse(say("experiments.together.none", value=shown(together)))
    return [group for group in groups if group]


def _names_in(group: Any) -> tuple[Any, ...]:
    if not isinstance(group, Iterable):
        raise Misuse(say("experiments.together.none", value=shown(group)))
    return tuple(sorted(group) if isinstance(group, AbstractSet) else group)


def _axis(values: Mapping[str, tuple[Any, ...]]) -> Axis:
    names = tuple(values)
    lengths = {name: len(steps) for name, steps in values.items()}
    if len(set(lengths.values())) > 1:
        told = Several(tuple(say("experiments.together.length", name=each, count=lengths[each]) for each in names))
        raise InvalidRequest([Problem("together", say("experiments.together.unequal", lengths=told))])
    steps = tuple(dict(zip(names, step, strict=True)) for step in zip(*values.values(), strict=True))
    _check_no_step_twice(", ".join(names), steps)
    labels = {name: labels_of(name, steps) for name, steps in values.items()}
    by_step = zip(*labels.values(), strict=True)
    return Axis(names, steps, tuple(dict(zip(names, each, strict=True)) for each in by_step))


def _check_no_step_twice(name: str, steps: Sequence[Mapping[str, Any]]) -> None:
    seen: list[list[tuple[type, Any]]] = []
    for step in steps:
        known = [(type(value), value) for value in step.values()]  # True and 1 are equal, but not the same
        if known in seen:
            value = shown(next(iter(step.values())) if len(step) == 1 else tuple(step.values()))
            remedy = say("experiments.values.twice.remedy", repeat="repeat=")
            raise InvalidRequest([Problem(name, say("experiments.values.twice", value=value), remedy=remedy)])
        seen.append(known)
