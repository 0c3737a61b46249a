"""Writing frames and sound into an MP4 of exactly the requested length."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from wan_widgets.simulator.film.film import Film
from wan_widgets.simulator.film.painting.canvas import Octets
from wan_widgets.simulator.film.sound import SAMPLE_RATE, Samples, compose_sound
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.uploads import anonymous

BT_709 = 1
LIMITED_RANGE = 1


def render(record: Record, pictures: list[Image.Image | None], path: Path) -> None:
    """Write the clip of a task. The file gets its name only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    film = Film(record, pictures)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
    try:
        # +faststart needs a real file, because a second pass moves the index to the front.
        with av.open(str(unfinished), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata["comment"] = comment(record)
            tracks = Tracks(container, film, record.order)
            for index, picture in enumerate(ahead(film)):
                tracks.add(index, picture)
            tracks.flush()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def comment(record: Record) -> str:
    """The comment inside the file: a note, as JSON, that the clip is simulated and how it was ordered.

    The same request has the same comment. Ids and addresses of one order alone are left out.
    """
    order = replace(
        record.order,
        caller_id=None,
        wire={},
        first_frame=anonymous(record.order.first_frame),
        references=tuple(map(anonymous, record.order.references)),
        guide_audio=anonymous(record.order.guide_audio),
    )
    request = {name: value for name, value in order.to_json().items() if value not in (None, "", (), {})}
    note = {"simulated": True, "model": order.model, "mode": order.mode, "seed": record.seed, "request": request}
    return json.dumps(note, ensure_ascii=False)


class Tracks:
    """The streams of one file, and the sound for the frames."""

    def __init__(self, container: OutputContainer, film: Film, order: Order) -> None:
        self._container = container
        self._rate = order.rate
        self._video = _add_video(container, film, order)
        self._sound = _add_audio(container) if order.audio else None
        seconds = float(film.frames / order.rate)
        self._samples = compose_sound(film.rng.spawn(1)[0], seconds) if order.audio else None

    def add(self, index: int, picture: Octets) -> None:
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts = index
        self._container.mux(self._video.encode(frame))
        if self._sound and self._samples is not None:
            start, end = (int(SAMPLE_RATE * count / self._rate) for count in (index, index + 1))
            self._container.mux(self._sound.encode(_audio_frame(self._samples, start, end)))

    def flush(self) -> None:
        for stream in (self._video, self._sound):
            if stream:
                self._container.mux(stream.encode(None))


def _add_video(container: OutputContainer, film: Film, order: Order) -> VideoStream:
    stream = container.add_stream("libx264", rate=order.rate, options={"preset": "ultrafast", "crf": "23"})
    stream.width, stream.height = film.size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.gop_size = max(round(order.rate), 1)
    # The number of threads changes the bytes of the file, so it is two on every machine.
    context.thread_count = 2
    context.colorspace = context.color_primaries = context.color_trc = BT_709
    context.color_range = LIMITED_RANGE
    return stream


def _add_audio(container: OutputContainer) -> AudioStream:
    return container.add_stream(
        "aac", rate=SAMPLE_RATE, layout="stereo", bit_rate=96_000, options={"aac_coder": "fast"}
    )


def ahead(frames: Iterable[Octets]) -> Iterator[Octets]:
    """Paint the next frame while this one is encoded. Both release Python's lock (GIL) most of the time."""
    iterator = iter(frames)
    with ThreadPoolExecutor(1) as painter:
        upcoming = painter.submit(next, iterator, None)
        while (frame := upcoming.result()) is not None:
            upcoming = painter.submit(next, iterator, None)
            yield frame


def _audio_frame(samples: Samples, start: int, end: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples[:, start:end].copy(), "fltp", "stereo")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = start
    return frame
