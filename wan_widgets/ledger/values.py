"""Single values on their way into the ledger and back, and where a day begins."""

from datetime import UTC, datetime
from typing import Any

from wan_widgets.wan.field_checks import is_unicode


def stored(value: Any) -> Any:
    """A value as SQLite takes it: text with halves of characters, as names of files may have them, is bytes there."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) and not is_unicode(value) else value


def told(value: Any) -> Any:
    """The value again."""
    try:
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
    except UnicodeDecodeError:  # not written here
        return value.decode("utf-8", "replace")


def moment(seconds: float | None) -> datetime | None:
    """A Unix time as a date; ``None`` for what is none, whoever wrote it into the file."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def when(value: Any) -> float:
    """A Unix time, whoever wrote it into the file: what is none is the beginning of time."""
    return float(value) if isinstance(value, int | float) else 0.0


def midnight(seconds: float) -> float:
    """When the day of a moment began, where this machine is."""
    local = datetime.fromtimestamp(seconds).astimezone()
    begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return begun.replace(tzinfo=None).timestamp()  # in summer time, if it was so at midnight
