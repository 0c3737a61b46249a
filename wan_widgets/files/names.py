"""Names for files: readable for a person, legal on every disk, and never chosen by a server or a browser."""

import re
import unicodedata

from wan_widgets.wan.tasks import VideoTask

_LONGEST_CLIP = 48  # characters
_LONGEST_BYTES = 150  # a file name holds 255 bytes, and needs room for a number and a suffix


def slug(text: str, longest: int) -> str:
    """The letters and digits of a text, its words joined by dashes; empty where it has none."""
    # Letters with their marks: the vowels of Hindi and Thai are marks.
    letters = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in text)
    cut = "-".join(letters.split())[:longest].rstrip("-")
    return cut.encode()[:_LONGEST_BYTES].decode(errors="ignore")


def clip_name(task: VideoTask) -> str:
    """A name that a person can read: ``a-lighthouse-at-dusk-7.mp4``.

    It is made of the prompt and the seed, else of the end of the task's id, of which only letters and digits are used.
    """
    request = task.request
    words = (request.prompt if request else None) or (request.mode if request else "clip")
    seed = request.seed if request else None
    mark = str(seed) if seed is not None else re.sub(r"[^a-z0-9]", "", task.id.lower())[-6:] or "0"
    return f"{slug(words.lower(), _LONGEST_CLIP) or 'clip'}-{mark}.mp4"
