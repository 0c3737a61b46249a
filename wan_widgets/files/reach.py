"""The address by which the browser reaches a clip. Not every front end serves the files beside the notebook."""

import base64
import re
import sys
from html import unescape
from pathlib import Path

from wan_widgets.files.front import Front, front
from wan_widgets.files.player import source_of_file

_MOST = 32_000_000  # bytes of a clip inside a page; a larger one makes the page slow


def address_of(path: Path) -> str:
    """The address of a clip. Some are the clip itself, as text."""
    try:
        match front():
            case Front.VOILA if path.stat().st_size <= _MOST:  # it serves pictures, and no other files
                return data("video/mp4", path.read_bytes())
            case Front.MARIMO:
                return _served_by_marimo(path)
    except OSError:  # the player says that the file is gone
        pass
    return source_of_file(path)


def data(mime: str, content: bytes) -> str:
    """An address that has the content inside."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def _served_by_marimo(path: Path) -> str:
    """Marimo serves a file for as long as the output of the cell is shown. In a page of it, the file is inside."""
    player = sys.modules["marimo"].video(path.read_bytes()).text
    found = re.search(r"""src=(["'])(.*?)\1""", player)
    return unescape(found[2]) if found else data("video/mp4", path.read_bytes())
