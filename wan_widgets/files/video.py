"""A finished clip: a file on this machine's disk, and what is known of it."""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from wan_widgets.files.checks import Check
from wan_widgets.files.disk import absolute, shown, temporary_beside
from wan_widgets.files.front import Front, front
from wan_widgets.files.media import probe
from wan_widgets.files.recipe import Recipe, load_recipe
from wan_widgets.files.recipe_file import copy_beside
from wan_widgets.files.record import record_html
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import say, showing
from wan_widgets.words.values import written


@dataclass(frozen=True, kw_only=True, repr=False)
class Video:
    """A finished clip on this machine's disk. A notebook shows it as a player."""

    path: Path
    width: int
    """The width in pixels."""
    height: int
    """The height in pixels."""
    duration: float
    """The length in seconds."""
    size: int
    """The size in bytes."""
    has_audio: bool = False
    url: str | None = None
    """The address from which the clip was downloaded."""
    expires_at: datetime | None = None
    """When `url` stops working. The file stays."""
    task_id: str | None = None
    provider: str | None = None
    """The name of the service that made it."""
    ordered_at: datetime | None = field(default=None, compare=False)
    request: VideoRequest | None = field(default=None, compare=False)
    """The request that made the clip, with its seed; ``None`` if it was ordered elsewhere."""
    price: Money | None = field(default=None, compare=False)
    """What the clip cost: as billed, else as it was quoted. ``None`` if that is not known, or it is simulated."""
    check: Check | None = field(default=None, compare=False)
    """What was found in the file; ``None`` as long as nobody has looked. `ww.check` looks now."""
    embed: bool = field(default=False, compare=False)
    """Whether a notebook that shows the clip keeps the clip itself. Else the notebook refers to the file."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))

    @classmethod
    def read(cls, path: Path, task: VideoTask) -> "Video":
        """The clip of a task, read from its file. Raises `OSError`, or ``NotVideo`` if the file is no whole video."""
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
            provider=task.provider,
            ordered_at=task.created_at,
            request=task.request,
        )

    @property
    def recipe(self) -> Recipe:
        """How it was made, as its file says it. Raises `RecipeError` if the file has no recipe."""
        return load_recipe(self.path)

    @property
    def prompt(self) -> str | None:
        """The prompt of its request."""
        return self.request.prompt if self.request else None

    @property
    def seed(self) -> int | None:
        """The seed of its request."""
        return self.request.seed if self.request else None

    @property
    def model(self) -> str | None:
        """The model of its request."""
        return self.request.model if self.request else None

    def at(self, path: Path | str | None) -> "Video":
        """The clip at `path`. The file is copied, with its recipe, unless `path` is ``None`` or its own path.

        Raises `OSError`.
        """
        if path is None or (wanted := absolute(path)) == self.path:
            return self
        wanted.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_beside(wanted)
        try:
            shutil.copyfile(self.path, temporary)
            temporary.replace(wanted)
        finally:
            temporary.unlink(missing_ok=True)
        copy_beside(self.path, wanted)
        return replace(self, path=wanted)

    def __fspath__(self) -> str:
        """The clip's path, so that a clip can be given wherever a file can: as a reference, or to ``open``."""
        return str(self.path)

    def __repr__(self) -> str:
        """The clip in a line. The path is relative where it can be, because notebooks are shared."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"Video({shown(self.path)!r}, {self.width}×{self.height}, {self.duration:g} s{seed})"

    def _repr_html_(self) -> str:
        with suppress(OSError):  # the file may be gone, and then the record says so
            return self.html(embed=self.embed)
        return self.html()

    def html(self, *, embed: bool = False) -> str:
        """The record that a notebook shows and keeps: a player, the poster, and what the clip is, as plain HTML.

        It refers to the file. With `embed` the clip itself is inside, so that a page can be sent without other files.
        Raises `OSError` if the file is to be inside and cannot be read.
        """
        is_mute = self.has_audio and front() is Front.VSCODE
        with showing():
            caption = (*self.caption, str(say("files.record.silent"))) if is_mute else self.caption
            return record_html(self.path, (self.width, self.height), caption, self.task_id, embed=embed)

    @property
    def caption(self) -> tuple[str, ...]:
        """What the clip is, in lines: its prompt; its size, length, seed, model, service, time, price; what is odd."""
        provider = PROVIDERS.get(self.provider or "")
        facts = [
            f"{self.width}×{self.height}",
            str(say("seconds", count=self.duration)),
            None if self.seed is None else str(say("seed.given", seed=self.seed)),
            self.model,
            written(provider.title) if provider else self.provider,
            self.ordered_at.astimezone().strftime("%Y-%m-%d %H:%M") if self.ordered_at else None,
            str(self.price) if self.price else None,
        ]
        line = " · ".join(fact for fact in facts if fact)
        lines = (self.prompt, line, str(self.check) if self.check else "")
        return tuple(each for each in lines if each)
