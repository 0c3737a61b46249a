"""The models. Their names contain the tier and the sound."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Task = Literal["text", "frame", "references"]

ROUND = (5, 10, 15)
TIERS = ("720p", "1080p")
REFERENCE_SECONDS = (5, 10)
"""The documentation says that these depend on the account. Its samples have these two."""


class Model(NamedTuple):
    """What a name means."""

    task: Task
    """What clips are made from. A model with the task ``text`` accepts an image too."""
    tier: str
    sound: bool
    durations: Sequence[int]


def _models() -> Mapping[str, Model]:
    models: dict[str, Model] = {}
    for tier in TIERS:
        models[f"wan2.6-video-{tier}"] = Model("text", tier, True, ROUND)
        models[f"wan2.6-r2v-{tier}"] = Model("references", tier, True, REFERENCE_SECONDS)
        for sound in ("audio", "silent"):
            heard = sound == "audio"
            models[f"wan2.6-i2v-flash-{tier}-{sound}"] = Model("frame", tier, heard, range(5, 16))
            models[f"wan2.6-r2v-flash-{tier}-{sound}"] = Model("references", tier, heard, REFERENCE_SECONDS)
    return models


MODELS = _models()
