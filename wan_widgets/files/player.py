"""The HTML that plays a clip inline. It refers to the file, so that the notebook stays small and plays tomorrow."""

import os
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from wan_widgets.files.here import notebook_folder


def player_html(path: Path, width: int, height: int) -> str:
    """A player for the file and, beneath it, where the file is: a browser reaches only what its server serves."""
    shown = _from_notebook(path)
    try:
        source = path.as_uri() if shown.is_absolute() else quote(os.fsencode(shown.as_posix()))
    except ValueError:
        source = quote(os.fsencode(path.as_posix()))
    name = escape(_printable(path.name))
    # The height keeps a portrait clip as high as a landscape one; the ratio keeps its place while it loads.
    style = f"aspect-ratio: {width} / {height}; height: min(360px, 56vw); max-width: 100%; background: #000"
    return (
        f'<video src="{escape(source)}" controls loop playsinline preload="metadata" style="{style}" '
        f'aria-label="{name}">{name}</video>'
        f'<div style="font-size: 12px; opacity: 0.75">{escape(_printable(str(shown)))}</div>'
    )


def _from_notebook(path: Path) -> Path:
    """The path as seen from the notebook; absolute where there is no way from one to the other."""
    folder = notebook_folder()
    try:
        return Path(relpath(path, folder)) if folder else path
    except (OSError, ValueError):  # the working directory is gone; another drive
        return path


def _printable(text: str) -> str:
    """File names need not be Unicode; a page must be."""
    return text.encode(errors="replace").decode()
