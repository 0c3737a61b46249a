"""The HTML that plays a clip in a notebook.

It refers to the file on disk: the notebook stays small, and the clip still plays when its address has expired.
"""

import os
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from wan_widgets.files import here

_LOST = (
    "This clip cannot be played here. Either its file was moved or deleted, or it lies outside of the folder in which "
    "Jupyter was started: Jupyter plays no other files. "
)
_COPY = '<code>video.at("clip.mp4")</code> copies it beside the notebook.'
_FETCH = "<code>ww.wait({task_id})</code> fetches it again while the service keeps it, usually for 24 hours."

# JupyterLab and Notebook take a key on the player for a command: `b` inserts a cell, `x` cuts this one. The attribute
# tells them not to. It stops Ctrl+S too (83 is the key S), so this key is given to the element around the player.
_KEYS = (
    'data-lm-suppress-shortcuts onkeydown="if ((event.ctrlKey || event.metaKey) &amp;&amp; !event.altKey &amp;&amp; '
    "event.keyCode === 83) { event.preventDefault(); "
    "this.parentElement.dispatchEvent(new KeyboardEvent('keydown', event)) }\""
)


def player_html(path: Path, width: int, height: int, task_id: str | None = None) -> str:
    """A player for the file, with its path below, and a sentence in its place where the file cannot be played.

    Python cannot know what the browser reaches, so the browser shows the sentence when the file does not come. A
    notebook that is not trusted runs no such code; there the sentence stands if the file is gone already.
    """
    shown = _from_notebook(path)
    try:
        source = path.as_uri() if shown.is_absolute() else quote(os.fsencode(shown.as_posix()))
    except ValueError:
        source = quote(os.fsencode(path.as_posix()))
    name = escape(_printable(path.name))
    is_gone, events = not path.is_file(), f"{_swapping(is_found=True)} {_swapping(is_found=False)}"
    way_out = (
        _FETCH.format(task_id=escape(_printable(repr(task_id)))) if is_gone and task_id else "" if is_gone else _COPY
    )
    # The height makes portrait and landscape clips equally high. The ratio reserves the space while the clip loads.
    style = f"aspect-ratio: {width} / {height}; height: min(360px, 56vw); max-width: 100%; background: #000"
    return (
        f'<video src="{escape(source)}" controls loop playsinline preload="metadata" style="{style}" '
        f'aria-label="{name}" {_KEYS} {events}{" hidden" * is_gone}>{name}</video>'
        f"<p{'' if is_gone else ' hidden'}>{_LOST}{way_out}</p>"
        f'<div style="font-size: 12px; opacity: 0.75">{escape(_printable(str(shown)))}</div>'
    )


def _swapping(*, is_found: bool) -> str:
    """The attribute that shows the player when its file was found, or else the sentence that follows it."""
    event, hides = ("onloadedmetadata", "false") if is_found else ("onerror", "true")
    return f'{event}="this.hidden = {hides}; this.nextElementSibling.hidden = !this.hidden"'


def _from_notebook(path: Path) -> Path:
    """The path relative to the notebook; unchanged if there is no relative path."""
    try:
        return Path(relpath(path, here.folder()))
    except (OSError, ValueError):  # the working directory was deleted, or the file is on another drive
        return path


def _printable(text: str) -> str:
    """The text with ``?`` for what is not Unicode. File names need not be Unicode, but a page must be."""
    return text.encode(errors="replace").decode()
