"""A clip read once from end to end: a few numbers of each frame, and its sound. `signals.py` says what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wan_widgets.files.loudness import RATE, integrated
from wan_widgets.files.media import opened
from wan_widgets.wan.pictures import is_on_its_side, orientation_of_frame

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

LONGEST = 60.0
"""Seconds that are looked at. Services make clips of up to 15 s; a file of an hour must not keep a core busy."""
_SIDE = 160
"""Pixels of the longer side at which frames are compared. There grain is averaged away, and edges are not."""
_BLOCK = 8
"""Pixels of the side of a block: a candle that flickers in a dark room moves only a few blocks."""
_DARK = 0.10
"""A pixel is black up to this share of the range. FFmpeg's blackdetect has the same value (pixel_black_th)."""
_STILL = 1.0
"""Levels of 255. Encoding the same picture again changes no block by more, and all that moves changes some by more."""


@dataclass
class Readings:
    """The numbers of the frames, in their sequence. Frames are numbered from 0."""

    width: int = 0
    height: int = 0
    """Both as the clip is shown, in pixels."""
    seconds: float = 0.0
    """The length of the clip."""
    fps: float | None = None
    times: list[float] = field(default_factory=list)
    """When each frame is shown, in seconds."""
    end: float = 0.0
    """When the last frame that was read has been shown."""
    luma: list[float] = field(default_factory=list)
    """The mean luma of each frame, from 0 to 1."""
    dark: list[float] = field(default_factory=list)
    """The share of its pixels that are black."""
    like: list[int] = field(default_factory=list)
    """The number of the earliest frame, without a gap, that looks the same."""
    moved: list[float] = field(default_factory=list)
    """The standard deviation of what has changed in luma since the frame before, in levels of 255."""
    change: list[float] = field(default_factory=list)
    """How much differs from the frame before that is not brightness or contrast, in per cent; see `unlike`."""
    change_of_two: list[float] = field(default_factory=list)
    """The same, from the frame that is two before."""
    broken: float | None = None
    """When the first frame should have been shown that cannot be read; ``None`` if all can be read."""
    has_audio: bool = False
    loudness: float | None = None
    """In LUFS; see `loudness.integrated`."""


def read(path: Path) -> Readings:
    """Read a clip, or its first minute. Raises `OSError`, or `NotVideo` if no frame of it can be read."""
    with opened(path) as (container, stream):
        found = Readings(fps=float(stream.average_rate) if stream.average_rate else None)
        sound = _Sound(container)
        look = _Look(found)
        for frame in _decoded(container, stream, sound, found):
            look.at(frame)
        if not found.times:
            raise StopIteration  # `opened` says that this is no video
        usual = 1 / found.fps if found.fps else 0.0
        whole = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
        found.seconds = whole or found.times[-1] + usual
        found.end = min(found.seconds, LONGEST) if found.broken is None else found.times[-1] + usual
        found.has_audio, found.loudness = sound.is_there, sound.loudness()
    return found


def _decoded(
    container: "InputContainer", stream: "VideoStream", sound: "_Sound", found: Readings
) -> "Iterator[VideoFrame]":
    """The frames that can be read. It notes where the first one is that cannot."""
    import av  # noqa: PLC0415

    count, begun = 0, float((stream.start_time or 0) * (stream.time_base or 0))
    for packet in container.demux([stream, *container.streams.audio[:1]]):
        count += packet.stream is stream and packet.size > 0
        at = float(packet.pts * packet.time_base) - begun if packet.pts is not None and packet.time_base else None
        try:
            if packet.stream is not stream:
                sound.hear(packet)
                continue
            for frame in stream.decode(packet):
                if frame.is_corrupt:
                    found.broken = found.broken if found.broken is not None else frame.time or 0.0
                yield frame
        except av.FFmpegError:
            if packet.stream is stream and found.broken is None:
                found.broken = at or 0.0
        if at is not None and at > LONGEST:
            return
    if count < stream.frames and found.broken is None:
        found.broken = found.times[-1] if found.times else 0.0


class _Look:
    """Looks at one frame after the other, at a small size."""

    def __init__(self, found: Readings) -> None:
        self._found = found
        self._before: list[tuple[Any, Any]] = []
        self._first: Any = None
        """The earliest frame that looks the same as the one before."""

    def at(self, frame: "VideoFrame") -> None:
        import numpy as np  # noqa: PLC0415

        found, number = self._found, len(self._found.times)
        if not number:
            sides = frame.width, frame.height
            found.width, found.height = sides[::-1] if is_on_its_side(orientation_of_frame(frame)) else sides
        luma, chroma = _small(frame)
        found.times.append(max(0.0, frame.time or 0.0))
        found.luma.append(float(luma.mean()) / 255)
        found.dark.append(float((luma <= _DARK * 255).mean()))
        is_same = self._first is not None and _largest(np.abs(luma - self._first)) <= _STILL
        self._first = self._first if is_same else luma
        found.like.append(found.like[-1] if is_same else number)
        earlier = [*self._before[-2:]]
        found.moved.append(float((luma - earlier[-1][0]).std()) if earlier else 0.0)
        found.change.append(unlike((luma, chroma), earlier[-1]) if earlier else 0.0)
        found.change_of_two.append(unlike((luma, chroma), earlier[0]) if len(earlier) == 2 else found.change[-1])
        self._before = [*earlier, (luma, chroma)]


def _small(frame: "VideoFrame") -> tuple[Any, Any]:
    """The luma and the chroma of a frame, in 255 levels, at a small size."""
    import numpy as np  # noqa: PLC0415

    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuv420p", dst_color_range="JPEG", interpolation="AREA")
    pixels = small.to_ndarray().astype(np.float32)
    return pixels[:height], pixels[height:]


def _largest(difference: Any) -> float:
    """The mean of the block that differs most."""
    height, width = (max(side // _BLOCK, 1) for side in difference.shape)
    tall, wide = (min(side, _BLOCK) for side in difference.shape)
    part = difference[: height * tall, : width * wide]
    largest: float = part.reshape(height, tall, width, wide).mean((1, 3)).max()
    return float(largest)


def unlike(one: tuple[Any, Any], other: tuple[Any, Any]) -> float:
    """How much two frames differ in what they show, in per cent of the range.

    In luma, this is what remains when brightness and contrast are matched: the greater standard deviation of the two,
    times √(1 - r²), with Pearson's r. So light that changes is no change. The mean difference in chroma is added.
    """
    first, second = (each[0] - each[0].mean() for each in (one, other))
    spread, spread_of_other = float(first.std()), float(second.std())
    product = spread * spread_of_other
    r = max(0.0, float((first * second).mean()) / product) if product > 1e-6 else 0.0
    residue: float = max(spread, spread_of_other) * max(0.0, 1 - r * r) ** 0.5
    return (residue + float(abs(one[1] - other[1]).mean())) / 2.55


class _Sound:
    """The first sound of a clip."""

    def __init__(self, container: "InputContainer") -> None:
        import av  # noqa: PLC0415

        self.is_there = bool(container.streams.audio)
        self._resampler = av.AudioResampler(format="fltp", rate=RATE)
        self._parts: list[Any] = []

    def hear(self, packet: Any) -> None:
        for frame in packet.decode():
            self._parts += [each.to_ndarray() for each in self._resampler.resample(frame)]

    def loudness(self) -> float | None:
        import numpy as np  # noqa: PLC0415

        if not self._parts:
            return None
        self._parts += [each.to_ndarray() for each in self._resampler.resample(None)]
        return integrated(np.concatenate(self._parts, axis=1))
