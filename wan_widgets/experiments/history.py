"""The orders of the ledger as a data frame of pandas, with the columns that a person would choose."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from wan_widgets.experiments.checks import COLUMNS, check_missing, columns_of
from wan_widgets.files import disk, player
from wan_widgets.files.place import Place, place
from wan_widgets.ledger.described import Described, described
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marking import marks_of
from wan_widgets.ledger.marks import UNMARKED, Marks
from wan_widgets.ledger.orders import orders, path_today
from wan_widgets.ledger.values import number, whole
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import say

if TYPE_CHECKING:
    import pandas  # noqa: ICN001  # the documentation finds the type by its full name

_TIME = "datetime64[ns, UTC]"
_TYPES = {
    "ordered": _TIME,
    "status": "category",
    "prompt": "string",
    "negative_prompt": "string",
    "seed": "UInt64",
    "mode": "category",
    "model": "category",
    "provider": "category",
    "width": "Int64",
    "height": "Int64",
    "seconds": "Float64",
    "has_audio": "boolean",
    "price": "Float64",
    "currency": "category",
    "finished": _TIME,
    "took": "Float64",
    "path": "string",
    "error": "string",
    "star": "bool",
    "rating": "Float64",
    "tags": "object",
    "note": "string",
    "deleted": "bool",
    **COLUMNS,
    "sha256": "string",
    "task_id": "string",
    "order_id": "string",
}
"""The columns and their types. Some services take seeds that `Int64` cannot hold."""


def history(*, everywhere: bool = False, check: bool = False) -> "pandas.DataFrame":
    """The orders of this folder (with `everywhere`: of all folders) as a data frame of pandas, newest first.

    With `check`, the clips that nobody has looked at are checked now, which takes about a second for each. Times are in
    UTC. Raises `LedgerError`, and `ConfigurationError` if pandas is not installed.
    """
    check_pandas()
    if check:
        check_missing(orders(everywhere=everywhere))
    return frame_of(orders(everywhere=everywhere))


def check_pandas() -> None:
    """Raise `ConfigurationError` if pandas is not installed."""
    if find_spec("pandas") is None:
        raise ConfigurationError(say("experiments.no_pandas", command="pip install pandas"))


def frame_of(entries: Iterable[Entry]) -> "pandas.DataFrame":
    """Orders as a data frame, with what the user has noted of them. Raises as `history` does."""
    check_pandas()
    library: Any = import_module("pandas")  # it takes a second to load
    found, today = [*entries], place()
    marks = marks_of([entry.id for entry in found])
    rows = [_row(entry, marks.get(entry.id, UNMARKED), today) for entry in found]
    columns = {
        name: library.Series(_column(library, kind, [row[name] for row in rows]), dtype=kind)
        for name, kind in _TYPES.items()
    }
    frame: pandas.DataFrame = library.DataFrame(columns)
    return frame


def _column(library: Any, kind: str, values: list[Any]) -> Any:
    if kind == _TIME:
        return library.to_datetime(library.Series(values, dtype="Float64"), unit="s", utc=True, errors="coerce")
    return values


def _row(entry: Entry, marks: Marks, today: Place) -> dict[str, Any]:
    """The cells of an order."""
    return _of_request(described(entry.recipe)) | _of_order(entry) | _of_clip(entry, marks, today) | _of_marks(marks)


def _of_request(request: Described) -> dict[str, Any]:
    return {
        "prompt": _text(request.prompt),
        "negative_prompt": _text(request.negative_prompt),
        "seed": request.seed,
        "mode": _text(request.mode),
        "model": _text(request.model),
    }


def _of_order(entry: Entry) -> dict[str, Any]:
    price = entry.price if entry.is_charged else None
    return {
        "ordered": number(entry.created_at),
        "status": _text(entry.state),
        "provider": _text(entry.provider),
        "price": None if price is None else float(price.amount),
        "currency": None if price is None else price.currency,
        "finished": number(entry.finished_at),
        "took": number(entry.took),
        "error": _text(str(entry.error_message)) if entry.error_message and entry.state != "completed" else None,
        "task_id": _text(entry.task_id),
        "order_id": _text(entry.id),
    }


def _of_clip(entry: Entry, marks: Marks, today: Place) -> dict[str, Any]:
    path = None if marks.deleted_at is not None else path_today(entry, today)
    return {
        "width": whole(entry.width),
        "height": whole(entry.height),
        "seconds": number(entry.seconds if entry.duration is None else entry.duration),
        "has_audio": entry.has_audio,
        "path": None if path is None else _text(disk.shown(path)),
        "sha256": _text(entry.sha256),
        **columns_of(entry.check),
    }


def _of_marks(marks: Marks) -> dict[str, Any]:
    return {
        "star": marks.star,
        "rating": number(marks.rating),
        "tags": tuple(map(player.printable, marks.tags)),
        "note": _text(marks.note) or None,
        "deleted": marks.deleted_at is not None,
    }


def _text(value: object) -> str | None:
    """The value as text that pandas can keep; ``None`` if it is none, because another program may have written it."""
    return player.printable(value) if isinstance(value, str) else None
