"""Deleting clips, and taking that back. The ledger keeps their orders, because their money was spent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wan_widgets.files import here
from wan_widgets.files.deleted import bring_back, move_away, place_for_deleted
from wan_widgets.files.place import moved_along
from wan_widgets.ledger import marking, orders
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marks import UNMARKED, Marks
from wan_widgets.words import Said, Text, reason_of, say


@dataclass(frozen=True)
class Deletion:
    """What became of the orders that were to be deleted or restored."""

    done: tuple[str, ...] = ()
    """The ids of those for which it was done."""
    kept: Mapping[str, Said] = field(default_factory=dict)
    """For each of the others, why it stays as it is."""


@dataclass(frozen=True)
class _Found:
    """An order with its clip's file, if there is one."""

    entry: Entry
    file: Path | None


def delete(order_ids: Iterable[str]) -> Deletion:
    """Delete clips: their files are moved aside, and no list shows them. `restore` takes it back. Blocks.

    A clip stays if its order is not finished, or if another order that is not deleted has the same file. Raises
    `LedgerError`.
    """
    ids = [*dict.fromkeys(order_ids)]
    known = marking.with_marks(ids)
    kept: dict[str, Said] = {order: say("ledger.no_order", name=repr(order)) for order in ids if order not in known}
    kept |= {order: say("experiments.unfinished") for order, (entry, _) in known.items() if not entry.is_finished}
    done = [order for order, (_, noted) in known.items() if noted.deleted_at]
    others = [entry for order, (entry, _) in known.items() if order not in {*kept, *done}]
    found = [_Found(entry, orders.file_of(entry)) for entry in others]
    kept |= {each.entry.id: say("experiments.shared") for each in found if _is_shared(each, set(known) - set(kept))}
    chosen = [each for each in found if each.entry.id not in kept]
    targets = _targets(chosen)
    # It is noted before the files are moved. If the process ends between the two, `restore` finds the files in place.
    marking.delete({each.entry.id: str(targets[each.file]) if each.file else None for each in chosen})
    failed = marking.alone_with([each.entry.id for each in chosen], lambda noted: _not_moved(chosen, targets, noted))
    marking.undelete([*failed])
    done += [each.entry.id for each in chosen if each.entry.id not in failed]
    return Deletion(tuple(done), kept | failed)


def _is_shared(found: _Found, chosen: set[str]) -> bool:
    """Whether the file is also that of an order that stays."""
    if found.file is None or found.entry.sha256 is None:
        return False
    others = [each for each in marking.with_content(found.entry.sha256) if each.id not in chosen]
    return any(_is_at(other, found.file) for other in others)


def _is_at(entry: Entry, file: Path) -> bool:
    try:
        return any(path.exists() and path.samefile(file) for path in orders.paths_of(entry))
    except OSError:
        return False


def _targets(chosen: list[_Found]) -> dict[Path, Path]:
    """Where each file goes. Orders with one file have one place for it."""
    targets: dict[Path, Path] = {}
    for each in chosen:
        if each.file is not None:
            targets.setdefault(each.file, place_for_deleted(each.file, each.entry.id))
    return targets


def _not_moved(chosen: list[_Found], targets: Mapping[Path, Path], noted: Mapping[str, Marks]) -> dict[str, Said]:
    """Move the files. Returns the orders whose files could not be moved, and why.

    A clip that another kernel has restored in the meantime stays where it is.
    """
    failed: dict[str, Said] = {}
    for each in chosen:
        if each.file is None or noted.get(each.entry.id, UNMARKED).deleted_at is None:
            continue
        try:
            move_away(each.file, targets[each.file])
        except OSError as error:
            if not targets[each.file].is_file():  # else another kernel, or another order of the same file, has moved it
                failed[each.entry.id] = say("experiments.unmoved", reason=reason_of(error))
    return failed


def restore(order_ids: Iterable[str]) -> Deletion:
    """Bring deleted clips back to their folders. Blocks. Raises `LedgerError`."""
    known = marking.with_marks([*dict.fromkeys(order_ids)])
    entries = {order: entry for order, (entry, _) in known.items()}
    outcomes = marking.alone_with([*entries], lambda noted: _brought_back(entries, noted))
    kept = {order: found for order, found in outcomes.items() if isinstance(found, Text)}
    done = [order for order in outcomes if order not in kept]
    marking.undelete(done)
    for order, found in outcomes.items():
        if isinstance(found, Path) and found.name != Path(entries[order].path or "").name:
            _note_path(order, found)
    return Deletion(tuple(done), kept)


def _note_path(order: str, path: Path) -> None:
    orders.write(lambda ledger: ledger.note(order, {"path": str(path)}))


def _brought_back(entries: Mapping[str, Entry], noted: Mapping[str, Marks]) -> dict[str, Path | Text | None]:
    """Move the files of deleted clips back. Returns for each where it is now, or why it could not be moved."""
    return {order: _restored(entries[order], marks.deleted_to) for order, marks in noted.items() if marks.deleted_at}


def _restored(entry: Entry, deleted_to: str | None) -> Path | Text | None:
    if deleted_to is None:
        return None
    # A link to a file elsewhere leads there again as soon as it is back.
    deleted = next((path for path in _places(entry, deleted_to) if path.is_file() or path.is_symlink()), None)
    if deleted is None:  # its file may never have been moved, or it came back with another order
        return orders.file_of(entry) or say("experiments.deleted_file_gone")
    try:
        return bring_back(deleted)
    except OSError as error:
        return say("experiments.unmoved", reason=reason_of(error))


def _places(entry: Entry, deleted_to: str) -> Iterator[Path]:
    """Where the file of a deleted clip may lie. Its folder may have moved."""
    yield Path(deleted_to)
    yield moved_along(Path(deleted_to), entry.place, here.folder())
