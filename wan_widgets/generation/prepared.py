"""A request that may be bought: it is checked, and its key is computed once."""

from dataclasses import dataclass
from functools import cached_property

from wan_widgets.generation.errors import errors_of
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
        """A key that is equal for requests of the same clip. The first use reads the local files."""
        return recipe_key(self.site, self.request)


def prepare(service: Service, request: VideoRequest) -> Prepared:
    """Check a request for a service. Raises `InvalidRequest` with all problems."""
    with errors_of(request):
        check(service.provider, request, service.base_url)
    return Prepared(service.site, request)
