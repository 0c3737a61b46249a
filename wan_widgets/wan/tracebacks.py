"""How a notebook shows an error of this package: the user's own lines and the message."""

import sys
from copy import copy
from types import TracebackType
from typing import Any

_PACKAGE = __name__.partition(".")[0]


class ShownBriefly(BaseException):
    """An exception of which IPython shows the lines of the user's code alone.

    The lines below them, of this package and of httpx, help nobody who uses it, and they have paths of this machine.
    """

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows. It asks an exception for them by this name."""
        shell: Any = sys.modules["IPython"].get_ipython()
        alone = copy(self)  # it has no cause
        alone.__suppress_context__ = True
        shown: list[str] = shell.InteractiveTB.structured_traceback(type(self), alone, _of_user(self.__traceback__))
        return shown


def _of_user(traceback: TracebackType | None) -> TracebackType | None:
    """The part of a traceback above the first line of this package."""
    if traceback is None or traceback.tb_frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        return None
    return TracebackType(_of_user(traceback.tb_next), traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
