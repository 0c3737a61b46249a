"""Checks of input files. Only files that are kept here are checked; others are accepted without a look."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import av
from PIL import Image, UnidentifiedImageError

from wan_widgets.simulator.protocols.dashscope.errors import FaultError
from wan_widgets.simulator.uploads import MEDIA_TYPES

MEGABYTE = 1024 * 1024
IMAGE_TYPES = ("image/jpeg", "image/png", "image/bmp", "image/webp")
IMAGE_SIDES = (240, 8000)
VIDEO_TYPES = ("video/mp4", "video/quicktime")
VIDEO_MEGABYTES = 100
VIDEO_SIDES = (240, 4096)
AUDIO_TYPES = ("audio/wav", "audio/mpeg")
AUDIO_MEGABYTES = 15
LONGEST_SHAPE = 8


class Seconds(NamedTuple):
    """How long a recording may be."""

    shortest: float
    longest: float

    def __str__(self) -> str:
        return f"{self.shortest:g} s ~ {self.longest:g} s"


def media_type(path: Path) -> str:
    return MEDIA_TYPES[path.suffix.removeprefix(".")]


def check_image(path: Path, *, megabytes: int) -> None:
    invalid = FaultError(
        "InvalidImage.FileFormat", "Invalid image type. Please ensure the uploaded file is a valid image."
    )
    if media_type(path) not in IMAGE_TYPES:
        raise invalid
    _check_size(path, megabytes, "image")
    try:
        with Image.open(path) as image:
            size, see_through = image.size, image.has_transparency_data
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise invalid from error
    if see_through:
        raise invalid
    low, high = IMAGE_SIDES
    if min(size) < low or max(size) > high:
        message = (
            "The image resolution is invalid, please make sure that the largest length of image"
            f" is smaller than {high}, and the smallest length of image is larger than {low}."
        )
        raise FaultError("InvalidFile.Resolution", message)
    _check_shape(size)


def check_video(path: Path, allowed: Seconds) -> float:
    """Check a video, and return its length in seconds."""
    if media_type(path) not in VIDEO_TYPES:
        types = "the request file format is one of the following types: MP4, MOV."
        raise FaultError("InvalidFile.Format", f"Invalid file format, {types}")
    _check_size(path, VIDEO_MEGABYTES, "video")
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            size, seconds = (stream.width, stream.height), (container.duration or 0) / av.time_base
    except (av.FFmpegError, IndexError) as error:
        raise FaultError("InvalidFile.Openerror", "Invalid file, cannot open file as video/audio/image.") from error
    low, high = VIDEO_SIDES
    if min(size) < low or max(size) > high:
        message = f"Invalid video resolution. The height or width of video must be {low} ~ {high}."
        raise FaultError("InvalidFile.Resolution", message)
    _check_shape(size)
    _check_seconds(seconds, allowed)
    return seconds


def check_audio(path: Path, allowed: Seconds) -> float:
    """Check a recording, and return its length in seconds."""
    if media_type(path) not in AUDIO_TYPES:
        raise FaultError("InvalidURL", "File type is not supported. Allowed types are: .wav, .mp3.")
    if path.stat().st_size > AUDIO_MEGABYTES * MEGABYTE:
        raise FaultError("InvalidURL", f"File size is larger than {AUDIO_MEGABYTES}MB.")
    try:
        with av.open(str(path)) as container:
            seconds = (container.duration or 0) / av.time_base
    except av.FFmpegError as error:
        raise FaultError("InvalidFile.Openerror", "Invalid file, cannot open file as video/audio/image.") from error
    if seconds > allowed.longest:
        raise FaultError("InvalidURL", f"The input audio is longer than {allowed.longest:g}s.")
    _check_seconds(seconds, allowed)
    return seconds


def _check_size(path: Path, megabytes: int, what: str) -> None:
    if path.stat().st_size > megabytes * MEGABYTE:
        message = f"Invalid file size. The {what} file size must be less than {megabytes}MB."
        raise FaultError("InvalidFile.Size", message)


def _check_shape(size: Sequence[int]) -> None:
    if max(size) > LONGEST_SHAPE * min(size):
        message = (
            "Invalid file ratio. The file aspect ratio (height/width)"
            f" must be between {LONGEST_SHAPE}:1 and 1:{LONGEST_SHAPE}."
        )
        raise FaultError("InvalidFile.AspectRatio", message)


def _check_seconds(seconds: float, allowed: Seconds) -> None:
    if not allowed.shortest <= seconds <= allowed.longest:
        message = f"Invalid file duration. The file duration must be {allowed}."
        raise FaultError("InvalidFile.Duration", message)
