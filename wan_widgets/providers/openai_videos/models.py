"""The models that engines behind `/v1/videos` serve: the open-weight Wan models, and any other that a server names.

The models were trained for these sizes, lengths and frame rates. Sources: SGLang-Diffusion 0.5.23 (its
configs/sample/wan.py) and the models' pages at https://huggingface.co/Wan-AI.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from wan_widgets.wan.models import Mode, Size, SizeTable
from wan_widgets.wan.offers import FileRules, Offer
from wan_widgets.wan.sources import Kind
from wan_widgets.words import say

Dialect = Literal["openai", "sglang", "vllm-omni"]

_480P = {"480p": {"16:9": Size(832, 480), "9:16": Size(480, 832)}}
_720P = {"720p": {"16:9": Size(1280, 720), "9:16": Size(720, 1280)}}
_704P = {"720p": {"16:9": Size(1280, 704), "9:16": Size(704, 1280)}}
_BOTH = _480P | _720P
# The engines print no limit; 50 MB has been enough so far. SGLang treats a GIF as a video, so GIF is not listed.
_FILES = {Kind.IMAGE: FileRules(types=("image/jpeg", "image/png", "image/webp"), max_bytes=50_000_000)}
_SECONDS = (1, 2, 3, 4, 5)
_OPENAI_SECONDS = (4, 8, 12)


@dataclass(frozen=True)
class Model:
    """One model, with the facts of its training."""

    id: str
    """The name that its server uses."""
    modes: tuple[Mode, ...]
    sizes: SizeTable
    fps: int | None = 16
    """Frames per second; ``None`` where only the server knows."""


@dataclass(frozen=True)
class Served:
    """A model that a server says it has."""

    id: str
    modes: tuple[Mode, ...] = (Mode.TEXT, Mode.IMAGE)
    root: str = ""
    """The name of its weights, where the server gave it another name."""


WAN: Mapping[str, Model] = {
    "wan2.2-t2v-a14b": Model("Wan-AI/Wan2.2-T2V-A14B-Diffusers", (Mode.TEXT,), _BOTH),
    "wan2.2-i2v-a14b": Model("Wan-AI/Wan2.2-I2V-A14B-Diffusers", (Mode.IMAGE,), _BOTH),
    "wan2.2-ti2v-5b": Model("Wan-AI/Wan2.2-TI2V-5B-Diffusers", (Mode.TEXT, Mode.IMAGE), _704P, fps=24),
    "wan2.1-t2v-14b": Model("Wan-AI/Wan2.1-T2V-14B-Diffusers", (Mode.TEXT,), _BOTH),
    "wan2.1-t2v-1.3b": Model("Wan-AI/Wan2.1-T2V-1.3B-Diffusers", (Mode.TEXT,), _480P),
    "wan2.1-i2v-14b-480p": Model("Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", (Mode.IMAGE,), _480P),
    "wan2.1-i2v-14b-720p": Model("Wan-AI/Wan2.1-I2V-14B-720P-Diffusers", (Mode.IMAGE,), _BOTH),
}


def catalogue(served: Iterable[Served]) -> dict[str, Model]:
    """The models of a server. A Wan model that is known here has its family's name, any other the server's name."""
    found: dict[str, Model] = {}
    for each in served:
        family = family_in(each.id) or family_in(each.root)
        if family and family not in found:
            known = WAN[family]
            found[family] = Model(each.id, known.modes, known.sizes, known.fps)
        else:
            # A second model of a Wan family has the family's frame rate; any other Wan has the usual 16. Nothing is
            # known about other models.
            fps = WAN[family].fps if family else 16 if "wan" in f"{each.id} {each.root}".lower() else None
            found[each.id] = Model(each.id, each.modes, _BOTH, fps)
    return found


def family_in(name: str) -> str | None:
    """The family in a name: ``"wan2.2-t2v-a14b"`` in ``"nvidia/Wan2.2-T2V-A14B-NVFP4"`` or ``"wan2_2_t2v_a14b"``."""
    letters = _letters(name)
    return max((family for family in WAN if _letters(family) in letters), key=len, default=None)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def offer(model: Model, mode: Mode, dialect: Dialect | None) -> Offer:
    """What a server of this dialect can do with the model."""
    only_openai = dialect == "openai"
    return Offer(
        sizes=model.sizes,
        durations=_OPENAI_SECONDS if only_openai else _SECONDS,
        durations_why=say("providers.engine.durations.openai" if only_openai else "providers.engine.durations"),
        # SGLang uses only the number of pixels of the size. The others stretch the image to the size.
        shape_follows_image=mode is Mode.IMAGE and dialect == "sglang",
        stretches_image=mode is Mode.IMAGE and dialect != "sglang",
        audio="never",
        prompt_required=True,
        prompt_limit=None,
        negative_prompt_limit=0 if only_openai else None,
        max_seed=None if only_openai else 2**31 - 1,
        prompt_extend=False,
        watermark=False,
        files=_FILES if mode is Mode.IMAGE else {},
    )
