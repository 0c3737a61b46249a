"""The player of a clip in a notebook, and the sentence in its place where the clip cannot be played."""

import os
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from wan_widgets.files import here
from wan_widgets.files.front import Front, front

_GONE = "This clip cannot be played here. Its file was moved or deleted. "
_IF_NOT = "If this clip does not play"
_LOST = (
    "Its file was moved or deleted, or it lies outside of the folder in which Jupyter was started, or this page plays "
    "no videos. "
)
_NOT_SERVED = {
    Front.VOILA: "This clip is too large to be inside the page, and Voila serves it only if it is started with "
    "<code>--VoilaConfiguration.file_allowlist=\"['.*(png|jpg|gif|svg|mp4)']\"</code>. ",
    Front.VSCODE: "VS Code plays no files in an output. The Studio plays this clip. ",
    Front.COLAB: "Colab plays no files in an output. The Studio plays this clip. ",
}
_INSIDE = "<code>IPython.display.HTML(video.html(embed=True))</code> puts it into the notebook."
_COPY = '<code>video.at("clip.mp4")</code> copies it beside the notebook.'
_FETCH = "<code>ww.wait({task_id})</code> fetches it again while the service keeps it, usually for 24 hours."

# JupyterLab and Notebook take a key on the player for a command: `b` inserts a cell, `x` cuts this one. The attribute
# tells them not to. It stops Ctrl+S too (83 is the key S), so this key is given to the element around the player.
KEYS = (
    'data-lm-suppress-shortcuts onkeydown="if ((event.ctrlKey || event.metaKey) &amp;&amp; !event.altKey &amp;&amp; '
    "event.keyCode === 83) { event.preventDefault(); "
    "this.parentElement.dispatchEvent(new KeyboardEvent('keydown', event)) }\""
)

_FRAME = "background: #000; border-radius: 6px"


def player_html(name: str, source: str, poster: str, size: tuple[int, int]) -> str:
    """A player for the clip in a file, and what is said where the clip cannot be played.

    `source` and `poster` are addresses. `size` is the width and height at which it is shown, in pixels. Python cannot
    know what the browser reaches, so the browser opens the sentence when the file does not come. A notebook that is not
    trusted runs no such code and hides nothing. There the sentence stays folded below the player.
    """
    (width, height), name = size, escape(printable(name))
    picture = f'<a href="{escape(source)}"><img src="{poster}" alt="{name}" width="{width}" height="{height}"></a>'
    events = f"{_swapping(is_found=True)} {_swapping(is_found=False)}"
    # The ratio reserves the space while the clip loads.
    style = f"display: block; aspect-ratio: {width} / {height}; max-width: 100%; height: auto; {_FRAME}"
    return (
        f'<video src="{escape(source)}" poster="{poster}" controls loop playsinline '
        f'preload="metadata" width="{width}" height="{height}" style="{style}" aria-label="{name}" {KEYS} '
        f"{events}>{picture}</video><details hidden><summary {KEYS}>{_IF_NOT}</summary>{_why_not()}</details>"
    )


def gone_html(task_id: str | None) -> str:
    """The sentence in place of a player, for a clip whose file is gone already."""
    way_out = _FETCH.format(task_id=escape(printable(repr(task_id)))) if task_id else ""
    return f"<p>{_GONE}{way_out}</p>"


def _why_not() -> str:
    """Why a clip may not play here, and what helps."""
    place = front()
    if place in _NOT_SERVED:
        return _NOT_SERVED[place] + ("" if place is Front.VOILA else _INSIDE)
    return _LOST + _COPY


def _swapping(*, is_found: bool) -> str:
    """The attribute that shows the controls when the file was found, or else the sentence that follows the player."""
    event, found = ("onloadedmetadata", "true") if is_found else ("onerror", "false")
    sentence = "this.nextElementSibling"
    return f'{event}="this.controls = {sentence}.hidden = {found}; {sentence}.open = !{found}"'


def source_of_file(path: Path) -> str:
    """The address of a file, seen from the notebook."""
    shown = from_notebook(path)
    try:
        return path.as_uri() if shown.is_absolute() else quote(os.fsencode(shown.as_posix()))
    except ValueError:
        return quote(os.fsencode(path.as_posix()))


def from_notebook(path: Path) -> Path:
    """The path relative to the notebook; unchanged if there is no relative path."""
    try:
        return Path(relpath(path, here.folder()))
    except (OSError, ValueError):  # the working directory was deleted, or the file is on another drive
        return path


def printable(text: str) -> str:
    """The text with ``?`` for what is not Unicode. File names need not be Unicode, but a page must be."""
    return text.encode(errors="replace").decode()
