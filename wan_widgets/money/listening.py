"""Who hears when a budget or a price is set in code: a form that shows them."""

from typing import Protocol
from weakref import WeakSet


class Listener(Protocol):
    """Something that shows what a clip costs, or what is left."""

    def hear_of_money(self) -> None:
        """A budget or a price is another one now."""


listeners: WeakSet[Listener] = WeakSet()
"""They are not kept alive for this."""


def tell() -> None:
    """Tell everybody who listens."""
    for listener in tuple(listeners):
        listener.hear_of_money()
