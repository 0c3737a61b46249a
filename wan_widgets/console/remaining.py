"""How long a task still takes, in words."""

from wan_widgets.wan.estimates import Estimate

_SOON = 5.0  # seconds


def remaining(estimate: Estimate | None, now: float) -> str:
    """The remaining time at a Unix time: ``"about 2 min left (1:40 to 3:10)"``. Empty if it is not known."""
    if estimate is None:
        return ""
    if estimate.is_late:
        return "longer than usual"
    low, likely, high = (each - now for each in (estimate.low, estimate.likely, estimate.high))
    if likely < _SOON:
        return "any moment" if high > 0 else ""
    about = f"about {_rounded(likely)} left"
    low, high = _in_steps(max(0.0, low)), _in_steps(high)
    return about if low >= high else f"{about} ({_clock(low)} to {_clock(high)})"


def _rounded(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{_in_steps(seconds):.0f} s"


def _in_steps(seconds: float) -> float:
    """Seconds in steps that do not change at every look."""
    step = 10 if seconds >= 60 else 5
    return step * round(seconds / step)


def _clock(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"
