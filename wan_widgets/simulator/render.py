"""Frames and sound into an MP4, of exactly the requested length."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from wan_widgets.simulator.film import Film
from wan_widgets.simulator.painting.canvas import Octets
from wan_widgets.simulator.painting.elements import FPS
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.sound import SAMPLE_RATE, Samples, compose_sound
from wan_widgets.simulator.submissions import MODEL

SAMPLES_A_FRAME = SAMPLE_RATE // FPS
BT_709 = 1
LIMITED_RANGE = 1


def render(record: Record, pictures: list[Image.Image | None], path: Path, *, audio: bool = True) -> None:
    """Write the clip of a task. It appears under its name when it is complete, not before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    film = Film(record, pictures)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as file:
        part = Path(file.name)
    try:
        # +faststart needs a real file: the index is moved to the front in a second pass.
        with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata["comment"] = comment(record)
            video = _add_video(container, film)
            sound = _add_audio(container) if audio else None
            samples = compose_sound(film.rng.spawn(1)[0], record.submission.duration) if audio else None
            _mux(container, video, film, sound, samples)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def comment(record: Record) -> str:
    """Say in the file what it is."""
    request = {name: value for name, value in record.to_json()["submission"].items() if value not in (None, "", ())}
    note = {"simulated": True, "model": MODEL, "mode": record.submission.mode, "seed": record.seed, "request": request}
    return json.dumps(note, ensure_ascii=False)


def _add_video(container: OutputContainer, film: Film) -> VideoStream:
    stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "23"})
    stream.width, stream.height = film.size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.gop_size = FPS
    # Always two, whatever the machine has: the bytes depend on it.
    context.thread_count = 2
    context.colorspace = context.color_primaries = context.color_trc = BT_709
    context.color_range = LIMITED_RANGE
    return stream


def _add_audio(container: OutputContainer) -> AudioStream:
    return container.add_stream(
        "aac", rate=SAMPLE_RATE, layout="stereo", bit_rate=96_000, options={"aac_coder": "fast"}
    )


def _mux(
    container: OutputContainer, video: VideoStream, film: Film, sound: AudioStream | None, samples: Samples | None
) -> None:
    for index, picture in enumerate(ahead(film)):
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts = index
        container.mux(video.encode(frame))
        if sound and samples is not None:
            container.mux(sound.encode(_audio_frame(samples, index)))
    for stream in (video, sound):
        if stream:
            container.mux(stream.encode(None))


def ahead(frames: Iterable[Octets]) -> Iterator[Octets]:
    """Paint the next frame while this one is being encoded: both leave Python's lock alone for most of the time."""
    iterator = iter(frames)
    with ThreadPoolExecutor(1) as painter:
        upcoming = painter.submit(next, iterator, None)
        while (frame := upcoming.result()) is not None:
            upcoming = painter.submit(next, iterator, None)
            yield frame


def _audio_frame(samples: Samples, index: int) -> av.AudioFrame:
    start = index * SAMPLES_A_FRAME
    frame = av.AudioFrame.from_ndarray(samples[:, start : start + SAMPLES_A_FRAME].copy(), "fltp", "stereo")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = start
    return frame
