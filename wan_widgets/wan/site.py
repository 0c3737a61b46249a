"""The site of a service. Tasks, orders and the keys of recipes belong to one site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A provider at an address."""

    provider: str
    """The provider's name."""
    base_url: str
