"""The open weights of Wan: the names by which engines load them, and the defaults that they were trained for."""

from typing import Literal, NamedTuple

from wan_widgets.simulator.protocols.openai_videos.sent import Bounds
from wan_widgets.wan.models import Size

Task = Literal["T2V", "I2V", "TI2V"]

SMALL = Size(832, 480)
LARGE = Size(1280, 720)
SIDE = Bounds(8, 4096)
FRAMES = Bounds(1, 1441)
"""The sizes and lengths that the simulator paints."""


class Weights(NamedTuple):
    """One model."""

    id: str
    task: Task
    size: Size
    frames: int = 81
    fps: int = 16

    @property
    def takes_images(self) -> bool:
        return self.task != "T2V"

    @property
    def needs_image(self) -> bool:
        return self.task == "I2V"


WEIGHTS = (
    Weights("Wan-AI/Wan2.2-TI2V-5B-Diffusers", "TI2V", Size(1280, 704), frames=121, fps=24),
    Weights("Wan-AI/Wan2.2-T2V-A14B-Diffusers", "T2V", LARGE),
    Weights("Wan-AI/Wan2.2-I2V-A14B-Diffusers", "I2V", LARGE),
    Weights("Wan-AI/Wan2.1-T2V-1.3B-Diffusers", "T2V", SMALL),
    Weights("Wan-AI/Wan2.1-T2V-14B-Diffusers", "T2V", LARGE),
    Weights("Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", "I2V", SMALL),
    Weights("Wan-AI/Wan2.1-I2V-14B-720P-Diffusers", "I2V", LARGE),
)
"""A request that names no model gets the first."""


def served(name: str | None) -> tuple[Weights, ...]:
    """The models that a server offers: all of them, or the one with that name. Raises `ValueError`."""
    if name is None:
        return WEIGHTS
    chosen = tuple(weights for weights in WEIGHTS if weights.id == name)
    if not chosen:
        raise ValueError(f"{name!r} is none of {', '.join(weights.id for weights in WEIGHTS)}")
    return chosen


def trained_frames(frames: int) -> int:
    """Round as Wan's pipelines do. The number of frames is a multiple of four, plus one."""
    return frames if frames % 4 == 1 else frames // 4 * 4 + 1


def too_large(size: Size, frames: int) -> tuple[str, str] | None:
    """The fault of a clip that the simulator cannot paint. A real engine takes the order too, and its GPU fails."""
    if SIDE.low <= min(size) and max(size) <= SIDE.high and frames <= FRAMES.high:
        return None
    limits = f"{SIDE.low:g} to {SIDE.high:g} pixels a side and at most {FRAMES.high:g} frames"
    return "500", f"Out of memory: the simulator makes clips of {limits}."
