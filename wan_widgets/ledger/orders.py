"""Reading the orders of the ledger, and dismissing one.

Code that adds an order or follows one uses `order.Order`. All other code uses this module.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from wan_widgets.files import here, outputs
from wan_widgets.files.disk import digest_of
from wan_widgets.files.media import NotVideo
from wan_widgets.files.place import Place, moved_along, place
from wan_widgets.files.video import Video
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import TROUBLE, Ledger, ledger, unreadable, unwritable
from wan_widgets.ledger.listing import Scope, notebooks
from wan_widgets.ledger.order import LONG_PATIENCE, PATIENCE, facts_of
from wan_widgets.wan.budgets import Budget, Use
from wan_widgets.wan.errors import LedgerError
from wan_widgets.wan.sources import printable
from wan_widgets.wan.tasks import MEMORY
from wan_widgets.words import reason_of, say

LATELY = 600.0
"""Seconds after an order in which the user is asked before the same clip is ordered again."""
_LITTLE_PATIENCE = 0.2  # seconds to wait with what can as well be written later
T = TypeVar("T")


def orders(*, everywhere: bool = False) -> list[Entry]:
    """All orders of this folder (with `everywhere`: of all folders), newest first. Raises `LedgerError`."""
    return read(lambda ledger: ledger.entries(None if everywhere else place()), LONG_PATIENCE)


def unfinished(before: float) -> list[Entry]:
    """The unfinished orders of this folder from before a Unix time, oldest first. Raises `LedgerError`.

    Orders without a task are left out after two days, because services have forgotten them by then.
    """
    oldest = time.time() - 2 * MEMORY
    former = [entry for entry in read(lambda ledger: ledger.unfinished(place())) if entry.created_at < before]
    return [entry for entry in former if entry.task_id is not None or entry.created_at > oldest]


def stamp() -> tuple[object, ...]:
    """A value that is another one after the ledger was changed, by whatever program. It costs no time."""
    path = ledger().path
    return tuple(_stamp_of(each) for each in (path, path.with_name(f"{path.name}-wal")))


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _is_of_this(notebook: str, former: str) -> bool:
    """Whether an order belongs to this notebook: its notebook is this one, or is not there any more.

    `former` is the folder in which the notebook was. The folder may have moved.
    """
    today = moved_along(Path(notebook), former, here.folder())
    return today == Path(here.notebook()) or not today.exists()


def scope_of(where: str) -> Scope:
    """Where the orders of this notebook, of this folder or everywhere belong. Raises `LedgerError`.

    The orders of a notebook that is not there any more are among those of this one: it was renamed, probably to this
    one.
    """
    if where == "everywhere":
        return Scope()
    this = place()
    if where == "folder":
        return Scope(this)
    pairs = read(lambda ledger: ledger.found(lambda db: notebooks(db, Scope(this))))
    return Scope(this, tuple(notebook for notebook, former in pairs if _is_of_this(notebook, former)))


def entry_if_known(name: str) -> Entry | None:
    """The order with this id, or with a task of this id; ``None`` if there is none. Raises `LedgerError`."""
    return read(lambda ledger: ledger.entry(name))


def entry_named(name: str) -> Entry:
    """The order with this id, or with a task of this id. Raises `LedgerError` if there is none, or no ledger."""
    entry = entry_if_known(name)
    if entry is None:
        raise LedgerError(say("ledger.no_order", name=repr(name)), remedy=say("ledger.no_order.remedy"))
    return entry


def ordered_lately(recipe_key: str) -> Entry | None:
    """The newest order of the same clip in the last minutes, as in `Ledger.same`. Raises `LedgerError`."""
    return read(lambda ledger: ledger.same(recipe_key, since=time.time() - LATELY))


def orders_of(recipe_keys: Sequence[str]) -> list[Entry]:
    """All orders of these clips, newest first, whatever came of them. Raises `LedgerError`."""
    return read(lambda ledger: ledger.of_clips(recipe_keys), LONG_PATIENCE)


def last_row() -> int | None:
    """The number of the row that was added last; ``None`` if the ledger cannot be read."""
    with suppress(LedgerError):
        return read(lambda ledger: ledger.last_row())
    return None


def dismiss(order: str) -> bool:
    """Note that an unconfirmed order was not bought, as the user says. False if it is not unconfirmed any more.

    Raises `LedgerError`.
    """
    return write(lambda ledger: ledger.dismiss(order))


def let_go(order: str) -> bool:
    """Note that the task of an unfinished order is not followed any more. False if the order has no such task.

    Raises `LedgerError`.
    """
    return write(lambda ledger: ledger.let_go(order))


def uses(budgets: Sequence[Budget]) -> list[Use]:
    """How much of each budget this notebook, this day or all have used. Raises `LedgerError`."""
    return read(lambda ledger: ledger.uses(budgets, here.notebook(), place()))


def saved_video(entry: Entry) -> Video | None:
    """The clip of an order; ``None`` if its file is gone, or has changed. The file may have moved with its folder."""
    return next((video for path in paths_of(entry) if (video := _video_at(path, entry))), None)


def check_gone(entry: Entry) -> None:
    """Raise `LedgerError` if the clip of an order may be here, because the disk does not let its file be read."""
    for path in paths_of(entry):
        try:
            if S_ISREG(path.stat().st_mode):
                path.open("rb").close()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            continue
        except OSError as error:
            unreadable_clip = say("ledger.clip_unreadable", path=printable(str(path)), reason=reason_of(error))
            raise LedgerError(unreadable_clip) from error


def file_of(entry: Entry) -> Path | None:
    """The file of an order's clip; ``None`` if it is gone, or is another one now. It may have moved with its folder."""
    return next((path for path in paths_of(entry) if _is_unchanged(path, entry)), None)


