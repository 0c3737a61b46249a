"""Seeds that are drawn for requests without one."""

from wan_widgets.wan.field_checks import USUAL_SEED, names_within


def drawn(largest: int, chance: float) -> int:
    """A seed from 1 to `largest`, made of a random number from 0 to 1.

    0 is never drawn, because some gateways take it for a seed that was left out. Where a service takes very large
    seeds, a usual one is drawn all the same, because a person must be able to copy it.
    """
    most = min(largest, USUAL_SEED)
    return min(most, 1 + int(chance * most))


def sets_seed(extra: object) -> bool:
    """Whether the service's own fields in a request's `extra` have a seed, which would replace any other."""
    return "seed" in names_within(extra)
