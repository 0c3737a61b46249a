"""How a simulated task goes: the usual course, the one a prompt asks for, and the one a test prescribes."""

import re
from dataclasses import dataclass
from typing import Literal

Ending = Literal["completed", "failed"]

USUAL_SECONDS = {5: (1.0, 3.0), 10: (1.0, 4.0), 15: (1.5, 5.5)}
"""Seconds queued and seconds running, for clips of up to that length."""
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
    """What happens to one submission. Whatever is not said takes its usual course."""

    queued: float | None = None
    """Seconds in the queue."""
    running: float | None = None
    """Seconds in progress."""
    ending: Ending = "completed"
    error: tuple[str, str] | None = None
    """Code and message of a task that ends ``failed``."""
    refusal: tuple[int, str, str] | None = None
    """HTTP status, code and message: the submission is refused at once and there is no task."""
    retry_after: int | None = None
    """Seconds, as the ``Retry-After`` header of a refusal."""


def usual_seconds(duration: float) -> tuple[float, float]:
    longest = max(USUAL_SECONDS)
    return USUAL_SECONDS[next((length for length in USUAL_SECONDS if duration <= length), longest)]


def prompt_script(prompt: str, rejection: tuple[int, str, str] = REJECTION) -> Script:
    """Let a prompt choose its outcome over plain HTTP, by its first word."""
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
