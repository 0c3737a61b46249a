"""The cells of a sweep as tidy rows: one a cell, one column for each parameter and each fact.

What comes later is one more function beside those that `rows_of` calls.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from importlib import import_module
from typing import Any

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.checks import COLUMNS, columns_of
from wan_widgets.experiments.history import check_pandas
from wan_widgets.files.checks import Check
from wan_widgets.files.disk import shown
from wan_widgets.generation.checking import looked_at
from wan_widgets.generation.repeats import past_of
from wan_widgets.ledger import orders
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marking import marks_of
from wan_widgets.ledger.marks import UNMARKED, Marks
from wan_widgets.ledger.values import moment
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, Reference

Row = dict[str, Any]
_ALWAYS = ("prompt", "resolution", "aspect_ratio", "duration", "seed")
_TIMES = ("ordered", "finished")
_NUMBERS = (
    *("took", "price", "width", "height", "seconds", "size", "rating"),
    *(name for name, kind in COLUMNS.items() if kind != "string"),
)
"""Columns that are numbers also where nothing is known yet, so that they can be counted and drawn."""
_ENDED = (CellState.COMPLETED, CellState.FAILED, CellState.CANCELLED)


def rows_of(cells: Sequence[Cell]) -> list[Row]:
    """One row a cell, in their sequence. Reads the ledger once. Raises `LedgerError`."""
    past = past_of([cell.prepared.key for cell in cells])
    matter = _fields_that_matter([cell.request for cell in cells])
    entries = [known.entry if (known := past.get(cell.prepared.key)) else None for cell in cells]
    noted = marks_of([entry.id for entry in entries if entry])
    return [
        {
            **_parameters(cell, matter),
            **_course(cell, entry),
            **_clip(cell, entry),
            **columns_of(_check(cell, entry)),
            **_marks(noted.get(entry.id, UNMARKED) if entry else UNMARKED),
        }
        for cell, entry in zip(cells, entries, strict=True)
    ]


def table_of(rows: Sequence[Row]) -> Any:
    """Rows as a table of pandas. Raises `ConfigurationError` if pandas is not installed."""
    check_pandas()
    pd: Any = import_module("pandas")  # it takes a second to load
    table = pd.DataFrame(list(rows))
    for name in _TIMES:
        table[name] = pd.to_datetime(table[name], utc=True)
    for name in _NUMBERS:
        table[name] = pd.to_numeric(table[name])
    return table


def check_cells(cells: Iterable[Cell]) -> None:
    """Look at those clips at which nobody has looked. Blocks for about a second a clip."""
    for cell in cells:
        if cell.video is not None and _check(cell, orders.entry_if_known(cell.order_id or "")) is None:
            looked_at(cell.video.path, cell.request, cell.client.provider.name, cell.order_id)


def _fields_that_matter(requests: Sequence[VideoRequest]) -> list[str]:
    """The fields in which any request differs from the defaults, and those that always say what a clip is."""
    usual = {type(request): type(request).draft({}) for request in requests}
    names = dict.fromkeys(each.name for request in requests for each in fields(request))
    return [
        name
        for name in names
        if name != "model"
        and (
            name in _ALWAYS
            or any(getattr(request, name, None) != getattr(usual[type(request)], name, None) for request in requests)
        )
    ]


def _parameters(cell: Cell, matter: Iterable[str]) -> Row:
    """What was asked for: the place on the axes, then the fields of the request."""
    asked = {name: _written(value) for name, value in cell.place.items() if name not in ("provider", "model")}
    wanted = {name: _written(getattr(cell.request, name, None)) for name in matter}
    return {
        **asked,
        **wanted,
        "provider": cell.client.provider.name,
        "model": cell.request.model,
        "mode": str(cell.request.mode),
        "is_baseline": cell.is_baseline,
    }


def _course(cell: Cell, entry: Entry | None) -> Row:
    """What became of the order."""
    task = cell.job.step.task if cell.job else None
    price = (entry.price if entry and cell.is_bought else None) or cell.price
    return {
        "status": str(cell.state),
        "error": str(cell.error) if cell.error else None,
        "ordered": moment(entry.created_at) if entry else None,
        "finished": _finished(cell, entry),
        "took": entry.took if entry else None,
        "price": float(price.amount) if price else None,
        "currency": price.currency if price else None,
        "task_id": task.id if task else entry.task_id if entry else None,
        "order_id": entry.id if entry else cell.order_id,
    }


def _finished(cell: Cell, entry: Entry | None) -> datetime | None:
    if entry is None or cell.state not in _ENDED:
        return None
    return moment(entry.finished_at or (cell.job.ended if cell.job else None))


def _clip(cell: Cell, entry: Entry | None) -> Row:
    """The file. ``duration`` is what was asked for, and ``seconds`` what the clip has."""
    video = cell.video
    return {
        "path": shown(video.path) if video else None,
        "sha256": entry.sha256 if entry and video else None,
        "width": video.width if video else None,
        "height": video.height if video else None,
        "seconds": video.duration if video else None,
        "size": video.size if video else None,
    }


def _check(cell: Cell, entry: Entry | None) -> Check | None:
    """What was found in the clip. It may not be noted yet, or not in this ledger."""
    if cell.video is None:
        return None
    return cell.video.check or (entry.check if entry else None)


def _marks(marks: Marks) -> Row:
    """What the user has noted of the clip."""
    return {"star": marks.star, "rating": marks.rating, "tags": tuple(marks.tags), "note": marks.note or None}


def _written(value: Any) -> Any:
    """A value as a table can hold it: a file by its path, several by their names."""
    value = value.source if isinstance(value, Reference) else value
    if isinstance(value, LocalFile):
        return shown(value.path) if value.path else value.name
    if isinstance(value, tuple):
        return ", ".join(str(_written(each)) for each in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else value
