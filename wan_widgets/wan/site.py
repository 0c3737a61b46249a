"""Where a service answers: to that belong its tasks, its orders and what is bought twice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A provider at an address."""

    provider: str
    """The provider's name."""
    base_url: str
