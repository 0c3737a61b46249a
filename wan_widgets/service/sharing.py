"""The questions that this process may put to a service, shared among all its clients with one key."""

import os
import threading
from math import inf
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from wan_widgets.files import here
from wan_widgets.pacing.questions import Questions
from wan_widgets.pacing.timing import Timing
from wan_widgets.service.settings import Settings, is_loopback

_HERE = 500.0  # questions a second, for a server on this machine
_OF_A_KERNEL = 16.0  # questions a second, so that they take few hundredths of a processor from the user's own code
_lock = threading.Lock()
_shared: WeakValueDictionary[tuple[object, ...], Questions] = WeakValueDictionary()


def questions_of(settings: Settings, timing: Timing) -> Questions:
    """The questions to the service with these settings. Clients with clocks of their own do not share them."""
    key = hash(settings.key.reveal()) if settings.key else None
    place = (settings.base_url, key, id(timing.now), os.getpid())
    with _lock:
        found = _shared.get(place)
        if found is None:
            found = _shared[place] = Questions(*_rates(settings), timing.random())
        return found


def _rates(settings: Settings) -> tuple[float, float]:
    """How many questions a second the service allows, and how many this process wants."""
    allowed = settings.provider.pace.questions
    if settings.embedded or is_loopback(urlsplit(settings.base_url).hostname or ""):
        return max(allowed, _HERE), inf
    return allowed, _OF_A_KERNEL if here.kernel_shell() is not None else inf
