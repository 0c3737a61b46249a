"""What the Wan families can do at Model Studio, and which of them each region has.

Sources, all under help.aliyun.com/zh/model-studio/: wan2.6: legacy-wan-text-to-video-api-reference,
legacy-image-to-video-api-reference, legacy-wan-reference-to-video-api-reference; wan2.7: text-to-video-api-reference,
image-to-video-general-api-reference, wan-video-to-video-api-reference; wan3.0: wan3-video-generation-api-reference;
regions and tasks at once: rate-limit. Read in October 2026.
"""

from dataclasses import replace

from wan_widgets.providers.dashscope.prices import price
from wan_widgets.wan.models import WAN_2_6_SIZES, WAN_2_7_SIZES, WAN_3_0_SIZES, Mode
from wan_widgets.wan.offers import FileRules, Offer, Offers
from wan_widgets.wan.sources import Kind

_MODELS = {
    "wan2.6": "wan2.6-{mode}",
    "wan2.6-flash": "wan2.6-{mode}-flash",
    "wan2.7": "wan2.7-{mode}",
    "wan3.0": "wan3.0-video",
    "wan3.0-prime": "wan3.0-video-prime",
}
"""The service's own name of each family in each mode."""

_SHOTS = ("single", "multi")
_SCHEMES = ("http", "https", "oss")
_RUNNING = 5  # tasks of each model at once, for all users and keys of an account together


def _seconds(shortest: int, longest: int) -> tuple[int, ...]:
    return tuple(range(shortest, longest + 1))


_IMAGE = FileRules(
    types=("image/jpeg", "image/png", "image/bmp", "image/webp"),
    max_bytes=20_000_000,
    sides=(240, 8000),
    transparent=False,
)
_VIDEO_2_6 = FileRules(types=("video/mp4", "video/quicktime"), max_bytes=100_000_000, seconds=(1, 30))
_VIDEO_2_7 = replace(_VIDEO_2_6, sides=(240, 4096))
_VIDEO_3_0 = replace(_VIDEO_2_7, seconds=(1, 15))
_SOUND_2_6 = FileRules(types=("audio/wav", "audio/mpeg"), max_bytes=15_000_000, seconds=(3, 30))
_SOUND_2_7 = replace(_SOUND_2_6, seconds=(2, 30))
_SOUND_3_0 = replace(_SOUND_2_6, seconds=(1, 15))

_TEXT_2_6 = Offer(
    sizes=WAN_2_6_SIZES,
    durations=_seconds(2, 15),
    guide_audio=True,
    shot_types=_SHOTS,
    files={Kind.AUDIO: _SOUND_2_6},
    schemes=_SCHEMES,
    max_running=_RUNNING,
)
_IMAGE_2_6 = replace(_TEXT_2_6, shape_follows_image=True, files={Kind.IMAGE: _IMAGE, Kind.AUDIO: _SOUND_2_6})
_REFERENCE_2_6 = replace(
    _TEXT_2_6,
    durations=_seconds(2, 10),
    guide_audio=False,
    prompt_required=True,
    prompt_extend=False,
    max_references=5,
    max_videos=3,
    files={Kind.IMAGE: _IMAGE, Kind.VIDEO: _VIDEO_2_6},
)
_TEXT_2_7 = replace(_TEXT_2_6, sizes=WAN_2_7_SIZES, shot_types=(), prompt_limit=5000, files={Kind.AUDIO: _SOUND_2_7})
_IMAGE_2_7 = replace(_TEXT_2_7, shape_follows_image=True, files={Kind.IMAGE: _IMAGE, Kind.AUDIO: _SOUND_2_7})
_REFERENCE_2_7 = replace(
    _TEXT_2_7,
    durations_with_video=_seconds(2, 10),
    guide_audio=False,
    prompt_required=True,
    max_references=5,
    needs_kinds=True,
    counts_by_kind=True,
    files={Kind.IMAGE: _IMAGE, Kind.VIDEO: _VIDEO_2_7},
)
_TEXT_3_0 = replace(
    _TEXT_2_7,
    sizes=WAN_3_0_SIZES,
    durations=_seconds(2, 30),
    audio="optional",
    guide_audio=False,
    prompt_limit=20_000,
    negative_prompt_limit=0,
    files={},
)
_IMAGE_3_0 = replace(_TEXT_3_0, shape_follows_image=True, files={Kind.IMAGE: _IMAGE})
_REFERENCE_3_0 = replace(
    _TEXT_3_0,
    # Input and clip last at most 30 s together. The shortest input lasts 1 s, and an address does not tell its length.
    durations_with_video=_seconds(2, 29),
    guide_audio=True,
    max_references=15,
    max_images=10,
    max_videos=5,
    needs_kinds=True,
    counts_by_kind=True,
    files={Kind.IMAGE: _IMAGE, Kind.VIDEO: _VIDEO_3_0, Kind.AUDIO: _SOUND_3_0},
)
_WAN_3_0 = {Mode.TEXT: _TEXT_3_0, Mode.IMAGE: _IMAGE_3_0, Mode.REFERENCE: _REFERENCE_3_0}
_OFFERS: Offers = {
    "wan2.6": {Mode.TEXT: _TEXT_2_6, Mode.IMAGE: _IMAGE_2_6, Mode.REFERENCE: _REFERENCE_2_6},
    "wan2.6-flash": {
        Mode.IMAGE: replace(_IMAGE_2_6, audio="optional"),
        Mode.REFERENCE: replace(_REFERENCE_2_6, audio="optional"),
    },
    "wan2.7": {Mode.TEXT: _TEXT_2_7, Mode.IMAGE: _IMAGE_2_7, Mode.REFERENCE: _REFERENCE_2_7},
    "wan3.0": _WAN_3_0,
    "wan3.0-prime": _WAN_3_0,
}
_WITHOUT_FLASH = ("wan2.6", "wan3.0", "wan3.0-prime")
_ONLY_3_0 = ("wan3.0", "wan3.0-prime")
_FAMILIES = {
    "beijing": tuple(_OFFERS),
    "singapore": tuple(_OFFERS),
    "virginia": _WITHOUT_FLASH,
    "frankfurt": _WITHOUT_FLASH,
    "tokyo": _ONLY_3_0,
    "hongkong": _ONLY_3_0,
}


def offers_in(region: str) -> Offers:
    """The offers of a region, with its prices."""
    return {
        family: {mode: replace(offer, price=price(region, family, mode)) for mode, offer in _OFFERS[family].items()}
        for family in _FAMILIES[region]
    }


def family_named(model: object, mode: Mode) -> str | None:
    """The family that a name means in a mode, in any region: its own name, or the service's name in that mode."""
    named = (family for family, modes in _OFFERS.items() if mode in modes)
    return next((family for family in named if model in (family, wire_model(family, mode))), None)


def regions_with(family: str) -> list[str]:
    """The regions that have a family."""
    return [region for region, families in _FAMILIES.items() if family in families]


def wire_model(family: str, mode: Mode) -> str:
    """The service's name of a family in a mode: ``"wan2.6-r2v-flash"``."""
    return _MODELS[family].format(mode=mode)
