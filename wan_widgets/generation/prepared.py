"""A request that may be bought: what has to be learnt of it once, before a click is answered."""

from dataclasses import dataclass
from functools import cached_property

from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.service.checking import check
from wan_widgets.service.service import Service
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site


@dataclass(frozen=True)
class Prepared:
    """A request that was checked for the service at a site."""

    site: Site
    request: VideoRequest

    @cached_property
    def key(self) -> str:
        """The same for requests that would make the same clip. Local files are read for it, once."""
        return recipe_key(self.site, self.request)


def prepare(service: Service, request: VideoRequest) -> Prepared:
    """Check a request for a service. Raises `InvalidRequest` with all that is wrong."""
    check(service.provider, request)
    return Prepared(service.site, request)
