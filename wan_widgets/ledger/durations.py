"""How long earlier tasks took that were like one: the newest of the ledger, at the same site."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from wan_widgets.ledger.described import json_object
from wan_widgets.ledger.ledger import TROUBLE, Ledger, unreadable
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.words import english

_log = logging.getLogger(__name__)
_LIKENESS = (("mode", "model", "resolution", "duration"), ("mode", "model", "resolution"), ("mode", "model"), ())
"""The fields in which earlier requests are like one, the most alike first."""
_ENOUGH = 5  # tasks that are alike; with fewer, those that are less alike count too
_NEWEST = 200  # tasks of a site that are read
_MOST = 60  # durations that are used
_VALID = 20.0  # seconds for which what was read counts: many orders may be followed at once
_read: dict[tuple[object, ...], tuple[float, list[tuple[dict[str, Any], float]]]] = {}


def durations_like(ledger: Ledger, site: Site, request: VideoRequest | None) -> tuple[float, ...]:
    """The durations of tasks like the one of a request, newest first. Empty if there are too few. Blocks."""
    try:
        known = _durations_at(ledger, site)
    except TROUBLE as error:
        _log.warning("%s", english(unreadable(ledger, error)))
        return ()
    wanted = {} if request is None else to_recipe(request)
    for fields in _LIKENESS if request is not None else ((),):
        like = [took for recipe, took in known if all(recipe.get(each) == wanted.get(each) for each in fields)]
        if len(like) >= _ENOUGH:
            return tuple(like[:_MOST])
    return ()


def _durations_at(ledger: Ledger, site: Site) -> Sequence[tuple[dict[str, Any], float]]:
    key, now = (ledger.path, site), time.monotonic()
    then, known = _read.get(key, (0.0, []))
    if key not in _read or now - then > _VALID:
        known = [(json_object(recipe), took) for recipe, took in ledger.durations(site, _NEWEST)]
        _read.clear()
        _read[key] = (now, known)
    return known
