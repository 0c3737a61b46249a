"""The record of a clip: plain HTML that stays in the notebook, where no kernel and no widget is needed to see it.

It refers to the file on disk, so that the notebook stays small and the clip still plays when its address has expired.
Where the file is not, or no video may be shown, its poster stays. Some viewers keep attributes and drop styles, so the
size is given as both; some drop the player, so a picture with a link stands inside it.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from wan_widgets.files.media import NotVideo
from wan_widgets.files.pictures import small_poster
from wan_widgets.files.player import KEYS, from_notebook, gone_html, player_html, printable, source_of_file
from wan_widgets.files.reach import address_of, data
from wan_widgets.words import say, size_said

_LARGEST_SIDE = 480  # pixels, at which a clip is shown
_CAPTION = "margin-top: 6px; max-width: 640px; line-height: 1.5; overflow-wrap: anywhere"
_SMALL = "font-size: 12px"


def record_html(
    path: Path, sides: tuple[int, int], caption: Iterable[str], task_id: str | None = None, *, embed: bool = False
) -> str:
    """The record of a clip in a file: its player, and below it the lines of the caption.

    `sides` are its width and height in pixels. With `embed`, the clip itself is inside. Raises `OSError` if the file is
    to be inside and cannot be read.
    """
    clip = path.read_bytes() if embed else b""
    source = data("video/mp4", clip) if embed else address_of(path)
    lines = [_line(escape(printable(line)), number) for number, line in enumerate(caption)]
    if embed:
        lines.append(_line(escape(str(say("files.record.inside", size=size_said(len(clip)))))))
    elif source == source_of_file(path):
        link = f'<a href="{escape(source)}" {KEYS}>{escape(printable(str(from_notebook(path))))}</a>'
        lines.append(f'<div style="{_SMALL}">{link}</div>')  # less than its full colour would be too pale to read
    else:
        lines.append(_line(escape(printable(str(from_notebook(path))))))
    poster = _poster(path)
    player = player_html(path.name, source, poster, _shown(sides)) if poster else gone_html(task_id)
    figcaption = f'<figcaption style="{_CAPTION}">{"".join(lines)}</figcaption>'
    return f'<figure style="margin: 0 0 12px">{player}{figcaption}</figure>'


def _line(words: str, number: int = 1) -> str:
    """A line of the caption. The eye goes to the first one, which is the prompt."""
    return f'<div style="{_SMALL}; opacity: 0.8">{words}</div>' if number else f"<div>{words}</div>"


def _poster(path: Path) -> str:
    """The poster as an address with the picture inside; empty if the file is gone, or is no video any more."""
    try:
        return data("image/webp", small_poster(path))
    except (OSError, NotVideo):
        return ""


def _shown(sides: tuple[int, int]) -> tuple[int, int]:
    """The width and height at which a clip is shown. The longer side is the same for portrait and landscape."""
    scale = min(1.0, _LARGEST_SIDE / max(*sides, 1))
    return max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))
