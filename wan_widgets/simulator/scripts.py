"""The course of a simulated task: the usual one, one that a prompt asks for, or one that a test sets."""

import re
from dataclasses import dataclass
from typing import Literal

Ending = Literal["completed", "failed"]

USUAL_SECONDS = {5: (1.0, 3.0), 10: (1.0, 4.0), 15: (1.5, 5.5)}
"""Seconds in the queue and seconds of work, for clips of up to that length in seconds."""
SLOW_SECONDS = (5.0, 55.0)
FAILURE = (
    "generation_failed",
    "Generation failed: the simulator was asked to fail. Take FAIL from the start of the prompt to get a clip.",
)
REJECTION = (
    422,
    "content_policy_violation",
    "The prompt was rejected: the simulator was asked to. Take REJECT from the start of the prompt to get a clip.",
)


@dataclass(frozen=True, kw_only=True)
class Script:
    """What happens to one order. Values that are not set are the usual ones."""

    queued: float | None = None
    """Seconds in the queue."""
    running: float | None = None
    """Seconds in progress."""
    ending: Ending = "completed"
    error: tuple[str, str] | None = None
    """The code and message of a task that ends ``failed``."""
    refusal: tuple[int, str, str] | None = None
    """The HTTP status, code and message of a refusal. The order is then refused at once and there is no task."""
    retry_after: int | None = None
    """The seconds in the ``Retry-After`` header of a refusal."""


def usual_seconds(duration: float) -> tuple[float, float]:
    longest = max(USUAL_SECONDS)
    return USUAL_SECONDS[next((length for length in USUAL_SECONDS if duration <= length), longest)]


def prompt_script(prompt: str, rejection: tuple[int, str, str] = REJECTION) -> Script:
    """The script that the first word of a prompt asks for. It lets any HTTP client choose an outcome."""
    word = re.match(r"(FAIL|REJECT|SLOW)\b", prompt)
    match word and word[1]:
        case "FAIL":
            return Script(ending="failed")
        case "REJECT":
            return Script(refusal=rejection)
        case "SLOW":
            queued, running = SLOW_SECONDS
            return Script(queued=queued, running=running)
        case _:
            return Script()
