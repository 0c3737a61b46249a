"""The clock, the sleep and the chance: they come in from outside, so that a test can bring its own."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """What waiting depends on."""

    now: Callable[[], float] = time.time
    """Unix time, in seconds."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """A number from 0 to 1."""
