"""Clips with recipes, made in the twinkling of an eye: a real film, and a document beside no service."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wan_widgets import TaskStatus, TextToVideo, VideoRequest, VideoTask
from wan_widgets.files.making import Making, document
from wan_widgets.files.recipe_file import embed, put_beside

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
TASK = VideoTask(id="video_7", status=TaskStatus.COMPLETED, provider="simulator")


def made(request: VideoRequest | None = None, making: Making | None = None, **task: Any) -> dict[str, Any]:
    """The recipe of a clip, but for its file."""
    request = request or TextToVideo(prompt="A kitten", resolution="720p", seed=7)
    return document(replace(TASK, **task), replace(making or Making(), request=request), NOW)


def with_recipe(path: Path, content: bytes, recipe: dict[str, Any] | None = None, *, beside: bool = True) -> Path:
    """A clip with its recipe, in the file and beside it."""
    path.write_bytes(content)
    noted = embed(path, made() if recipe is None else recipe)
    if beside:
        put_beside(path, noted)
    return path