def paths_of(entry: Entry) -> list[Path]:
    """The paths at which the clip may be."""
    if not isinstance(entry.path, str):  # another program may have written it
        return []
    path = Path(entry.path)
    return [*dict.fromkeys([path, moved_along(path, entry.place, here.folder()), outputs.folder() / path.name])]


def path_today(entry: Entry, today: Place) -> Path | None:
    """Where the clip of an order lies if nobody has moved the file alone. `today` is the place of this notebook.

    The disk is not asked.
    """
    if not isinstance(entry.path, str):  # another program may have written it
        return None
    if entry.place_id != today.id or not today.id:
        return Path(entry.path)
    return moved_along(Path(entry.path), entry.place, Path(today.path))


def _is_unchanged(path: Path, entry: Entry) -> bool:
    try:
        return path.stat().st_size == entry.size and digest_of(path) == entry.sha256
    except (OSError, ValueError):
        return False


def _video_at(path: Path, entry: Entry) -> Video | None:
    task = entry.task
    if task is None or not _is_unchanged(path, entry):
        return None
    try:
        video = replace(Video.read(path, task), price=entry.price, check=entry.check)
    except (OSError, ValueError, NotVideo):
        return None
    if entry.width is None:
        _fill_in(entry, video)
    return video


def _fill_in(entry: Entry, video: Video) -> None:
    """Note the facts of a clip that an older version has saved. Its row has not changed since then."""
    facts = {**facts_of(video), "finished_at": entry.finished_at or entry.updated_at, "updated_at": entry.updated_at}
    with suppress(*TROUBLE):  # whoever looks at the clip next tries again
        ledger().within(_LITTLE_PATIENCE).note(entry.id, facts)


def write(action: Callable[[Ledger], T]) -> T:
    """Change the ledger. Raises `LedgerError`."""
    current = ledger().within(PATIENCE)
    try:
        return action(current)
    except TROUBLE as error:
        raise LedgerError(unwritable(current, error)) from error


def read(action: Callable[[Ledger], T], patience: float = PATIENCE) -> T:
    """What is read in the ledger. Raises `LedgerError`."""
    current = ledger().within(patience)
    try:
        return action(current)
    except TROUBLE as error:
        raise LedgerError(unreadable(current, error)) from error
