"""What the ledger knows of earlier tasks that were like one: how long they took, and how their progress went."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from wan_widgets.ledger.described import json_object
from wan_widgets.ledger.ledger import TROUBLE, Ledger, unreadable
from wan_widgets.ledger.values import course_from
from wan_widgets.wan.estimates import Course, Earlier
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.words import english

_log = logging.getLogger(__name__)
_LIKENESS = (("mode", "model", "resolution", "duration"), ("mode", "model", "resolution"), ("mode", "model"), ())
"""The fields in which earlier requests are like one, the most alike first."""
_ENOUGH = 5  # tasks that are alike; with fewer, those that are less alike count too
_NEWEST = 200  # tasks of a site that are read
_MOST = 60  # tasks that are used
_VALID = 20.0  # seconds for which what was read counts: many orders may be followed at once
_Known = tuple[dict[str, Any], float, Course]
"""A request, how many seconds its task took, and its course."""
_read: dict[tuple[object, ...], tuple[float, list[_Known]]] = {}


def earlier_like(ledger: Ledger, site: Site, request: VideoRequest | None) -> Earlier:
    """The tasks like the one of a request. Nothing is known of them if there are too few. Blocks."""
    try:
        known = _known_at(ledger, site)
    except TROUBLE as error:
        _log.warning("%s", english(unreadable(ledger, error)))
        return Earlier()
    wanted = {} if request is None else to_recipe(request)
    for fields in _LIKENESS if request is not None else ((),):
        like = [each for each in known if all(each[0].get(name) == wanted.get(name) for name in fields)][:_MOST]
        if len(like) >= _ENOUGH:
            return Earlier(tuple(took for _, took, _ in like), tuple(course for *_, course in like if course))
    return Earlier()


def _known_at(ledger: Ledger, site: Site) -> Sequence[_Known]:
    key, now = (ledger.path, site), time.monotonic()
    then, known = _read.get(key, (0.0, []))
    if key not in _read or now - then > _VALID:
        rows = ledger.ended(site, _NEWEST)
        known = [(json_object(recipe), took, course_from(course)) for recipe, took, course in rows]
        _read.clear()
        _read[key] = (now, known)
    return known
