"""The folder in which clips are saved."""

import os
from pathlib import Path

from wan_widgets.files import here
from wan_widgets.files.disk import absolute
from wan_widgets.wan.pasted import bare


def folder() -> Path:
    """The folder that ``WAN_OUTPUTS`` names, else ``wan_outputs`` beside the notebook or script."""
    return absolute(bare(os.environ.get("WAN_OUTPUTS") or "") or "wan_outputs", here.folder)


def inputs_folder() -> Path:
    """The folder in which files from the browser, and bytes in memory, are stored."""
    return folder() / "inputs"
