"""An order in a form of our own. Every protocol turns its requests into this."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, Literal, Self

from wan_widgets.wan.models import WAN_2_6_SIZES, Size

Mode = Literal["t2v", "i2v", "r2v"]

USUAL_FPS = 24
TIERS: Mapping[str, Size] = {"480p": Size(832, 480)} | {name: table["16:9"] for name, table in WAN_2_6_SIZES.items()}
"""A clip that follows an image has the area of these sizes, by the name of the tier."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """An accepted request, with every default filled in.

    Sources are addresses: ``http(s)://``, ``data:``, or ``upload:`` for files that `Uploads` keeps.
    """

    model: str
    """The model's name as it was sent."""
    prompt: str = ""
    negative_prompt: str = ""
    first_frame: str | None = None
    references: tuple[str, ...] = ()
    """Images and videos, in the order in which the prompt counts them."""
    guide_audio: str | None = None
    size: Size | None = None
    """None where the clip has the shape of its first frame, within `resolution`."""
    resolution: str = "720p"
    """One of `TIERS`."""
    duration: float = 5
    """Seconds."""
    fps: float | None = None
    audio: bool = True
    seed: int | None = None
    """None for a random seed."""
    prompt_extend: bool = True
    shot_type: str | None = None
    watermark: bool = False
    caller_id: str | None = None
    """The caller's own name for the task."""
    wire: Mapping[str, Any] = field(default_factory=dict)
    """Values that a protocol needs again when it describes the task."""

    @property
    def mode(self) -> Mode:
        if self.references:
            return "r2v"
        return "i2v" if self.first_frame else "t2v"

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the pictures in the clip: the first frame, then the references."""
        return (*([self.first_frame] if self.first_frame else []), *self.references)

    @property
    def rate(self) -> Fraction:
        """Frames per second."""
        return Fraction(self.fps or USUAL_FPS).limit_denominator(1001)

    @property
    def frames(self) -> int:
        return max(round(self.duration * self.rate), 1)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        size = values["size"]
        return cls(**{**values, "references": tuple(values["references"]), "size": Size(*size) if size else None})
