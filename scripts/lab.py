"""Opens the quickstart notebook in JupyterLab, in a virtual environment that the first run makes.

    python3 scripts/lab.py [arguments of jupyter lab]

for example --no-browser --port 9999.
"""

import os
import signal
import subprocess
import sys

from environment import ROOT, prepare

# JupyterLab gets an address and not a file, so that the printed link also works in a browser on another machine.
NOTEBOOK = "--LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb"


def main() -> None:
    python = prepare(".venv", extra="lab", group="notebooks")
    # With -P the notebooks import the installed package, and nothing from the current folder.
    command = [str(python), "-P", "-m", "jupyterlab", NOTEBOOK, *sys.argv[1:]]
    if os.name == "posix":
        if os.geteuid() == 0:
            command.append("--allow-root")
        os.chdir(ROOT)
        os.execv(python, command)  # noqa: S606 (so that Ctrl+C and signals go to JupyterLab itself)
    lab = subprocess.Popen(command, cwd=ROOT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # JupyterLab handles Ctrl+C
    sys.exit(lab.wait())


if __name__ == "__main__":
    main()
