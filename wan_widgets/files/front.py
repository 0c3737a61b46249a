"""Which front end shows what this code displays, as far as it can be known."""

import os
import sys
from enum import StrEnum

from wan_widgets.files.here import is_marimo, kernel_shell


class Front(StrEnum):
    """A front end that has limits of its own, or none of them."""

    JUPYTER = "Jupyter"
    """JupyterLab, Notebook, and whatever else runs a kernel of Jupyter."""
    VOILA = "Voila"
    VSCODE = "VS Code"
    COLAB = "Colab"
    MARIMO = "marimo"
    NONE = "none"
    """A script, or IPython in a terminal."""


def front() -> Front:
    """The front end of this process."""
    if is_marimo():
        return Front.MARIMO
    shell = kernel_shell()
    if shell is None:
        return Front.NONE
    if "VOILA_PREHEAT" in os.environ:  # Voila sets it in each kernel that it starts, to true or to false
        return Front.VOILA
    if "google.colab" in sys.modules:
        return Front.COLAB
    if "__vsc_ipynb_file__" in shell.user_ns or "VSCODE_PID" in os.environ or "VSCODE_CWD" in os.environ:
        return Front.VSCODE
    return Front.JUPYTER
