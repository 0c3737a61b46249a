"""The shape in which a provider declares, as data, what it can do with one model in one mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from wan_widgets.wan.models import Mode, SizeTable
from wan_widgets.wan.sources import Kind


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """Which local files of one kind a service takes. Limits that it does not print are ``None``."""

    types: tuple[str, ...]
    """MIME types: ``"image/png"``."""
    max_bytes: int
    sides: tuple[int, int] | None = None
    """The shortest and the longest side, in pixels."""
    seconds: tuple[float, float] | None = None
    """The shortest and the longest length of a video or a sound."""
    transparent: bool = True
    """Whether an image may be transparent in places."""


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """What a service publishes as the price of a second, with where and when it said so; or your contract does.

    Example: ``ww.PriceList(currency="CNY", per_second={("720p", True): Decimal("0.60"), ("720p", False):
    Decimal("0.50")}, source="my contract", date="2026-11-01")``: prices by resolution, and whether the clip has sound.
    """

    currency: str
    """``"CNY"``, ``"USD"``."""
    per_second: Mapping[tuple[str, bool], Decimal]
    """By resolution, and whether the clip has sound: ``{("720p", True): Decimal("0.30"), ...}``."""
    source: str
    """The page's address."""
    date: str
    """When the page said so: ``"2026-08-20"``."""
    bills_input: bool = False
    """The seconds of input videos are billed too."""
    input_seconds: int = 5
    """How many of them at most, in all."""
    total_seconds: int | None = None
    """How many of them and of the clip together, where the service takes no more than that."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one service can do with one model in one mode.

    Validation, the form and its size table draw from this and from nothing else.
    """

    sizes: SizeTable
    """The sizes there are. Where the shape follows the input image, see `shape_follows_image`."""
    durations: tuple[int, ...]
    """Allowed lengths of a clip, in seconds."""
    durations_with_video: tuple[int, ...] | None = None
    """... where a video is among the references, if that differs."""
    durations_why: str = ""
    """Why there are not more of them, where the service's own page says otherwise."""
    shape_follows_image: bool = False
    """No aspect ratio can be chosen: the clip has the image's."""
    audio: Literal["always", "optional", "never"] = "always"
    """Whether the clip has sound."""
    guide_audio: bool = False
    """A sound can be given that the clip follows."""
    shot_types: tuple[str, ...] = ()
    """Choices of ``shot_type``; empty where the service has none."""
    prompt_required: bool = False
    """The service wants words even where there is an image or a reference."""
    prompt_limit: int | None = 1500
    """Characters the service reads; it cuts the rest off without a word. ``None``: no limit is known."""
    negative_prompt_limit: int | None = 500
    """Likewise, for the negative prompt; 0 where there is none."""
    max_seed: int | None = 2**31 - 1
    """The largest seed; ``None`` where the service takes none."""
    prompt_extend: bool = True
    """There is a switch for the rewriting of the prompt."""
    watermark: bool = True
    """There is a switch for a visible mark."""
    max_references: int = 0
    """How many references one request takes."""
    max_images: int | None = None
    """How many of them may be images, if that is another number; 0 where only videos are taken."""
    max_videos: int | None = None
    """How many of them may be videos, if that is another number."""
    needs_kinds: bool = False
    """The service must be told of each reference whether it is an image or a video."""
    mixing_note: str = ""
    """What whoever references images and videos together should know; it is no fault to do so."""
    counts_by_kind: bool = False
    """The prompt calls references ``Image 1``, ``Video 1``, each kind counted by itself, rather than ``character1``."""
    files: Mapping[Kind, FileRules] = field(default_factory=dict)
    """Which local files can be sent to it; a kind that is missing is taken as an address only."""
    schemes: tuple[str, ...] = ("http", "https")
    """What an address may begin with."""
    max_running: int | None = None
    """Tasks of this model that may run at once; more of them wait here."""
    price: PriceList | None = None
    """What it costs, where the service publishes it."""


Offers = Mapping[str, Mapping[Mode, Offer]]
"""``offers[family][mode]``, the usual family first."""
