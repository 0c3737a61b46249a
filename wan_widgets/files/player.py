"""The player of a clip in a notebook, and the sentence in its place where the clip cannot be played."""

import os
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from wan_widgets.files import here
from wan_widgets.files.front import Front, front
from wan_widgets.words import Said, Text, joined, say

_ALLOWLIST = "--VoilaConfiguration.file_allowlist=\"['.*(png|jpg|gif|svg|mp4)']\""
_INSIDE = "IPython.display.HTML(video.html(embed=True))"
_COPY = 'video.at("clip.mp4")'

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
    picture = f'<img src="{poster}" alt="{name}" width="{width}" height="{height}">'
    if not source.startswith("data:"):  # a clip that is inside stands here once, and browsers open no link to it
        picture = f'<a href="{escape(source)}">{picture}</a>'
    events = f"{_swapping(is_found=True)} {_swapping(is_found=False)}"
    # The ratio reserves the space while the clip loads.
    summary = say("files.player.if_not")
    style = f"display: block; aspect-ratio: {width} / {height}; max-width: 100%; height: auto; {_FRAME}"
    return (
        f'<video src="{escape(source)}" poster="{poster}" controls loop playsinline '
        f'preload="metadata" width="{width}" height="{height}" style="{style}" aria-label="{name}" {KEYS} '
        f"{events}>{picture}</video><details hidden><summary {KEYS}>{summary}</summary>{_why_not()}</details>"
    )


def linked(path: Path, inner: str, title: str = "") -> str:
    """HTML that leads to a clip's file. A path that only this machine has is no link."""
    if from_notebook(path).is_absolute():
        return inner
    named = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(source_of_file(path))}"{named} {KEYS}>{inner}</a>'


def gone_html(task_id: str | None) -> str:
    """The sentence in place of a player, for a clip whose file is gone already."""
    way_out = _with_code("files.player.fetch", f"ww.wait({task_id!r})") if task_id else None
    return f"<p>{joined(say('files.player.gone'), way_out)}</p>"


def _why_not() -> Said:
    """Why a clip may not play here, and what helps."""
    match front():
        case Front.VOILA:
            return _with_code("files.player.voila", _ALLOWLIST)
        case Front.VSCODE:
            return joined(say("files.player.vscode"), _with_code("files.player.inside", _INSIDE))
        case Front.COLAB:
            return joined(say("files.player.colab"), _with_code("files.player.inside", _INSIDE))
    return joined(say("files.player.lost"), _with_code("files.player.copy", _COPY))


def _with_code(key: str, code: str) -> Text:
    """A sentence with code in it, as HTML."""
    return say(key, code=f"<code>{escape(printable(code), quote=False)}</code>")


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
