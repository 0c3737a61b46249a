"""What a server behind `/v1/videos` says of itself in its list of models: its engine, and the models that make videos.

Sources: SGLang 0.5.23 (entrypoints/http_server.py), vLLM-Omni 0.30.0 (entrypoints/openai/api_server.py).
"""

import re
from collections.abc import Mapping
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
from wan_widgets.providers.codes import Advice
from wan_widgets.providers.openai_videos.models import Dialect, Served, family_in
from wan_widgets.providers.openai_videos.replies import refusal
from wan_widgets.wan.errors import ConfigurationError, NotFound, UnexpectedReply
from wan_widgets.wan.models import Mode
from wan_widgets.words import say

_OWNERS: Mapping[str, Dialect] = {
    "sglang": "sglang",
    "vllm": "vllm-omni",
    "vllm-omni": "vllm-omni",
    "openai": "openai",
    "openai-internal": "openai",
    "system": "openai",
}
_TASKS = {"T2V": (Mode.TEXT,), "I2V": (Mode.IMAGE,), "TI2V": (Mode.TEXT, Mode.IMAGE)}
_MOST_MODELS = 50
_VIDEO = re.compile(r"Wan|(?i:(?<![a-z])wan|video|[ti]2v|ltx|cogv|mochi|skyreels)")
"""What the names of models that make videos have in them: "wan" as a word, since "Taiwan" is in names too."""
_WATCHES = re.compile(r"llava|llama|vl(?![a-z])|chat|instruct", re.IGNORECASE)
"""What the names of models have in them that see videos and answer in words."""
_NO_LIST = Advice("providers.engine.no_models", "providers.engine.no_models.remedy", NotFound, is_of_order=False)


def read_models(reply: Reply, title: str) -> tuple[Dialect | None, tuple[Served, ...]]:
    """The dialect and the video models of a server, by its reply to ``GET /v1/models``. There is at least one model.

    Raises the error that the reply reports, `UnexpectedReply` for what is no list of models, and `ConfigurationError`
    for a server that has no model for videos.
    """
    cards = _cards(reply, title)
    owners = (_OWNERS.get(str(card.get("owned_by")).lower()) for card in cards)
    dialect = next((owner for owner in owners if owner), None)
    found = [_served(card, dialect) for card in cards]
    served = {each.id: each for each in found if each.id and each.modes}
    if not served:
        raise _makes_no_videos([each.id for each in found if each.id], title)
    return dialect, tuple(served.values())[:_MOST_MODELS]


def _cards(reply: Reply, title: str) -> list[Mapping[str, Any]]:
    if reply.status_code // 100 != 2:
        if reply.status_code in (404, 405, 501):
            raise replies.status_error(reply, title, advice=_NO_LIST)
        raise refusal(reply, title)
    data = replies.json_object(reply, title).get("data")
    if not isinstance(data, list):
        raise UnexpectedReply(
            say("providers.engine.models_unread", service=title), remedy=say("providers.engine.models_unread.remedy")
        )
    return [card for card in data if isinstance(card, Mapping)]


def _served(card: Mapping[str, Any], dialect: Dialect | None) -> Served:
    return Served(_name(card.get("id")), _modes(card, dialect), _name(card.get("root")))


def _name(name: object) -> str:
    return name if isinstance(name, str) and name.strip() and name.isprintable() else ""


def _modes(card: Mapping[str, Any], dialect: Dialect | None) -> tuple[Mode, ...]:
    """The modes of a model; none if it makes no videos, as far as the server says. SGLang lists them as tasks."""
    several = card.get("supported_task_types")
    tasks = several if isinstance(several, list) and several else [card.get("task_type")]
    if tasks != [None]:
        named = [mode for task in tasks if isinstance(task, str) for mode in _TASKS.get(task.upper(), ())]
        return tuple(mode for mode in Mode if mode in named)
    names = " ".join(str(card.get(field)) for field in ("id", "root"))
    # An engine serves only what it was started with. A gateway lists hundreds of models, and most make no videos.
    if dialect in ("sglang", "vllm-omni"):
        makes_videos = family_in(names) or (_VIDEO.search(names) and not _WATCHES.search(names))
    else:
        makes_videos = family_in(names)
    return (Mode.TEXT, Mode.IMAGE) if makes_videos else ()


def _makes_no_videos(names: list[str], title: str) -> ConfigurationError:
    listed = replies.text(", ".join(names[:3]) + (", …" if len(names) > 3 else ""))
    return ConfigurationError(
        say("providers.engine.other_models", models=listed) if names else say("providers.engine.empty", service=title),
        remedy=say("providers.engine.no_videos.remedy", example='model="…", like="wan2.2-t2v-a14b"'),
    )
