"""How long a task still takes, in words."""

from wan_widgets.wan.estimates import Estimate
from wan_widgets.words import Text, say

_SOON = 5.0  # seconds


def remaining(estimate: Estimate | None, now: float) -> str:
    """The remaining time at a Unix time: ``"about 2 min left (1:40 to 3:10)"``. Empty if it is not known."""
    if estimate is None:
        return ""
    if estimate.is_late:
        return str(say("left.late"))
    low, likely, high = (each - now for each in (estimate.low, estimate.likely, estimate.high))
    if likely < _SOON:
        return str(say("left.soon")) if high > 0 else ""
    low, high = _in_steps(max(0.0, low)), _in_steps(high)
    about = _about(likely)
    return str(about if low >= high else say("left.range", about=about, low=_clock(low), high=_clock(high)))


def _about(seconds: float) -> Text:
    if seconds >= 90:
        return say("left.minutes", count=round(seconds / 60))
    return say("left.seconds", count=round(_in_steps(seconds)))


def _in_steps(seconds: float) -> float:
    """Seconds in steps that do not change at every look."""
    step = 10 if seconds >= 60 else 5
    return step * round(seconds / step)


def _clock(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"
