"""A clip's file as a service sent it."""

from io import BytesIO
from pathlib import Path

from wan_widgets.files import xmp
from wan_widgets.files.boxes import NoBoxes, boxes
from wan_widgets.files.recipe_file import sidecar_of


def as_sent(clip: Path | bytes) -> bytes:
    """The bytes that the service sent, without the recipe that follows them."""
    content = clip if isinstance(clip, bytes) else clip.read_bytes()
    try:
        *_, last = boxes(BytesIO(content))
    except NoBoxes:
        return content
    return content[: last.start] if last.id == xmp.ID else content


def files_in(folder: Path) -> list[Path]:
    """The files in a folder, but for the recipes that stand beside its clips."""
    found = set(folder.iterdir())
    return sorted(found - {sidecar_of(path) for path in found})
