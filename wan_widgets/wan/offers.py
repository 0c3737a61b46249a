"""The data in which a provider declares what it can do with one model in one mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from wan_widgets.wan.models import Mode, Size, SizeTable
from wan_widgets.wan.sources import Kind
from wan_widgets.words import Said


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """Which local files of one kind a service takes. A limit is ``None`` where the service prints none."""

    types: tuple[str, ...]
    """MIME types: ``"image/png"``."""
    max_bytes: int
    sides: tuple[int, int] | None = None
    """The shortest and the longest side, in pixels."""
    seconds: tuple[float, float] | None = None
    """The shortest and the longest length of a video or a sound, in seconds."""
    transparent: bool = True
    """Whether an image may be transparent in places."""


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """Prices of a second, and where and when the service published them; or the prices of your own contract.

    Example: ``ww.PriceList(currency="CNY", per_second={("720p", True): Decimal("0.60"), ("720p", False):
    Decimal("0.50")}, source="my contract", date="2026-11-01")``. The keys say the resolution, and whether the clip
    has sound.
    """

    currency: str
    """``"CNY"``, ``"USD"``."""
    per_second: Mapping[tuple[str, bool], Decimal]
    """The prices, by resolution and whether the clip has sound: ``{("720p", True): Decimal("0.30"), ...}``."""
    source: str
    """The address of the page, or another name of the source."""
    date: str
    """The date on which the source was read: ``"2026-08-20"``."""
    bills_input: bool = False
    """Whether the seconds of input videos are billed too."""
    input_seconds: int = 5
    """The most seconds of input that are billed, all input videos together."""
    total_seconds: int | None = None
    """The most seconds of input and clip together that the service takes; ``None`` where it has no such limit."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one service can do with one model in one mode.

    Validation, the form and its size table use this and nothing else.
    """

    sizes: SizeTable
    """The sizes that can be chosen, in pixels. With `shape_follows_image` the image decides the exact size."""
    durations: tuple[int, ...]
    """The allowed lengths of a clip, in seconds."""
    durations_with_video: tuple[int, ...] | None = None
    """The allowed lengths where a video is among the references; ``None`` where they are the same."""
    durations_why: Said = ""
    """Why there are no more lengths, where the service's own page lists more."""
    shape_follows_image: bool = False
    """The clip has the aspect ratio of the image, and no other can be chosen."""
    stretches_image: bool = False
    """The service stretches an image to the chosen size, so that a file is cropped before it is sent."""
    audio: Literal["always", "optional", "never"] = "always"
    """Whether the clip has sound."""
    guide_audio: bool = False
    """The request may have a sound that the clip follows."""
    shot_types: tuple[str, ...] = ()
    """The choices of ``shot_type``; empty where the service has none."""
    prompt_required: bool = False
    """The service requires a prompt even if there is an image or a reference."""
    prompt_limit: int | None = 1500
    """How many characters the service reads; it silently drops the rest. ``None`` where no limit is known."""
    negative_prompt_limit: int | None = 500
    """The same for the negative prompt; 0 where the service takes none."""
    max_seed: int | None = 2**31 - 1
    """The largest seed; ``None`` where the service takes none."""
    prompt_extend: bool = True
    """The request can say whether the service rewrites the prompt."""
    watermark: bool = True
    """The request can ask for a visible mark."""
    max_references: int = 0
    """How many references one request may have."""
    max_images: int | None = None
    """How many references may be images; ``None``: all of them, 0: none, since the service takes only videos."""
    max_videos: int | None = None
    """How many references may be videos; ``None``: all of them."""
    needs_kinds: bool = False
    """The service must know of each reference whether it is an image or a video."""
    mixing_note: Said = ""
    """A note for requests that have images and videos as references. Such a request is valid."""
    counts_by_kind: bool = False
    """The prompt calls references ``Image 1`` and ``Video 1``, not ``character1``; each kind is counted by itself."""
    files: Mapping[Kind, FileRules] = field(default_factory=dict)
    """Which local files can be sent to the service. For a kind that is missing, it takes addresses only."""
    schemes: tuple[str, ...] = ("http", "https")
    """The schemes with which an address may begin."""
    max_running: int | None = None
    """How many tasks of this model may run at once; further orders wait here."""
    price: PriceList | None = None
    """The price, where the service publishes one."""

    def size(self, resolution: str, aspect_ratio: str | None) -> Size | None:
        """The size of a clip in pixels; ``None`` if an image decides it, or it is not known."""
        return None if self.shape_follows_image else self.sizes.get(resolution, {}).get(aspect_ratio or "")


Offers = Mapping[str, Mapping[Mode, Offer]]
"""``offers[family][mode]``. The usual family comes first."""
