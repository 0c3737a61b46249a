"""``/v1/videos``, in the dialects of OpenAI and of engines on your own machines."""

from wan_widgets.simulator.protocols.openai_videos.dialect import Dialect
from wan_widgets.simulator.protocols.openai_videos.models import served
from wan_widgets.simulator.protocols.openai_videos.openai import OpenAI
from wan_widgets.simulator.protocols.openai_videos.routes import OpenAIVideos
from wan_widgets.simulator.protocols.openai_videos.sglang import SGLang
from wan_widgets.simulator.protocols.openai_videos.vllm_omni import VLLMOmni

DIALECTS: dict[str, type[Dialect]] = {"openai": OpenAI, "sglang": SGLang, "vllm-omni": VLLMOmni}
"""The dialects, by the name of the engine."""


def dialect_of(engine: str, model: str | None) -> Dialect:
    """Make the dialect of an engine. An engine serves one model; OpenAI's dialect serves all of them."""
    if engine not in DIALECTS:
        raise ValueError(f"{engine!r} is none of {', '.join(DIALECTS)}")
    models = served(model)
    return DIALECTS[engine](models if engine == "openai" else models[:1])


__all__ = ["DIALECTS", "Dialect", "OpenAIVideos", "dialect_of"]
