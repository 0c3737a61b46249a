"""A finished clip: a file on this machine's disk, and what is known of it."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from wan_widgets.files.disk import absolute, temporary_beside
from wan_widgets.files.media import probe
from wan_widgets.files.player import player_html
from wan_widgets.wan.tasks import VideoTask


@dataclass(frozen=True, kw_only=True)
class Video:
    """A finished clip on this machine's disk. A cell whose last value it is shows a player."""

    path: Path
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    duration: float
    """Seconds."""
    size: int
    """Bytes."""
    has_audio: bool = False
    url: str | None = field(default=None, repr=False)
    """The address that it was downloaded from."""
    expires_at: datetime | None = None
    """When `url` stops working. The file stays."""
    task_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))

    @classmethod
    def read(cls, path: Path, task: VideoTask) -> "Video":
        """The clip of a task, from its file. Raises `OSError`, and ``NotVideo`` for what is no whole video."""
        facts = probe(path)
        return cls(
            path=path,
            width=facts.width,
            height=facts.height,
            duration=facts.duration,
            size=path.stat().st_size,
            has_audio=facts.has_audio,
            url=task.video_url,
            expires_at=task.expires_at,
            task_id=task.id,
        )

    def at(self, path: Path | str | None) -> "Video":
        """The clip where it is wanted: a copy of the file, if that is another path. Raises `OSError`."""
        if path is None or (wanted := absolute(path)) == self.path:
            return self
        wanted.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_beside(wanted)
        try:
            shutil.copyfile(self.path, temporary)
            temporary.replace(wanted)
        finally:
            temporary.unlink(missing_ok=True)
        return replace(self, path=wanted)

    def _repr_html_(self) -> str:
        return player_html(self.path, self.width, self.height)
