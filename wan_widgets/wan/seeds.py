"""Seeds that are drawn for requests without one."""

from wan_widgets.wan.field_checks import names_within

_LARGEST = 2**31 - 1
"""The largest seed that is drawn, even where a service takes larger ones: a person must be able to copy it."""


def drawn(largest: int, chance: float) -> int:
    """A seed from 1 to `largest`, made of a random number from 0 to 1.

    0 is never drawn, because some gateways take it for a seed that was left out.
    """
    most = min(largest, _LARGEST)
    return min(most, 1 + int(chance * most))


def sets_seed(extra: object) -> bool:
    """Whether the service's own fields in a request's `extra` have a seed, which would replace any other."""
    return "seed" in names_within(extra)
