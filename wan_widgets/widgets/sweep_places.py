"""Which cells of the notebook show which sweep, as far as the front end tells cells apart.

A cell that was changed and is run again shows another sweep. The former one goes on, and no button for it is left.
"""

from collections.abc import Callable
from weakref import WeakSet

from wan_widgets.experiments.study import Study
from wan_widgets.files import here

_Shown = tuple[str, "WeakSet[Study]", "WeakSet[Study]"]
_cells: dict[str, _Shown] = {}
"""By the id of a cell: its last run, what that shows, and what the run before it showed."""


def note_shown(study: Study) -> None:
    """The cell that runs now shows this sweep."""
    if (place := here.cell()) is None:
        return
    cell, run = place
    last, present, _ = _cells.get(cell, ("", WeakSet(), WeakSet()))
    if last != run:
        _cells[cell] = (run, WeakSet(), present)
    _cells[cell][1].add(study)


def hidden_before(study: Study) -> list[Study]:
    """The sweeps that were shown where this one is shown, are shown nowhere any more, and still order clips."""
    before = _found(lambda present, former: former if study in present else ())
    shown = _found(lambda present, _: present)
    return [each for each in before if each not in shown and each.is_running and not each.is_paused]


def shown_after(study: Study) -> list[Study]:
    """The sweeps that are shown where this one was shown before."""
    return _found(lambda present, former: present if study in former else ())


def _found(choose: Callable[["WeakSet[Study]", "WeakSet[Study]"], "WeakSet[Study] | tuple[()]"]) -> list[Study]:
    return [each for _, present, former in tuple(_cells.values()) for each in tuple(choose(present, former))]
