"""Looking at clips on demand, and what was found as the columns of a table."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from wan_widgets.files.checks import Check, measured
from wan_widgets.files.disk import absolute, digest_of
from wan_widgets.files.video import Video
from wan_widgets.generation.checking import looked_at
from wan_widgets.ledger.checks import note_check
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marking import with_content
from wan_widgets.ledger.orders import file_of
from wan_widgets.wan.errors import LedgerError

COLUMNS = {
    "check_findings": "string",
    "check_black": "Float64",
    "check_frozen": "Float64",
    "check_cuts": "Int64",
    "check_flicker": "Float64",
    "check_brightness": "Float64",
    "check_motion": "Float64",
    "check_loudness": "Float64",
    "check_fps": "Float64",
}
"""The columns of a table and their types in pandas."""


def check(clip: Video | Path | str) -> Check:
    """What is found in a clip, or in any video file: black, frozen, cut, silent, of another size than asked.

    The ledger keeps it for the clips that it knows, so that a file is looked at once. Blocks for about a second.
    Raises `OSError`, and ``NotVideo`` if the file is no video.
    """
    path = clip.path if isinstance(clip, Video) else absolute(clip)
    digest = digest_of(path)
    entry: Entry | None = None
    with suppress(LedgerError):
        entry = _order_of(clip, with_content(digest))
    if entry and entry.check:
        return entry.check
    request, provider = (clip.request, clip.provider) if isinstance(clip, Video) else (None, None)
    found = measured(path, entry.request if entry else request, entry.provider if entry else provider)
    if entry:
        with suppress(LedgerError):  # it is looked at again the next time
            note_check(entry.id, found, digest)
    return found


def _order_of(clip: Video | Path | str, entries: list[Entry]) -> Entry | None:
    """The order that made a clip. Several orders may have made the same file."""
    task = clip.task_id if isinstance(clip, Video) else None
    same = [entry for entry in entries if entry.task_id == task] or entries
    return max(same, key=lambda entry: entry.created_at, default=None)


def check_missing(entries: Iterable[Entry]) -> None:
    """Look at those clips of orders at which nobody has looked. Blocks for about a second a clip."""
    for entry in entries:
        path = file_of(entry) if entry.check is None else None
        if path is not None:
            looked_at(path, entry.request, entry.provider, entry.id)


def columns_of(check: Check | None) -> dict[str, Any]:
    """The cells of a table. All are empty if nobody has looked at the clip."""
    if check is None:
        return dict.fromkeys(COLUMNS)
    return {
        "check_findings": str(check),
        "check_black": sum(span.seconds for span in check.black),
        "check_frozen": sum(span.seconds for span in check.frozen),
        "check_cuts": len(check.cuts),
        "check_flicker": check.flicker,
        "check_brightness": check.brightness,
        "check_motion": check.motion,
        "check_loudness": check.loudness,
        "check_fps": check.fps,
    }
