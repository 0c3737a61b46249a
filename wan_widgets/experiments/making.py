"""Making the cells of a sweep from what a person gives: their requests, checked for their services, all at once."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from wan_widgets.client import AsyncClient, client_at
from wan_widgets.experiments.axes import Axis, all_problems_at_once, axes_of, places
from wan_widgets.experiments.cells import Cell
from wan_widgets.experiments.placeholders import check_value, filled_in, placeholders
from wan_widgets.experiments.selecting import Selection
from wan_widgets.experiments.values import one, several
from wan_widgets.generation.prepared import Prepared, largest_seed, prepare
from wan_widgets.generation.request import NAMES, check_names, formed
from wan_widgets.wan.errors import InvalidRequest, Misuse
from wan_widgets.wan.pasted import plain
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Said, Several, english, joined, say

SEED = 1
"""The seed of every cell, if none is given: cells differ only in what was varied, and a sweep can be made again."""
_OF_SWEEP = frozenset({"provider", "repeat"})
_OPTIONS = frozenset({"together", "baseline", "at_once"})
_NO_TEXT = frozenset({*_OF_SWEEP, *_OPTIONS, "prompt", "image", "references", "guide_audio", "extra"})
"""Names that say something else than a word of the prompt."""
_FEW = 3  # cells that are named one by one


def cells_of(
    request: VideoRequest | str | Iterable[str] | None,
    given: Mapping[str, Any],
    together: Iterable[Any],
    baseline: Mapping[str, Any] | None,
) -> tuple[tuple[Axis, ...], tuple[Cell, ...]]:
    """The axes and the cells. Nothing is sent, but servers are asked which model they have.

    Raises `InvalidRequest` with the problems of all cells, `Misuse` for a name that nothing has, and
    `ConfigurationError` if there is no usable client.
    """
    base = request if isinstance(request, VideoRequest) else None
    values = dict(given) if base is not None else _with_prompt(request, given)
    _check_given(values, base)
    axes = axes_of(values, together)
    varied = {name for axis in axes for name in axis.names}
    shared = {name: one(name, value) for name, value in values.items() if name not in varied}
    marked = _baseline(axes, baseline)
    clients = _Clients(is_named=base is not None or "model" in values)
    return axes, _Making(base, shared, axes, clients, marked).cells()


def _with_prompt(prompt: object, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with the prompt or the prompts that stand before them."""
    if prompt is None:
        return dict(given)
    if not isinstance(prompt, Iterable) or isinstance(prompt, bytes | Mapping):
        raise Misuse(say("experiments.request.none", value=shown(prompt)))
    if "prompt" in given:
        raise Misuse(say("experiments.prompt.twice"))
    return {"prompt": prompt, **given}


def prompts_of(base: VideoRequest | None, values: Mapping[str, Any]) -> list[Any]:
    """The prompts as they are written, with their placeholders."""
    prompt = values.get("prompt", base.prompt if base else None)
    return list(several("prompt", prompt) or (prompt,))


def _check_given(values: Mapping[str, Any], base: VideoRequest | None) -> None:
    """Raise `Misuse` for a name that is neither a field nor a placeholder, and the other way round."""
    used: dict[str, None] = {}
    with all_problems_at_once() as noting:
        for prompt in prompts_of(base, values):
            with noting():
                used |= dict.fromkeys(placeholders(prompt))
    fields = NAMES | _OF_SWEEP
    check_names(values, sorted({*fields, *used, *_OPTIONS}), "experiments.name.unknown")
    for name in used:
        if name in _NO_TEXT:
            raise Misuse(say("experiments.placeholder.taken", name=name))
        if name not in values:
            near = get_close_matches(name, values, 1)
            hint = (
                say("generation.field.meant", name=near[0]) if near else say("experiments.placeholder.give", name=name)
            )
            raise Misuse(joined(say("experiments.placeholder.unknown", name=name), hint))
    with all_problems_at_once() as noting:
        for name in [name for name in used if name not in fields]:
            for value in several(name, values[name]) or (plain(values[name]),):
                with noting():
                    check_value(name, value)


class _Clients:
    """One client for each service that is given, however many cells are there."""

    def __init__(self, *, is_named: bool) -> None:
        self._is_named = is_named
        self._known: list[tuple[Any, AsyncClient]] = []

    def at(self, provider: Any) -> AsyncClient:
        for given, client in self._known:
            if given is provider or (isinstance(given, str) and given == provider):
                return client
        client = client_at(provider, is_named=self._is_named, is_to_plan=True)
        self._known.append((provider, client))
        return client


def _baseline(axes: Sequence[Axis], wanted: object) -> Selection:
    """The cells that the others are compared with."""
    if wanted is not None and not isinstance(wanted, Mapping):
        raise Misuse(say("experiments.baseline.unnamed", value=shown(wanted), example='baseline={"seed": 1}'))
    return Selection(axes, wanted or {}, "baseline", "experiments.baseline.unknown")


