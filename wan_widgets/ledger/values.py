"""Single values as the ledger stores them, and the beginning of a day."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from wan_widgets.wan.estimates import Course
from wan_widgets.wan.field_checks import is_unicode

_LARGEST = 9e9  # seconds, in the year 2255; pandas counts nanoseconds, for which a much later time is too large


def stored(value: Any) -> Any:
    """A value as SQLite stores it. Text with lone surrogates, which file names may have, is stored as bytes."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) and not is_unicode(value) else value


def loaded(value: Any) -> Any:
    """The value that `stored` was called with."""
    try:
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
    except UnicodeDecodeError:  # another program wrote it
        return value.decode("utf-8", "replace")


def moment(seconds: float | None) -> datetime | None:
    """A Unix time as a date; ``None`` if it is not valid, because another program may have written it."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def number(value: object) -> float | None:
    """The value if it is a number, as large as times, lengths and amounts are; else ``None``."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _LARGEST else None  # type: ignore[arg-type]


def whole(value: object) -> int | None:
    """The value if it is a whole number, as `number` understands it; else ``None``."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def unix_time(value: Any) -> float:
    """The value as a Unix time; 0 if it is no number, because another program may have written it."""
    return float(value) if isinstance(value, int | float) else 0.0


def midnight(seconds: float) -> float:
    """The Unix time at which the day of another Unix time began, in the time zone of this machine."""
    local = datetime.fromtimestamp(seconds).astimezone()
    begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return begun.replace(tzinfo=None).timestamp()  # at midnight, summer time may not have begun or ended yet


def course_text(course: Course) -> str:
    """A course as the ledger keeps it, such as ``"10 0.2 99 0.7"``."""
    return " ".join(f"{percent} {share:g}" for percent, share in course)


def course_from(text: object) -> Course:
    """The course that `course_text` wrote; empty for anything else, because another program may have written it."""
    words = text.split() if isinstance(text, str) else []
    try:
        course = tuple((int(percent), float(share)) for percent, share in zip(words[::2], words[1::2], strict=True))
    except ValueError:
        return ()
    is_sound = all(0 < percent <= 100 and 0 < share <= 1 for percent, share in course)
    grows = all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(course))
    return course if is_sound and grows else ()
