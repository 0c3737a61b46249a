"""Arguments that say yes or no. What is neither is refused: a list is true too, and an order costs money."""

from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.pasted import plain
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.words import say


def switch(name: str, value: object) -> bool:
    """The value, if it is `True` or `False`. Raises `InvalidRequest` for all others."""
    if not isinstance(said := plain(value), bool):
        raise InvalidRequest([Problem(name, say("wan.switch.none", value=shown(value)), "True, False")])
    return said
