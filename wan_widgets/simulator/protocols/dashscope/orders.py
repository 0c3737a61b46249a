"""Reading the body of a request into an order. The model that it names decides how."""

from typing import Any, NamedTuple

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.dashscope.asked import Asked, Content
from wan_widgets.simulator.protocols.dashscope.errors import FaultError, bad_parameter
from wan_widgets.simulator.protocols.dashscope.fields import MoreFields
from wan_widgets.simulator.protocols.dashscope.legacy import read_legacy
from wan_widgets.simulator.protocols.dashscope.media import read_media
from wan_widgets.simulator.protocols.dashscope.models import MODELS
from wan_widgets.simulator.protocols.dashscope.parameters import read_duration, read_seed, read_shots, read_sound
from wan_widgets.simulator.protocols.dashscope.sources import Sources

VIDEO_GENERATION = "video-generation"
IMAGE_TO_VIDEO = "image2video"
NEGATIVE_PROMPT_LIMIT = 500
FPS = {"3.0": 30}


class Submission(NamedTuple):
    """An order, and the error that will make its task fail, if there is one."""

    order: Order
    fault: tuple[str, str] | None = None
    """The code and message of the error."""


def read_submission(body: Any, sources: Sources, *, service: str = VIDEO_GENERATION) -> Submission:
    """Read a body, or raise a `RefusalError`. `service` is a segment of the path, which must fit the model."""
    if not isinstance(body, dict):
        raise bad_parameter("Required body invalid, please check the request body format.")
    fields = MoreFields(body)
    model_id = known_model(fields.text("model"))
    model = MODELS[model_id]
    if (model.task == "kf2v") != (service == IMAGE_TO_VIDEO):
        raise bad_parameter("url error, please check url!")
    if not fields.has("input"):
        raise RefusalError(400, "BadRequest.EmptyInput", "Required input parameter missing from request.")
    inputs = MoreFields(fields.mapping("input"), prefix="input.")
    parameters = MoreFields(fields.mapping("parameters"), prefix="parameters.")
    asked = Asked(model_id=model_id, model=model, inputs=inputs, parameters=parameters, sources=sources)
    return _submission(asked)


def known_model(model_id: str | None) -> str:
    if not model_id:
        raise RefusalError(400, "BadRequest.EmptyModel", 'Required parameter "model" missing from request.')
    if model_id not in MODELS:
        raise RefusalError(404, "ModelNotFound", f"The model {model_id[:80]} does not exist.")
    return model_id


def _submission(asked: Asked) -> Submission:
    settings = _settings(asked)
    try:
        content = read_media(asked) if asked.model.takes_media else read_legacy(asked)
    except FaultError as fault:
        prompt = asked.prompt(required=False)
        return Submission(Order(model=asked.model_id, prompt=prompt), (fault.code, fault.message))
    return Submission(_order(asked, content, settings))


def _settings(asked: Asked) -> dict[str, Any]:
    """Read the fields that are the same for all kinds of request. Their errors are refused first."""
    parameters, model = asked.parameters, asked.model
    return {
        "negative_prompt": (asked.inputs.text("negative_prompt") or "")[:NEGATIVE_PROMPT_LIMIT],
        "duration": read_duration(parameters, model),
        "audio": read_sound(parameters, model),
        "seed": read_seed(parameters),
        "prompt_extend": parameters.flag("prompt_extend", default=True),
        "shot_type": read_shots(parameters, model),
        "watermark": parameters.flag("watermark", default=False),
    }


def _order(asked: Asked, content: Content, settings: dict[str, Any]) -> Order:
    return Order(
        model=asked.model_id,
        prompt=content.prompt,
        first_frame=content.first_frame,
        references=content.references,
        guide_audio=content.guide_audio if settings["audio"] else None,
        size=content.extent.size,
        resolution=content.extent.tier.lower(),
        fps=FPS.get(asked.model.version),
        wire={"ratio": content.extent.ratio, "input_seconds": content.input_seconds},
        **settings,
    )
