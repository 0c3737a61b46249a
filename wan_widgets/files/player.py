"""The HTML that plays a clip in a notebook.

It refers to the file on disk: the notebook stays small, and the clip still plays when its address has expired.
"""

import os
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from wan_widgets.files.here import notebook_folder

# JupyterLab and Notebook take a key on the player for a command: `b` inserts a cell, `x` cuts this one. The attribute
# tells them not to. It stops Ctrl+S too (83 is the key S), so this key is given to the element around the player.
_KEYS = (
    'data-lm-suppress-shortcuts onkeydown="if ((event.ctrlKey || event.metaKey) &amp;&amp; !event.altKey &amp;&amp; '
    "event.keyCode === 83) { event.preventDefault(); "
    "this.parentElement.dispatchEvent(new KeyboardEvent('keydown', event)) }\""
)


def player_html(path: Path, width: int, height: int) -> str:
    """A player for the file. The path stands below it, because a browser cannot reach every file of the machine."""
    shown = _from_notebook(path)
    try:
        source = path.as_uri() if shown.is_absolute() else quote(os.fsencode(shown.as_posix()))
    except ValueError:
        source = quote(os.fsencode(path.as_posix()))
    name = escape(_printable(path.name))
    # The height makes portrait and landscape clips equally high. The ratio reserves the space while the clip loads.
    style = f"aspect-ratio: {width} / {height}; height: min(360px, 56vw); max-width: 100%; background: #000"
    return (
        f'<video src="{escape(source)}" controls loop playsinline preload="metadata" style="{style}" '
        f'aria-label="{name}" {_KEYS}>{name}</video>'
        f'<div style="font-size: 12px; opacity: 0.75">{escape(_printable(str(shown)))}</div>'
    )


def _from_notebook(path: Path) -> Path:
    """The path relative to the notebook; unchanged if there is no relative path."""
    folder = notebook_folder()
    try:
        return Path(relpath(path, folder)) if folder else path
    except (OSError, ValueError):  # the working directory was deleted, or the file is on another drive
        return path


def _printable(text: str) -> str:
    """The text with ``?`` for what is not Unicode. File names need not be Unicode, but a page must be."""
    return text.encode(errors="replace").decode()