@dataclass(frozen=True)
class _Making:
    base: VideoRequest | None
    shared: Mapping[str, Any]
    axes: tuple[Axis, ...]
    clients: _Clients
    baseline: Selection

    def cells(self) -> tuple[Cell, ...]:
        """All cells. Raises `InvalidRequest` with the problems of all of them."""
        made: list[Cell] = []
        found: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
        problems: dict[str, Problem] = {}
        for number, steps in enumerate(places(self.axes)):
            try:
                made.append(self._cell(number, steps))
            except InvalidRequest as error:
                for problem in error.problems:
                    name = english(problem.said)
                    problems[name] = problem
                    found[name].append(steps)
        if problems:
            raise InvalidRequest([_of_cells(problems[name], found[name], self.axes) for name in problems])
        self._check_none_twice(made)
        return tuple(made)

    def _cell(self, number: int, steps: tuple[int, ...]) -> Cell:
        place: dict[str, Any] = {}
        labels: dict[str, Said] = {}
        for axis, step in zip(self.axes, steps, strict=True):
            place |= axis.steps[step]
            labels |= axis.labels[step]
        values = {**self.shared, **place}
        client = self.clients.at(values.pop("provider", None))
        prepared = self._prepared(client, values)
        is_baseline = bool(self.baseline) and self.baseline.has(place)
        return Cell(
            number=number,
            steps=steps,
            place=place,
            labels=labels,
            client=client,
            prepared=prepared,
            is_baseline=is_baseline,
        )

    def _prepared(self, client: AsyncClient, values: dict[str, Any]) -> Prepared:
        repeat = values.pop("repeat", None)
        request = self._request(client, values)
        offer = client.provider.offer(request.model, request.mode, request.like)
        if request.seed is not None:
            return prepare(client, request, repeat or None)  # the first repeat is the ordinary clip with this seed
        if largest_seed(offer, request) is not None:
            return prepare(client, dataclasses.replace(request, seed=SEED + (repeat or 0)))
        return prepare(client, request, repeat or 0)

    def _request(self, client: AsyncClient, values: Mapping[str, Any]) -> VideoRequest:
        fields = {} if self.base is None else _written(self.base)
        fields |= {name: value for name, value in values.items() if name in NAMES}
        if isinstance(prompt := fields.get("prompt"), str):
            fields["prompt"] = filled_in(prompt, values)
        is_whole = self.base is not None
        return formed(provider=client.provider, base_url=client.base_url, is_whole=is_whole, **fields)

    def _check_none_twice(self, cells: Iterable[Cell]) -> None:
        """Raise `InvalidRequest` if two cells would be the same clip, so that there would be nothing to compare."""
        seen: dict[Any, Cell] = {}
        for cell in cells:
            first = seen.setdefault((cell.prepared.site, cell.request, cell.prepared.repeat), cell)
            if first is not cell:
                names = Several((_named(first.labels), _named(cell.labels)), "clauses")
                remedy = say("experiments.cells.same.remedy", together="together=")
                raise InvalidRequest([Problem("cells", say("experiments.cells.same", cells=names), remedy=remedy)])


def _written(request: VideoRequest) -> dict[str, Any]:
    """The fields of a request that are not at their default. Another kind of request may have other defaults."""
    usual = type(request).draft({})
    values = {each.name: getattr(request, each.name) for each in dataclasses.fields(request)}
    return {name: value for name, value in values.items() if value != getattr(usual, name)}


def _named(labels: Mapping[str, Said]) -> Said:
    return say("experiments.label.together", labels=Several(tuple(labels.values()), "plain"))


def _of_cells(problem: Problem, steps: Sequence[tuple[int, ...]], axes: Sequence[Axis]) -> Problem:
    """The problem, with the cells that it is about, unless it is about all."""
    count = len(list(places(axes)))
    if len(steps) == count:
        return problem
    where = _where(steps, axes)
    message = say("experiments.problem.of_cells", cells=where, affected=len(steps), whole=count, text=problem.message)
    return dataclasses.replace(problem, message=message)


def _where(steps: Sequence[tuple[int, ...]], axes: Sequence[Axis]) -> Several:
    """Where these cells are, in as few words as possible: the steps of one axis, if they are all cells with these."""
    whole = 1
    for axis in axes:
        whole *= len(axis)
    for number, axis in enumerate(axes):
        found = sorted({each[number] for each in steps})
        if len(steps) == len(found) * whole // len(axis):
            return _some([axis.label(step) for step in found])
    return _some([_label(axes, each) for each in steps])


def _label(axes: Sequence[Axis], steps: tuple[int, ...]) -> Said:
    labels = tuple(axis.label(step) for axis, step in zip(axes, steps, strict=True))
    return say("experiments.label.together", labels=Several(labels, "plain"))


def _some(labels: Sequence[Said]) -> Several:
    if len(labels) <= _FEW:
        return Several(tuple(labels), "clauses")
    return Several((*labels[:_FEW], say("experiments.problem.more", count=len(labels) - _FEW)), "clauses")
