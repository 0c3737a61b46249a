"""A sweep that a notebook shows: as a grid, with its plan and its buttons. In a script it needs no Jupyter."""

from typing import TYPE_CHECKING, Any

from wan_widgets.console import sweeping
from wan_widgets.experiments.cells import Cell
from wan_widgets.experiments.study import Study
from wan_widgets.widgets.sweep_places import note_shown, shown_after
from wan_widgets.words import showing

if TYPE_CHECKING:
    from wan_widgets.widgets.sweep_view import SweepView


class Sweep(sweeping.Sweep):
    """A study with `run`, which waits for it. A notebook shows it as a grid, in which it can be started."""

    __doc__ = Study.__doc__
    _view: "SweepView | None" = None

    @property
    def view(self) -> "SweepView":
        """The grid as a widget, for a box or a layout of one's own. A cell shows it if the sweep is its value."""
        if self._view is None or self._view.comm is None:
            from wan_widgets.widgets.sweep_view import SweepView  # noqa: PLC0415  # a script needs no Jupyter

            self._view = SweepView(self)
            self.take_over()
        return self._view

    def __repr__(self) -> str:
        """How many clips, and along which axes. In a terminal, `plan` says more."""
        with showing():
            return f"<{type(self).__name__}: {self.title}>"

    def _ipython_display_(self, **options: Any) -> None:
        note_shown(self)
        self.view.renew()
        self.view._ipython_display_(**options)

    def _display_(self) -> "SweepView":
        """What marimo shows."""
        return self.view

    def _tell(self, cell: Cell | None) -> None:
        super()._tell(cell)
        if self._view is not None:
            self._view.hear(cell)
        for each in shown_after(self):
            if isinstance(each, Sweep) and (view := each._view) is not None:  # noqa: SLF001  # it is of this class
                view.hear_of_former()
