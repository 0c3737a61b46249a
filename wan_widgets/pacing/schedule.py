"""When a service is asked about a task again. No I/O."""

from math import sqrt

from wan_widgets.pacing.history import History
from wan_widgets.pacing.questions import Follower, Questions

_CLOSEST = 0.1  # seconds between two questions about one task
_AGED = 600.0  # a task of some hours need not be looked at as often as one of a minute
_AGED_LONGEST = 30.0


def delay(history: History, questions: Questions, follower: Follower, now: float, chance: float) -> float:
    """Seconds to wait before the next question about a task.

    The square-root law says when, but a view stays fresh, as far as the service allows. `chance`, from 0 to 1, spreads
    the questions about many tasks that were ordered together.
    """
    age, cost = history.age(now), questions.cost
    wait = history.posterior(now).next_question(cost * (0.9 + 0.2 * chance) ** 2) - age
    questions.share(follower, sqrt(2 * cost) / max(_CLOSEST, wait))
    fresh = max(questions.freshness, min(age / _AGED, _AGED_LONGEST))
    if not history.prior.is_learned:
        fresh = min(fresh, max(questions.first, age))  # a guess may be far too long
    return questions.together(now, max(_CLOSEST, min(wait, fresh * (0.6 + 0.4 * chance))))
