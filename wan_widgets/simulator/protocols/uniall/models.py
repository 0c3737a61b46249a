"""The models. Tier and sound are part of their names."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Task = Literal["text", "frame", "references"]

ROUND = (5, 10, 15)
TIERS = ("720p", "1080p")
REFERENCE_SECONDS = (5, 10)
"""Documented as a matter of the account. These are the two of the samples."""


class Model(NamedTuple):
    """What a name stands for."""

    task: Task
    """What clips are made from; of text, they may be made from an image as well."""
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
