"""Requests to models from 2.7 on. All files are in `input.media`, each with its role."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from wan_widgets.simulator.fields import Fields
from wan_widgets.simulator.protocols.dashscope.asked import Asked, Content
from wan_widgets.simulator.protocols.dashscope.errors import FaultError
from wan_widgets.simulator.protocols.dashscope.files import Seconds
from wan_widgets.simulator.protocols.dashscope.legacy import BILLED_INPUT_SECONDS
from wan_widgets.simulator.protocols.dashscope.parameters import Extent, read_duration, read_ratio, read_tier
from wan_widgets.simulator.protocols.dashscope.sources import Source

FRAMES = ("first_frame", "last_frame")
IMAGES = (*FRAMES, "reference_image")
VOICE_SECONDS = Seconds(1, 10)
GUIDE_SECONDS = Seconds(2, 30)
ROLES: Mapping[str, tuple[str, ...]] = {
    "i2v": (*FRAMES, "driving_audio", "first_clip"),
    "r2v": ("reference_image", "reference_video", "first_frame"),
    "any": (*FRAMES, "reference_image", "reference_video", "reference_audio", "file", "link"),
}
"""The allowed roles, by the task of the model."""
COMBINATIONS = (
    {"first_frame"},
    {"first_frame", "driving_audio"},
    {"first_frame", "last_frame"},
    {"first_frame", "last_frame", "driving_audio"},
    {"first_clip"},
    {"first_clip", "last_frame"},
)
MOST: Mapping[str, Mapping[str, int]] = {
    "i2v": dict.fromkeys(ROLES["i2v"], 1),
    "r2v": {"first_frame": 1},
    "any": {
        **dict.fromkeys((*FRAMES, "file", "link"), 1),
        "reference_image": 10,
        "reference_video": 5,
        "reference_audio": 5,
    },
}
SECONDS: Mapping[tuple[str, str], Seconds] = {
    ("i2v", "driving_audio"): GUIDE_SECONDS,
    ("i2v", "first_clip"): Seconds(2, 10),
    ("r2v", "reference_video"): Seconds(1, 30),
    ("any", "reference_video"): Seconds(1, 15),
    ("any", "reference_audio"): Seconds(1, 15),
}
MAX_REFERENCES = 5
MAX_WITH_VIDEO = 10
SUM_OF_REFERENCES = 15
SUM_OF_ALL = 30


class Item(NamedTuple):
    """A file with its role."""

    role: str
    source: Source
    voice: Source | None


def read_media(asked: Asked) -> Content:
    readers: Mapping[str, Callable[[Asked], Content]] = {
        "t2v": _from_text,
        "i2v": _from_frames,
        "r2v": _from_references,
        "any": _from_anything,
    }
    return readers[asked.model.task](asked)


def _from_text(asked: Asked) -> Content:
    prompt = asked.prompt(required=True)
    guide = asked.source("audio_url")
    extent = read_ratio(asked.parameters, asked.model, follows_picture=False)
    if guide:
        guide.check_audio(GUIDE_SECONDS)
    return Content(prompt, extent, guide_audio=guide.address if guide else None)


def _from_frames(asked: Asked) -> Content:
    prompt = asked.prompt(required=False)
    extent = Extent(read_tier(asked.parameters, asked.model), None)
    items = _needed(_read_items(asked))
    roles = {item.role for item in items}
    if roles not in COMBINATIONS:
        raise _fault(f"The combination of media types is not supported: {', '.join(sorted(roles))}.")
    _check_files(asked, items)
    first = next(item for item in items if item.role in {"first_frame", "first_clip"})
    guide = next((item.source.address for item in items if item.role == "driving_audio"), None)
    return Content(prompt, extent, first_frame=first.source.address, guide_audio=guide)


def _from_references(asked: Asked) -> Content:
    prompt = asked.prompt(required=True)
    items = _needed(_read_items(asked))
    frame, references = _addresses(items, "first_frame"), _addresses(items, "reference_image", "reference_video")
    videos = _addresses(items, "reference_video")
    extent = read_ratio(asked.parameters, asked.model, follows_picture=bool(frame))
    if videos and read_duration(asked.parameters, asked.model) > MAX_WITH_VIDEO:
        raise asked.parameters.refused("duration", f"with a reference_video it must be 2 to {MAX_WITH_VIDEO}")
    if not 1 <= len(references) <= MAX_REFERENCES:
        problem = f"the number of reference_image and reference_video must be 1 to {MAX_REFERENCES}"
        raise _fault(f"input.media: {problem}, not {len(references)}.")
    seconds = _check_files(asked, items)
    return Content(
        prompt,
        extent,
        first_frame=frame[0] if frame else None,
        references=references,
        guide_audio=next((item.voice.address for item in items if item.voice), None),
        input_seconds=min(seconds, BILLED_INPUT_SECONDS),
    )


def _from_anything(asked: Asked) -> Content:
    items = _read_items(asked) or []
    prompt = asked.prompt(required=not items)
    frames = _addresses(items, "first_frame")
    references = _addresses(items, "reference_image", "reference_video")
    extent = read_ratio(asked.parameters, asked.model, follows_picture=bool(frames or references))
    _check_modes({item.role for item in items})
    seconds = _check_files(asked, items)
    if seconds + read_duration(asked.parameters, asked.model) > SUM_OF_ALL:
        raise _fault(f"The total duration of the input videos and the output must not exceed {SUM_OF_ALL} seconds.")
    return Content(
        prompt,
        extent,
        first_frame=frames[0] if frames else None,
        references=references,
        guide_audio=next(iter(_addresses(items, "reference_audio")), None),
        input_seconds=seconds,
    )


def _check_modes(roles: set[str]) -> None:
    if roles & set(FRAMES) and roles - set(FRAMES):
        message = (
            "The two modes are mutually exclusive."
            " Do not pass reference_xx and first_frame/last_frame at the same time."
        )
        raise _fault(message)
    if {"file", "link"} <= roles:
        raise _fault("Do not pass file and link at the same time.")
    if roles == {"last_frame"}:
        raise _fault("Do not pass last_frame without first_frame.")


def _read_items(asked: Asked) -> list[Item] | None:
    values = asked.inputs.objects("media")
    if values is None:
        return None
    items = [
        _read_item(asked, index, Fields(value, prefix=f"input.media[{index}].")) for index, value in enumerate(values)
    ]
    for role, most in MOST[asked.model.task].items():
        count = len(_addresses(items, role))
        if count > most:
            raise _fault(f"input.media: {count} of type {role} are too many, there may be {most}.")
    return items


def _read_item(asked: Asked, index: int, fields: Fields) -> Item:
    name = f"media[{index}]"
    role, url, voice = fields.text("type"), fields.text("url"), fields.text("reference_voice")
    if not role or not url:
        raise _fault(f"Field required: input.{name}.{'url' if role else 'type'}")
    roles = ROLES[asked.model.task]
    if role not in roles:
        raise _fault(f"input.{name}.type: {role!r:.80} is not supported, use one of {', '.join(roles)}.")
    source = asked.take(f"{name}.url", url, base64=role in IMAGES)
    heard = asked.model.task == "r2v" and role != "first_frame"
    return Item(role, source, asked.take(f"{name}.reference_voice", voice) if voice and heard else None)


def _needed(items: list[Item] | None) -> list[Item]:
    if not items:
        raise _fault("Field required: input.media")
    return items


def _check_files(asked: Asked, items: Iterable[Item]) -> float:
    """Check all files, and return the length of the reference videos together, in seconds."""
    task = asked.model.task
    videos, sounds = [0.0], [0.0]
    for role, source, voice in items:
        if role in IMAGES:
            source.check_image(megabytes=asked.model.image_megabytes)
        elif role in {"driving_audio", "reference_audio"}:
            sounds.append(source.check_audio(SECONDS[task, role]))
        elif role in {"first_clip", "reference_video"}:
            seconds = source.check_video(SECONDS[task, role])
            videos.append(seconds if role == "reference_video" else 0.0)
        if voice:
            voice.check_audio(VOICE_SECONDS)
    if task == "any" and max(sum(videos), sum(sounds)) > SUM_OF_REFERENCES:
        message = f"The total duration of the references must not exceed {SUM_OF_REFERENCES} seconds."
        raise FaultError("InvalidFile.Duration", message)
    return sum(videos)


def _addresses(items: Iterable[Item], *roles: str) -> tuple[str, ...]:
    return tuple(item.source.address for item in items if item.role in roles)


def _fault(message: str) -> FaultError:
    return FaultError("InvalidParameter", message)
