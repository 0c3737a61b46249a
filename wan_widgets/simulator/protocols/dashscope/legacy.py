"""Requests to models up to 2.6. Each file has its own field."""

from wan_widgets.simulator.protocols.dashscope.asked import Asked, Content
from wan_widgets.simulator.protocols.dashscope.errors import missing
from wan_widgets.simulator.protocols.dashscope.files import Seconds
from wan_widgets.simulator.protocols.dashscope.parameters import Extent, read_size, read_tier

GUIDE_SECONDS = Seconds(3, 30)
REFERENCE_SECONDS = Seconds(1, 30)
OLD_REFERENCE_SECONDS = Seconds(2, 30)
MAX_REFERENCES = 5
MAX_VIDEOS = 3
BILLED_INPUT_SECONDS = 5.0


def read_legacy(asked: Asked) -> Content:
    match asked.model.task:
        case "t2v":
            return _from_text(asked)
        case "r2v":
            return _from_references(asked)
        case _:
            return _from_picture(asked)


def _from_text(asked: Asked) -> Content:
    prompt = asked.prompt(required=True)
    guide = _guide_audio(asked)
    return Content(prompt, read_size(asked.parameters, asked.model), guide_audio=guide)


def _from_picture(asked: Asked) -> Content:
    between_frames = asked.model.task == "kf2v"
    name = "first_frame_url" if between_frames else "img_url"
    first = asked.source(name, base64=True)
    if first is None:
        raise missing(f"input.{name}")
    last = asked.source("last_frame_url", base64=True) if between_frames else None
    # A template is an effect with a prompt of its own, which replaces the given one.
    prompt = "" if asked.inputs.text("template") else asked.prompt(required=False)
    extent = Extent(read_tier(asked.parameters, asked.model), None)
    guide = None if between_frames else _guide_audio(asked)
    for picture in filter(None, (first, last)):
        picture.check_image(megabytes=asked.model.image_megabytes)
    return Content(prompt, extent, first_frame=first.address, guide_audio=guide)


def _from_references(asked: Asked) -> Content:
    prompt = asked.prompt(required=True)
    name, limits = "reference_urls", REFERENCE_SECONDS
    if asked.inputs.texts(name) is None and asked.inputs.has("reference_video_urls"):
        name, limits = "reference_video_urls", OLD_REFERENCE_SECONDS
    urls = asked.inputs.texts(name)
    if not urls:
        raise missing("input.reference_urls")
    if len(urls) > (MAX_VIDEOS if limits is OLD_REFERENCE_SECONDS else MAX_REFERENCES):
        raise asked.inputs.refused(name, f"{len(urls)} are too many")
    references = [asked.take(f"{name}[{index}]", url) for index, url in enumerate(urls)]
    videos = [reference for reference in references if reference.is_video]
    if len(videos) > MAX_VIDEOS:
        raise asked.inputs.refused(name, f"{len(videos)} videos are too many, there may be {MAX_VIDEOS}")
    extent = read_size(asked.parameters, asked.model)
    for picture in (reference for reference in references if reference not in videos):
        picture.check_image(megabytes=asked.model.image_megabytes)
    seconds = sum(video.check_video(limits) for video in videos)
    addresses = tuple(reference.address for reference in references)
    return Content(prompt, extent, references=addresses, input_seconds=min(seconds, BILLED_INPUT_SECONDS))


def _guide_audio(asked: Asked) -> str | None:
    """Read the sound that the clip follows. The oldest models have no such field."""
    guide = None if asked.model.version == "2.2" else asked.source("audio_url")
    if guide is None:
        return None
    guide.check_audio(GUIDE_SECONDS)
    return guide.address
