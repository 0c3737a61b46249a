"""Looking into video files: is it one, how large, how long; and its first picture."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_ONLY_FILMS = {"format_whitelist": "mov,mp4,matroska,webm", "protocol_whitelist": "file"}
"""FFmpeg also reads playlists, and follows them to other files and addresses."""


class NotVideo(Exception):
    """The file is not a whole video."""


@dataclass(frozen=True)
class Facts:
    """What a file says of itself, checked by reading it through."""

    width: int
    height: int
    duration: float
    """Seconds."""
    has_audio: bool


def probe(path: Path) -> Facts:
    """Read a video file through; raises `NotVideo` if it is none, or cut short. Takes milliseconds a megabyte."""
    if _breaks_off(path):
        raise NotVideo("it is cut short")
    with _opened(path) as (container, stream):
        frame = next(container.decode(stream))
        container.seek(0)
        packets = sum(packet.size > 0 for packet in container.demux(stream))
        if packets < stream.frames:
            raise NotVideo(f"it breaks off after {packets} of {stream.frames} frames")
        seconds = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
        return Facts(frame.width, frame.height, seconds, bool(container.streams.audio))


def poster(path: Path, width: int = 640) -> bytes:
    """The first picture as a small JPEG, at most `width` pixels wide; raises `NotVideo`."""
    from PIL import Image  # noqa: PLC0415  # with the first clip

    with _opened(path) as (container, stream):
        image = Image.fromarray(next(container.decode(stream)).to_ndarray(format="rgb24"))
    image.thumbnail((width, width))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


@contextmanager
def _opened(path: Path) -> "Generator[tuple[InputContainer, VideoStream], None, None]":
    """The file and its pictures; whatever is wrong with them is a `NotVideo`."""
    import av  # noqa: PLC0415  # FFmpeg's libraries, loaded by the first clip

    try:
        # PyAV 19 took the argument away; before it, words that are not UTF-8 would spoil the clip.
        lenient: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
        with av.open(str(path), options=_ONLY_FILMS, **lenient) as container:
            if not container.streams.video:
                raise NotVideo("it has no picture")
            yield container, container.streams.video[0]
    except FileNotFoundError:  # one of FFmpeg's errors too
        raise
    except (av.FFmpegError, StopIteration) as error:
        raise NotVideo("it is not a video, or is cut short") from error


def _breaks_off(path: Path) -> bool:
    """Whether the boxes that an MP4 is made of promise more bytes than there are; FFmpeg would not mind."""
    end, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < end:
            file.seek(at)
            head = file.read(16)
            if len(head) < 8 or (at == 0 and head[4:8] != b"ftyp"):
                return False
            size = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4])
            if size < 8:  # 0: up to the end
                return False
            at += size
    return at > end
