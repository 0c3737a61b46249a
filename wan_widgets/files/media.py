"""Video and sound files: whether a file is complete, its size in pixels and its length."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from wan_widgets.wan.pictures import is_on_its_side, orientation_of_frame
from wan_widgets.words import say

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_ONLY_FILMS = {"format_whitelist": "mov,mp4,matroska,webm", "protocol_whitelist": "file"}
"""The formats that FFmpeg may read. It would also read playlists, and follow them to other files and addresses."""
_ONLY_MEDIA = _ONLY_FILMS | {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,mp3,flac,ogg,aac"}


_LONGEST_HEAD = 1024  # bytes
_STILLS = frozenset(
    b"heic heix heim heis hevc hevx hevm hevs avif avis avio avci avcs mif1 mif2 mif3 msf1 miaf jpeg jpgs j2ki j2is "
    b"vvic vvis evbi evbs MA1A MA1B MiHA MiHB MiHE MiPr unif".split()
) | {b"crx "}
"""The brands of pictures and sequences of pictures, in ISO/IEC 23008-12 and its relatives. The last is a raw photo."""
_FILM = re.compile(rb"iso.|mp[47].|avc1|qt  |M4.|3g..|dash|msdh")
"""The brands of films. Some also name the brand of a picture, because they have one as their cover."""


class NotVideo(Exception):
    """The file is not a whole video."""


@dataclass(frozen=True)
class Facts:
    """What a video file says of itself, checked by reading the whole file."""

    width: int
    """The width in pixels."""
    height: int
    """The height in pixels."""
    duration: float
    """The length in seconds."""
    has_audio: bool


def probe(path: Path) -> Facts:
    """Read a whole video file. Raises `NotVideo` if it is no video or is cut short. Takes milliseconds per megabyte."""
    if _breaks_off(path):
        raise NotVideo(say("files.faulty.cut"))
    with opened(path) as (container, stream):
        width, height = _sides(next(container.decode(stream)))
        container.seek(0)
        packets = sum(packet.size > 0 for packet in container.demux(stream))
        if packets < stream.frames:
            raise NotVideo(say("files.faulty.breaks_off", read=packets, whole=stream.frames))
        seconds = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
        return Facts(width, height, seconds, bool(container.streams.audio))


@dataclass(frozen=True)
class Glance:
    """What the head of a video or sound file says."""

    type: str
    """The MIME type."""
    sides: tuple[int, int] | None
    """The width and height as it is shown, in pixels; ``None`` for a sound."""
    seconds: float | None
    """The length in seconds; ``None`` if the head does not say it."""


def look(file: IO[bytes]) -> Glance:
    """What a video or sound file holds, from its head. Raises `NotVideo` if it is neither."""
    import av  # noqa: PLC0415

    if _is_still(file):
        raise NotVideo(say("files.faulty.heif"))
    try:
        with av.open(file, options=_ONLY_MEDIA, **_lenient(av.__version__)) as container:
            seconds = container.duration / 1_000_000 if container.duration else None
            cover = av.stream.Disposition.attached_pic  # the cover of a song
            if pictures := [stream for stream in container.streams.video if not stream.disposition & cover]:
                return Glance(_type(container, pictures[0]), _sides_of(container, pictures[0]), seconds)
            if container.streams.audio:
                return Glance(_type(container, None), None, seconds)
    except (av.FFmpegError, UnicodeError, ValueError) as error:
        raise NotVideo(say("files.faulty.unknown")) from error
    raise NotVideo(say("files.faulty.neither"))


def _sides_of(container: "InputContainer", stream: "VideoStream") -> tuple[int, int]:
    import av  # noqa: PLC0415

    try:
        return _sides(next(container.decode(stream)))
    except (av.FFmpegError, StopIteration):  # a service may have a decoder for what cannot be decoded here
        return stream.width, stream.height


def _sides(frame: "VideoFrame") -> tuple[int, int]:
    sides = frame.width, frame.height
    return (sides[1], sides[0]) if is_on_its_side(orientation_of_frame(frame)) else sides


def _is_still(file: IO[bytes]) -> bool:
    """Whether this is a picture in the boxes of an MP4. FFmpeg shows such a picture as a video."""
    head = file.read(_LONGEST_HEAD)
    file.seek(0)
    if head[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(head[:4]), len(head))
    major, others = (
        head[8:12],
        {head[at : at + 4] for at in range(16, end, 4)},
    )  # a version is between them
    return major in _STILLS or (not _FILM.match(major) and not _STILLS.isdisjoint(others))


def _type(container: "InputContainer", pictures: "VideoStream | None") -> str:
    names = container.format.name.split(",")
    brand = container.metadata.get("major_brand", "").strip()
    if pictures is None:
        return f"audio/{'mp4' if 'mp4' in names else {'mp3': 'mpeg'}.get(names[0], names[0])}"
    if brand == "qt":
        return "video/quicktime"
    if "webm" in names:
        return "video/webm" if pictures.codec.canonical_name in ("vp8", "vp9", "av1") else "video/x-matroska"
    return f"video/{'mp4' if 'mp4' in names else names[0]}"


@contextmanager
def opened(path: Path) -> "Generator[tuple[InputContainer, VideoStream], None, None]":
    """The open file and its video stream. Raises `NotVideo` for whatever is wrong with them."""
    import av  # noqa: PLC0415  # FFmpeg's libraries are loaded with the first clip

    try:
        with av.open(str(path), options=_ONLY_FILMS, **_lenient(av.__version__)) as container:
            if not container.streams.video:
                raise NotVideo(say("files.faulty.no_picture"))
            stream = container.streams.video[0]
            stream.thread_count = 1  # to start threads takes longer than to decode a frame, and each keeps memory
            yield container, stream
    except FileNotFoundError:  # PyAV's error for this is also an `av.FFmpegError`
        raise
    except (av.FFmpegError, StopIteration) as error:
        raise NotVideo(say("files.faulty.no_video")) from error


def _lenient(version: str) -> dict[str, Any]:
    """The argument with which PyAV accepts metadata that is not UTF-8. Version 19 neither has nor needs it."""
    return {"metadata_errors": "replace"} if int(version.split(".", maxsplit=1)[0]) < 19 else {}


def _breaks_off(path: Path) -> bool:
    """Whether the boxes of an MP4 announce more bytes than the file has. FFmpeg does not check this."""
    end, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < end:
            file.seek(at)
            head = file.read(16)
            if len(head) < 8 or (at == 0 and head[4:8] != b"ftyp"):
                return False
            size = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4])
            if size < 8:  # 0 means up to the end of the file
                return False
            at += size
    return at > end
