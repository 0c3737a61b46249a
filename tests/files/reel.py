"""Small films with known faults, as real files: what the checks are to find, and what they are not to find."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, FPS = 320, 180, 24


def _picture(seed: int, width: int, height: int) -> np.ndarray:
    """Coloured patches with soft edges, twice as wide and high as a frame: a scene through which a camera can move."""
    dice = np.random.default_rng(seed)
    patches = dice.integers(30, 226, (9, 16, 3)).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(patches, format="rgb24")
    return frame.reformat(2 * width, 2 * height, "rgb24", interpolation="BICUBIC").to_ndarray()


SCENES = {seed: _picture(seed, WIDTH, HEIGHT) for seed in (1, 2)}


def view(scene: int = 1, x: float = 0.0, y: float = 0.0) -> np.ndarray:
    """A part of a scene, from `x` and `y`."""
    left, top = round(x) % WIDTH, round(y) % HEIGHT
    return SCENES[scene][top : top + HEIGHT, left : left + WIDTH]


def pan(time: float) -> np.ndarray:
    """A camera that moves slowly."""
    return view(x=20 * time)


def light(picture: np.ndarray, factor: float) -> np.ndarray:
    return np.clip(picture * factor, 0, 255).astype(np.uint8)


def cut(time: float) -> np.ndarray:
    return view(1 if time < 2.1 - 1e-6 else 2, 20 * time)


def zoom(time: float) -> np.ndarray:
    """A still camera that comes nearer by 1 % a second."""
    part = 1 / (1 + 0.01 * time)
    high, wide = round(2 * HEIGHT * part), round(2 * WIDTH * part)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(SCENES[1][:high, :wide]), format="rgb24")
    return frame.reformat(WIDTH, HEIGHT, "rgb24", interpolation="AREA").to_ndarray()


def candle(time: float) -> np.ndarray:
    """A still room in which one small thing moves."""
    picture = view().copy()
    at = 100 + round(10 * np.sin(9 * time))
    picture[80:100, at : at + 20] = (255, 200, 120)
    return picture


def fade(time: float) -> np.ndarray:
    """One scene goes over into another within half a second."""
    share = min(max((time - 2.0) * 2, 0.0), 1.0)
    return (view(1) * (1 - share) + view(2) * share).astype(np.uint8)


def flash(time: float) -> np.ndarray:
    """One frame of two seconds is white."""
    return np.full((HEIGHT, WIDTH, 3), 255, np.uint8) if abs(time - 2.0) < 0.01 else pan(time)


REEL: dict[str, Callable[[float], np.ndarray]] = {
    "pan": pan,
    "black": lambda time: light(pan(time), time >= 1.2),
    "all black": lambda _: np.zeros((HEIGHT, WIDTH, 3), np.uint8),
    "frozen half": lambda time: pan(min(time, 2.0)),
    "frozen": lambda _: view(),
    "cut": cut,
    "flicker": lambda time: light(pan(time), 1.0 + 0.2 * np.sign(np.sin(2 * np.pi * 8 * time + 0.1))),
    "slow flicker": lambda time: light(pan(time), 1.0 + 0.2 * np.sign(np.sin(2 * np.pi * 4 * time + 0.1))),
    "fade": fade,
    "fade from black": lambda time: light(pan(time), min(time, 1.0)),
    "fast": lambda time: view(x=400 * time, y=130 * time),
    "zoom": zoom,
    "candle": candle,
    "flash": flash,
}


def film(
    path: Path,
    at: Callable[[float], np.ndarray] | str = "pan",
    *,
    seconds: float = 4.0,
    fps: int = FPS,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    times: list[int] | None = None,
    sound: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Path:
    """A film of what `at` shows at each moment. `times` are those of the frames, in milliseconds; else `fps` holds."""
    shown = REEL[at] if isinstance(at, str) else at
    moments = [round(1000 * number / fps) for number in range(max(1, round(seconds * fps)))] if times is None else times
    with av.open(str(path), "w", options={"movflags": "+faststart"} if path.suffix == ".mp4" else {}) as container:
        stream = container.add_stream(codec, rate=fps)
        first = shown(0.0)
        stream.height, stream.width, stream.pix_fmt = *first.shape[:2], pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "bf": "0"}
        heard = container.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        for moment in moments:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown(moment / 1000)), format="rgb24")
            frame.pts, frame.time_base = moment, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if heard and sound:
            _record(container, heard, sound(np.arange(round(seconds * 48_000)) / 48_000))
    return path


def _record(container, heard, wave: np.ndarray) -> None:
    frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]).astype(np.float32), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts = 48_000, 0
    container.mux(heard.encode(frame))
    container.mux(heard.encode())


def tone(volume: float = 0.1, pitch: float = 997.0) -> Callable[[np.ndarray], np.ndarray]:
    """A sine."""
    return lambda time: volume * np.sin(2 * np.pi * pitch * time)
