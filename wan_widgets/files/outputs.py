"""The folder in which clips are saved."""

import os
from pathlib import Path

from wan_widgets.files import here
from wan_widgets.files.disk import absolute


def folder() -> Path:
    """The folder that ``WAN_OUTPUTS`` names, else ``wan_outputs`` beside the notebook or script."""
    return absolute(os.environ.get("WAN_OUTPUTS") or "wan_outputs", here.folder())
