"""What the tests of the suite have in common: the provider that they look at, and its offers."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from wan_widgets.providers.calls import Call
from wan_widgets.providers.conformance.samples import fields_of, order
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest


class Listed(NamedTuple):
    """One offer, with the model family and the mode that it is for."""

    family: str
    mode: Mode
    offer: Offer

    def order(self, **fields: Any) -> VideoRequest:
        """A request that the offer covers, with these values and its first choice in every other field."""
        return order(self.family, self.mode, self.offer, **fields)

    def draft(self, **fields: Any) -> VideoRequest:
        """The same, but unchecked, so that the values may be wrong."""
        return REQUEST_TYPES[self.mode].draft(fields_of(self.family, self.mode, self.offer, **fields))

    def __str__(self) -> str:
        return f"{self.family} ({self.mode})"


class Suite:
    """A provider, and two replies of its service."""

    provider: Provider
    """The provider that is tested."""
    accepted: Mapping[str, Any] = MappingProxyType({})
    """The JSON object with which the service answers an order that it accepts."""
    finished: Mapping[str, Any] = MappingProxyType({})
    """The JSON object with which the service describes a task whose clip can be fetched."""

    def listed(self) -> Iterator[Listed]:
        """Every offer of the provider."""
        for family, modes in self.provider.offers.items():
            for mode, offer in modes.items():
                yield Listed(family, mode, offer)

    def ordered(self, request: VideoRequest, case: object, order: str | None = None) -> Call:
        """The call that orders the request; it must be one that the client can send."""
        found = self.provider.problems(request)
        assert found == (), f"{case}: `problems` refuses what the offer covers: {'; '.join(map(str, found))}"
        return self.provider.encode_submit(request, order=order)
