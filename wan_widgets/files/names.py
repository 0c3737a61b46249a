"""Names for files: readable for a person, legal on every disk, and never chosen by a server or a browser."""

import re
import unicodedata
from pathlib import PurePath

from wan_widgets.wan.file_types import suffix_of, type_of
from wan_widgets.wan.tasks import VideoTask

_LONGEST_CLIP = 48  # characters
_LONGEST_INPUT = 40
_LONGEST_BYTES = 150  # a file name has at most 255 bytes, and a number and a suffix follow
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode lists as ignorable: nothing is seen of it. Emoji bring some, and some count as letters."""


def slug(text: str, longest: int) -> str:
    """The letters and digits of a text, with dashes between the words; empty if it has none.

    Every disk takes it as part of a name: Windows refuses some words, but none with a dash and a number after it.
    """
    spelled = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    cut = "-".join(_letters(spelled).split())[:longest].rstrip("-")
    return cut.encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip("-")


def _letters(text: str) -> str:
    """The text with blanks in place of what is no letter, no digit, and no mark on one of these.

    Vowels of Hindi and Thai are marks. A mark alone is hardly seen.
    """
    kept = ""
    for char in text:
        kind = unicodedata.category(char)
        is_part = kind[0] in "LN" or (kind in ("Mn", "Mc") and kept[-1:].strip())
        kept += char if is_part else " "
    return kept


def clip_name(task: VideoTask) -> str:
    """A name that a person can read: ``a-lighthouse-at-dusk-7.mp4``.

    It is made of the prompt and the seed. Without a seed, it ends with the last letters and digits of the task's id.
    """
    request = task.request
    words = (request.prompt if request else None) or (request.mode if request else "clip")
    seed = request.seed if request else None
    mark = str(seed) if seed is not None else re.sub(r"[^a-z0-9]", "", task.id.lower())[-6:] or "0"
    return f"{slug(words.lower(), _LONGEST_CLIP) or 'clip'}-{mark}.mp4"


def input_name(name: str, digest: str, mime: str = "") -> str:
    """The name under which a file from the browser, or from memory, is stored: the same content, the same name.

    Only the letters and digits of its own `name` are used, so that nobody chooses a path on this disk.
    """
    stem = slug(PurePath(name).stem, _LONGEST_INPUT) or "file"
    return f"{stem}-{digest[:12]}{_suffix(name, mime)}"


def _suffix(name: str, mime: str) -> str:
    """The suffix of the file's name if it is a known one, else the usual one for its type; empty if there is none."""
    suffix = PurePath(name).suffix.lower()
    if suffix.isascii() and type_of(suffix.removeprefix(".")):
        return suffix
    usual = suffix_of(mime)
    return f".{usual}" if usual else ""
