"""The record of a clip: plain HTML that stays in the notebook, where no kernel and no widget is needed to see it.

It refers to the file on disk, so that the notebook stays small and the clip still plays when its address has expired.
Where the file is not, or no video may be shown, its poster stays. Some viewers keep attributes and drop styles, so the
size is given as both; some drop the player, so a picture with a link stands inside it.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Protocol

from wan_widgets.files.media import NotVideo
from wan_widgets.files.pictures import small_poster
from wan_widgets.files.player import KEYS, Clip, from_notebook, player_html, printable, source_of_file
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.budgets import Money

_LARGEST_SIDE = 480  # pixels, at which a clip is shown


class Recorded(Clip, Protocol):
    """What a record says of a clip."""

    @property
    def duration(self) -> float: ...
    @property
    def size(self) -> int: ...
    @property
    def prompt(self) -> str | None: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def ordered_at(self) -> datetime | None: ...
    @property
    def price(self) -> Money | None: ...


def record_html(video: Recorded, *, embed: bool = False) -> str:
    """The record of a clip: its player, and below it what it is. With `embed`, the clip itself is inside.

    Raises `OSError` if the file is to be inside and cannot be read.
    """
    source = _data("video/mp4", video.path.read_bytes()) if embed else source_of_file(video.path)
    player = player_html(video, source, _poster(video.path), _shown_size(video))
    lines = [escape(line) for line in _caption(video)]
    if embed:
        lines.append(f"The clip is inside this notebook, with {video.size / 1e6:.1f} MB.")
    else:
        shown = escape(printable(str(from_notebook(video.path))))
        lines.append(f'<a href="{escape(source)}" {KEYS}>{shown}</a>')
    rows = "".join(f"<div>{line}</div>" for line in lines)
    caption = f'<figcaption style="font-size: 12px; opacity: 0.8">{rows}</figcaption>'
    return f'<figure style="margin: 0 0 12px">{player}{caption}</figure>'


def _caption(video: Recorded) -> Iterator[str]:
    """The lines below the player: the prompt, and the facts of the clip."""
    if video.prompt:
        yield printable(video.prompt)
    provider = PROVIDERS.get(video.provider or "")
    facts = [
        f"{video.width}×{video.height}",
        f"{video.duration:g} s",
        None if video.seed is None else f"seed {video.seed}",
        video.model,
        provider.title if provider else video.provider,
        video.ordered_at.astimezone().strftime("%Y-%m-%d %H:%M") if video.ordered_at else None,
        str(video.price) if video.price else None,
    ]
    yield printable(" · ".join(fact for fact in facts if fact))


def _poster(path: Path) -> str:
    """The poster as an address with the picture inside; empty if the file is gone, or is no video any more."""
    try:
        return _data("image/webp", small_poster(path))
    except (OSError, NotVideo):
        return ""


def _data(mime: str, content: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def _shown_size(video: Clip) -> tuple[int, int]:
    """The width and height at which the clip is shown. Portrait and landscape clips have about the same area."""
    scale = min(1.0, _LARGEST_SIDE / max(video.width, video.height, 1))
    return max(1, round(video.width * scale)), max(1, round(video.height * scale))
