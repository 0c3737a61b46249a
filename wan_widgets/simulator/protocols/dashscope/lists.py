"""Lists of tasks, filtered and in pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from wan_widgets.simulator.protocols.dashscope.errors import bad_parameter
from wan_widgets.simulator.protocols.dashscope.tasks import BEIJING, STATUSES, listed
from wan_widgets.simulator.records import Record

LONGEST_WINDOW = 24 * 3600
USUAL_PAGE = 10
LARGEST_PAGE = 100
FILTERS = ("task_id", "model_name", "status", "api_key_id", "region")
TIME_FORMAT = "%Y%m%d%H%M%S"


class Window(NamedTuple):
    """The time in which the listed tasks were submitted. It is 24 hours long unless both ends are given."""

    start: float
    end: float

    @classmethod
    def read(cls, query: Mapping[str, str], now: float) -> Self:
        start, end = _time(query, "start_time"), _time(query, "end_time")
        if start is None:
            end = now if end is None else end
            return cls(end - LONGEST_WINDOW, end)
        if end is None:
            return cls(start, start + LONGEST_WINDOW)
        if not 0 <= end - start <= LONGEST_WINDOW:
            raise bad_parameter("end_time must be after start_time by 24 hours at most.")
        return cls(start, end)


def list_page(records: Iterable[Record], query: Mapping[str, str], now: float) -> dict[str, Any]:
    """The page of records that a query asks for. The order of the records, newest first, stays."""
    window = Window.read(query, now)
    number, length = _whole(query, "page_no", 1), _whole(query, "page_size", USUAL_PAGE)
    if length > LARGEST_PAGE:
        raise bad_parameter(f"page_size: {length} is too large, it must be 1 to {LARGEST_PAGE}.")
    if query.get("status") not in {None, "UNKNOWN", *STATUSES.values()}:
        raise bad_parameter(f"status: {query['status'][:80]!r} is none of {', '.join(STATUSES.values())}, UNKNOWN.")
    entries = [listed(record, now) for record in records if window.start <= record.created_at <= window.end]
    wanted = {name: query[name] for name in FILTERS if query.get(name)}
    found = [entry for entry in entries if wanted.items() <= entry.items()]
    return {
        "total": len(found),
        "data": found[(number - 1) * length : number * length],
        "total_page": -(-len(found) // length),
        "page_no": number,
        "page_size": length,
    }


def _time(query: Mapping[str, str], name: str) -> float | None:
    if not query.get(name):
        return None
    try:
        return datetime.strptime(query[name], TIME_FORMAT).replace(tzinfo=BEIJING).timestamp()
    except ValueError as error:
        raise bad_parameter(f"{name}: it must look like 20230420193058.") from error


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) < 2**31):
        raise bad_parameter(f"{name}: it must be a whole number from 1 on.")
    return int(text)
