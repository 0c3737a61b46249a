"""A request that may be bought: it is checked, it has a seed, and its key is computed once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from wan_widgets.files.disk import digest_of
from wan_widgets.files.origin import Input, files_of
from wan_widgets.files.shapes import shape_remark, with_nearest_ratio
from wan_widgets.generation.errors import errors_of
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.service.checking import check, check_type
from wan_widgets.service.service import Service
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.seeds import drawn, sets_seed
from wan_widgets.wan.site import Site
from wan_widgets.words import Said


@dataclass(frozen=True)
class Prepared:
    """A request that was checked for the service at a site. It has a seed wherever the service takes one."""

    site: Site
    request: VideoRequest
    seed_is_drawn: bool = False
    """The user left the seed open, and this one was drawn. So the user wants a clip that is new each time."""
    remark: Said = ""
    """What happens to the image of the request, if that is not what everybody expects."""
    repeat: int | None = None
    """Which clip of several that the same request makes. It is for requests without a seed: the same number again means
    the same clip."""

    @property
    def is_one_clip(self) -> bool:
        """Whether the user chose the seed or the repeat, so that the same request again means the same clip."""
        return self.repeat is not None or (self.request.seed is not None and not self.seed_is_drawn)

    @property
    def written(self) -> VideoRequest:
        """The request as the user wrote it: an open seed is still open."""
        return replace(self.request, seed=None) if self.seed_is_drawn else self.request

    @cached_property
    def key(self) -> str:
        """A key that is equal for requests of the same clip. The first use reads the local files."""
        return recipe_key(self.site, self.request, self.repeat, self._digest)

    @cached_property
    def files(self) -> list[Input]:
        """The local files of the request, as they were at the first use."""
        return files_of(self.request, self._digest)

    @cached_property
    def _digest(self) -> Callable[[Path], str]:
        """It reads each file once, for the key and for the recipe."""
        return cache(digest_of)


def largest_seed(offer: Offer | None, request: VideoRequest) -> int | None:
    """The largest seed that the request can be given; ``None`` if it takes none, or has one in its `extra`."""
    return None if offer is None or sets_seed(request.extra) else offer.max_seed


async def prepare_in_thread(service: Service, request: VideoRequest) -> Prepared:
    """What `prepare` returns. Files are read in a thread, because all tasks of the event loop would wait for them."""
    check_type(request)
    return await asyncio.to_thread(_read, service, request) if request.sources else prepare(service, request)


def _read(service: Service, request: VideoRequest) -> Prepared:
    prepared = prepare(service, request)
    if prepared.is_one_clip:
        _ = prepared.key  # it is used before the order, to know what is ordered twice
    return prepared


def prepare(service: Service, request: VideoRequest, repeat: int | None = None) -> Prepared:
    """Check a request for a service, and choose what it leaves open: the seed, and the shape that is nearest to its
    image. Raises `InvalidRequest` with all problems.

    With a `repeat`, the seed stays as it is: the number says which clip of the request it is.

    The seed is drawn here and not by the service, because most services do not tell theirs, and some always take the
    same one. With a seed that is known, every clip can be made again.
    """
    check_type(request)
    offer = service.provider.offer(request.model, request.mode, request.like)
    request = with_nearest_ratio(request, offer)
    with errors_of(request):
        check(service.provider, request, service.base_url)
    remark = shape_remark(request, offer)
    largest = largest_seed(offer, request)
    if repeat is not None or request.seed is not None or largest is None:
        return Prepared(service.site, request, remark=remark, repeat=repeat)
    seed = drawn(largest, service.timing.random())
    return Prepared(service.site, replace(request, seed=seed), seed_is_drawn=True, remark=remark)
