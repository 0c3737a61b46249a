"""The clock, the sleep and the chance as parameters, so that a test can replace them."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """The functions that waiting depends on."""

    now: Callable[[], float] = time.time
    """Returns the Unix time in seconds."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """Returns a number from 0 to 1."""
