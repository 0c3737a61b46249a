"""What a gallery leaves in the notebook: its first clips as small pictures with words, as plain HTML."""

from collections.abc import Sequence
from html import escape

from wan_widgets.experiments.gallery import Item
from wan_widgets.files import here
from wan_widgets.files.player import linked, printable
from wan_widgets.files.reach import data
from wan_widgets.widgets.record import MimeBundle, mime_bundle
from wan_widgets.words import say

CLIPS = 12
"""How many clips the record has."""
_WIDE, _HIGH = 170, 120  # pixels, in which a picture fits
_CUT = 90  # characters of a prompt
# Some viewers drop styles. There the clips stand below each other.
_ROW = "display: flex; flex-wrap: wrap; gap: 12px; margin: 8px 0"
_CELL = f"width: {_WIDE}px; margin: 0; line-height: 1.4; overflow-wrap: anywhere"


def gallery_record(anchor: str, total: int, clips: Sequence[tuple[Item, bytes | None]]) -> MimeBundle:
    """The record of a gallery of `total` clips. Each of the first ones has its poster, if there is one."""
    if total == 0:
        return mime_bundle(anchor, [], [str(say("widgets.gallery.none", code="ww.Gallery()"))], 0)
    code, shown = "ww.Gallery()", len(clips)
    if total > shown:
        sentence = str(say("widgets.gallery.record.first", count=total, shown=shown, code=code))
    else:
        sentence = str(say("widgets.gallery.record", count=total, code=code))
    cells = "".join(_cell(shown, poster) for shown, poster in clips)
    figures = [f"<p>{escape(sentence)}</p>", f'<div style="{_ROW}">{cells}</div>']
    return mime_bundle(anchor, figures, [sentence, *(_line(shown) for shown, _ in clips)], 0)


def _cell(shown: Item, poster: bytes | None) -> str:
    words = f"<div>{escape(_prompt(shown))}</div>" if shown.prompt else ""
    link = _linked(shown, escape(shown.path or ""))
    facts = f'<div style="font-size: 12px; opacity: 0.8">{escape(_facts(shown))}</div>'
    picture = _linked(shown, _picture(shown, poster)) if poster else ""
    caption = f'<figcaption>{words}{facts}<div style="font-size: 12px">{link}</div></figcaption>'
    return f'<figure style="{_CELL}">{picture}{caption}</figure>'


def _picture(shown: Item, poster: bytes) -> str:
    width, height = shown.width or 16, shown.height or 9
    scale = min(_WIDE / width, _HIGH / height)
    sides = f'width="{max(1, round(width * scale))}" height="{max(1, round(height * scale))}"'
    return f'<img src="{data("image/webp", poster)}" alt="{escape(_prompt(shown))}" {sides}>'


def _linked(shown: Item, inner: str) -> str:
    return linked(here.folder() / shown.path, inner) if shown.path else inner


def _line(shown: Item) -> str:
    return " · ".join(part for part in (_prompt(shown), _facts(shown), shown.path) if part)


def _prompt(shown: Item) -> str:
    prompt = " ".join(printable(shown.prompt or "").split())
    return f"{prompt[:_CUT]}…" if len(prompt) > _CUT else prompt


def _facts(shown: Item) -> str:
    parts = (
        f"{shown.width}×{shown.height}" if shown.width else "",
        str(say("seconds", count=shown.seconds)),
        "" if shown.seed is None else str(say("seed.given", seed=shown.seed)),
        shown.model,
        str(shown.price) if shown.price else "",
    )
    return " · ".join(part for part in parts if part)
