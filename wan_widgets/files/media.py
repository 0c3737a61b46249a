"""What video and sound files are: whether one is complete, how large and how long it is."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_ONLY_FILMS = {"format_whitelist": "mov,mp4,matroska,webm", "protocol_whitelist": "file"}
"""FFmpeg also reads playlists, and follows them to other files and addresses."""
_ONLY_MEDIA = _ONLY_FILMS | {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,mp3,flac,ogg,aac"}


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
    with opened(path) as (container, stream):
        frame = next(container.decode(stream))
        container.seek(0)
        packets = sum(packet.size > 0 for packet in container.demux(stream))
        if packets < stream.frames:
            raise NotVideo(f"it breaks off after {packets} of {stream.frames} frames")
        seconds = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
        return Facts(frame.width, frame.height, seconds, bool(container.streams.audio))


@dataclass(frozen=True)
class Glance:
    """What the head of a video or sound file says of it."""

    type: str
    """MIME type."""
    sides: tuple[int, int] | None
    seconds: float | None


def look(file: IO[bytes]) -> Glance:
    """What a video or a sound is, without reading it through; raises `NotVideo` if it is neither."""
    import av  # noqa: PLC0415

    try:
        with av.open(file, options=_ONLY_MEDIA, **_lenient(av.__version__)) as container:
            seconds = container.duration / 1_000_000 if container.duration else None
            cover = av.stream.Disposition.attached_pic  # of a song
            if pictures := [stream for stream in container.streams.video if not stream.disposition & cover]:
                return Glance(_type(container, pictures[0]), (pictures[0].width, pictures[0].height), seconds)
            if container.streams.audio:
                return Glance(_type(container, None), None, seconds)
    except (av.FFmpegError, UnicodeError, ValueError) as error:
        raise NotVideo("it is of no kind that is known, or damaged") from error
    raise NotVideo("it has neither picture nor sound")


def _type(container: "InputContainer", pictures: "VideoStream | None") -> str:
    names = container.format.name.split(",")
    brand = container.metadata.get("major_brand", "").strip()
    if brand in ("heic", "heix", "mif1", "avif"):
        raise NotVideo("it is a HEIF picture; save it as JPEG or PNG")
    if pictures is None:
        return f"audio/{'mp4' if 'mp4' in names else {'mp3': 'mpeg'}.get(names[0], names[0])}"
    if brand == "qt":
        return "video/quicktime"
    if "webm" in names:
        return "video/webm" if pictures.codec.canonical_name in ("vp8", "vp9", "av1") else "video/x-matroska"
    return f"video/{'mp4' if 'mp4' in names else names[0]}"


@contextmanager
def opened(path: Path) -> "Generator[tuple[InputContainer, VideoStream], None, None]":
    """The file and its pictures; whatever is wrong with them is a `NotVideo`."""
    import av  # noqa: PLC0415  # FFmpeg's libraries, loaded by the first clip

    try:
        with av.open(str(path), options=_ONLY_FILMS, **_lenient(av.__version__)) as container:
            if not container.streams.video:
                raise NotVideo("it has no picture")
            yield container, container.streams.video[0]
    except FileNotFoundError:  # one of FFmpeg's errors too
        raise
    except (av.FFmpegError, StopIteration) as error:
        raise NotVideo("it is not a video, or is cut short") from error


def _lenient(version: str) -> dict[str, Any]:
    """PyAV 19 took the argument away; before it, words that are not UTF-8 would spoil the clip."""
    return {"metadata_errors": "replace"} if int(version.split(".", maxsplit=1)[0]) < 19 else {}


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
