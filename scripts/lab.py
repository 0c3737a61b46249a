"""Opens the quickstart notebook in JupyterLab, from an environment that this makes on the first run.

    python3 scripts/lab.py [arguments of jupyter lab]

for example --no-browser --port 9999.
"""

import os
import signal
import subprocess
import sys

from environment import ROOT, prepare

# An address and not a file, so that the link it prints leads there too, for a browser on another machine.
NOTEBOOK = "--LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb"


def main() -> None:
    python = prepare(".venv", extra="lab")
    # -P: the notebooks import the installed package, not whatever lies in the current folder.
    command = [str(python), "-P", "-m", "jupyterlab", NOTEBOOK, *sys.argv[1:]]
    if os.name == "posix":
        if os.geteuid() == 0:
            command.append("--allow-root")
        os.chdir(ROOT)
        os.execv(python, command)  # noqa: S606 (Ctrl+C and signals now go to JupyterLab itself)
    lab = subprocess.Popen(command, cwd=ROOT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is JupyterLab's to answer
    sys.exit(lab.wait())


if __name__ == "__main__":
    main()
