"""What the grid of a sweep says once: its title, what all clips share, the words for its rows and columns."""

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from wan_widgets.experiments.axes import Axis
from wan_widgets.experiments.former import former_job
from wan_widgets.experiments.labels import label_of
from wan_widgets.experiments.study import Study
from wan_widgets.files.player import printable
from wan_widgets.widgets.cards import ratio_of
from wan_widgets.words import Said, Several, Text, say
from wan_widgets.words.values import written

_MOST_COLUMNS = 12  # with more, the longer one of two axes has the rows
_SAID_APART = ("provider", "model", "prompt")
Label = tuple[str, str, str]
"""The words for a step: what stands before its value, the value, and what stands after it."""


def head_of(study: Study) -> dict[str, Any]:
    """All that does not change while a sweep runs, in the language that holds."""
    return {
        "title": str(study.title),
        "services": _services(study),
        "prompt": printable(str(study.shared.get("prompt", ""))),
        "facts": _facts(study),
        "ratio": _ratio(study),
        "baseline": [cell.number for cell in study.cells if cell.is_baseline],
        **_grid(study.axes),
    }


def label_of_cell(axes: Sequence[Axis], steps: Sequence[int]) -> str:
    """The words for a cell: ``"dusk, seed 3"``."""
    differing = [(axis, step) for axis, step in zip(axes, steps, strict=True) if len(axis) > 1]
    labels = tuple("".join(_label(axis, step)) for axis, step in differing)
    return str(say("experiments.label.together", labels=Several(labels, "plain")))


def _services(study: Study) -> list[str]:
    pairs = {(cell.client.provider.title, cell.request.model) for cell in study.cells}
    return [f"{written(service)} · {model}" for service, model in sorted(pairs)]


def _facts(study: Study) -> list[str]:
    """What all clips share, and the axes that have one step only."""
    shared = [label_of(name, value) for name, value in study.shared.items() if name not in _SAID_APART]
    single = [axis.label(0) for axis in study.axes if len(axis) == 1]
    return [printable(written(each)) for each in (*single, *shared)]


def _ratio(study: Study) -> list[int] | None:
    """The shape of the clips, if all have the same one."""
    kinds = {
        (id(cell.client), cell.request.resolution, getattr(cell.request, "aspect_ratio", "")): cell
        for cell in study.cells
    }
    found = [ratio_of(former_job(cell)) for cell in kinds.values()]
    shapes = {each[0] / each[1] if each else None for each in found}
    return found[0] if len(shapes) == 1 else None


def _grid(axes: Sequence[Axis]) -> dict[str, Any]:
    """Which axis has the columns, which the rows; the others make groups. A single axis is a row that wraps.

    A cell's number is the sum of its group's number, and those of its row and of its column times their steps.
    """
    strides = [prod(map(len, axes[number + 1 :])) for number in range(len(axes))]
    shown = [number for number, axis in enumerate(axes) if len(axis) > 1]
    column, row, others = shown[-1:], shown[-2:-1], shown[:-2]
    if row and len(axes[column[0]]) > max(_MOST_COLUMNS, len(axes[row[0]])):
        row, column = column, row
    numbers = [range(len(axes[each])) for each in others]
    return {
        "groups": [_group(axes, strides, others, steps) for steps in product(*numbers)],
        "rows": [label for each in row for label in _labels(axes[each])],
        "columns": [label for each in column for label in _labels(axes[each])] or [("", "", "")],
        "row_step": sum(strides[each] for each in row),
        "column_step": sum(strides[each] for each in column),
    }


def _group(axes: Sequence[Axis], strides: Sequence[int], others: list[int], steps: tuple[int, ...]) -> dict[str, Any]:
    """The rows that have the same step on each of the other axes."""
    chosen = list(zip(others, steps, strict=True))
    label = "  ·  ".join("".join(_label(axes[each], step)) for each, step in chosen)
    return {"label": label, "first": sum(strides[each] * step for each, step in chosen)}


def _labels(axis: Axis) -> list[Label]:
    return [_label(axis, step) for step in range(len(axis))]


def _label(axis: Axis, step: int) -> Label:
    said = axis.label(step)
    words = printable(written(said))
    value = printable(written(_value_in(said)))
    before, found, after = words.rpartition(value) if value else ("", "", words)
    return (before, found, after) if found else ("", words, "")


def _value_in(said: Said) -> Any:
    """The value in the words for it: 3 in "seed 3". Words without one are a value themselves."""
    values = said.values if isinstance(said, Text) else {}
    return next((values[name] for name in ("seed", "value", "count") if name in values), "")
