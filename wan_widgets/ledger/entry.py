"""One order, as a row of the ledger."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wan_widgets.files.checks import Check, from_values
from wan_widgets.files.destination import Destination, destination
from wan_widgets.files.making import Making
from wan_widgets.files.origin import Input
from wan_widgets.files.place import Place
from wan_widgets.ledger.amounts import amount
from wan_widgets.ledger.described import json_object
from wan_widgets.ledger.values import course_text, moment
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import WanError
from wan_widgets.wan.recipes import from_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import EXPIRED, NO_ADDRESS, UNENDED, TaskError, TaskStatus, VideoTask, is_beyond_memory
from wan_widgets.words import Said, english, say

SENDING, REFUSED = "sending", "refused"
"""States of an order that no task has: it is on its way to the service, or nothing was bought."""
DISMISSED = say("ledger.dismissed")
"""The error message of an order that the user has dismissed. The service can still be asked about such an order."""
LET_GO = "let_go"
"""The state of an order whose task the user does not follow any more. The service may go on with the task and bill it,
so the order counts as bought. It can be resumed."""
IN_VAIN = (REFUSED, "failed", "cancelled")
"""The states that count as not bought. All other states count as bought, also those that a newer version writes."""
UNFINISHED = (SENDING, "queued", "in_progress", "unconfirmed")


@dataclass(frozen=True)
class Once:
    """Which earlier orders of the same clip stand in for a new one: the unfinished ones, and those that have ended."""

    since: float
    """The Unix time since which a completed order counts. What was ordered before is known to the buyer."""
    behind: int | None = None
    """The last row of the ledger when the buyer looked; ``None`` if that is not known. A completed order in a later row
    counts too, because the clock may have been put back since then."""
    with_failed: bool = False
    """A failed order counts as a completed one does."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One order in the ledger. Times are Unix times in seconds."""

    id: str
    created_at: float
    updated_at: float
    place: str
    """The folder of the notebook or script that ordered it."""
    notebook: str
    provider: str
    base_url: str
    region: str
    recipe: str
    """The request as JSON, written by `wan.recipes`."""
    recipe_key: str
    """A key that is equal for orders of the same clip."""
    state: str
    task_id: str | None = None
    progress: int | None = None
    video_url: str | None = None
    expires_at: float | None = None
    error_code: str | None = None
    error_message: Said | None = None
    path: str | None = None
    size: int | None = None
    sha256: str | None = None
    currency: str | None = None
    money: int | None = None
    """Millionths of the currency's unit: the reserved amount, or the billed one as soon as it is known."""
    per_second: str | None = None
    """The price of a second, as a decimal number; ``None`` if it is not known, or the price is not by the second."""
    billed_seconds: float | None = None
    seconds: float = 0.0
    """The length of the clip in seconds."""
    is_simulated: bool = False
    """It is an order at the simulator, which costs nothing and counts against no budget."""
    poller: str | None = None
    """The name of the follower that has the lease. Only this follower asks the service about the order."""
    lease_until: float | None = None
    place_id: str = ""
    """The id of the folder `place`, which stays the same when the folder moves; empty if it has none."""
    wanted_folder: str | None = None
    """The folder in which its clip will be saved; ``None`` in orders of older versions."""
    wanted_name: str | None = None
    """The file name that the user chose for its clip; ``None`` for a name made of the prompt."""
    rewritten_prompt: str | None = None
    """The prompt as the service rewrote it; ``None`` if the service has not told it."""
    inputs: str | None = None
    """Its local files at the moment of the order, as JSON; ``None`` in orders of older versions."""
    took: float | None = None
    """How many seconds its task took from the order to its end; ``None`` if that is not known well."""
    course: str | None = None
    """How the progress of its task went, as text; ``None`` if that is not known."""
    width: int | None = None
    """The width of its clip in pixels. What is known of a clip is ``None`` until it is saved. For a clip that an older
    version saved, it is ``None`` until somebody looks at the clip."""
    height: int | None = None
    """The height of its clip in pixels."""
    duration: float | None = None
    """The length of its clip in seconds, as measured."""
    has_audio: bool | None = None
    finished_at: float | None = None
    """When its end was noted."""
    checks: str | None = None
    """What was found in the clip on this machine, as JSON."""

    @property
    def request(self) -> VideoRequest | None:
        """The request; ``None`` if the recipe cannot be read."""
        try:
            return from_recipe(json.loads(self.recipe))
        except (ValueError, TypeError, RecursionError):
            return None

    @property
    def check(self) -> Check | None:
        """What was found in its clip; ``None`` if nobody has looked at the file that it has now."""
        return from_values(json_object(self.checks), self.sha256)

    @property
    def price(self) -> Money | None:
        """What it costs: as billed, else as it was quoted; ``None`` if the price is not known, or it is simulated."""
        if self.money is None or self.is_simulated:
            return None
        try:
            return Money(amount(self.money), self.currency or "")
        except (WanError, ArithmeticError, TypeError, ValueError):  # another program wrote it
            return None

    @property
    def is_charged(self) -> bool:
        """Whether budgets count it. A clip that expired before it was fetched was probably made and billed."""
        return self.state not in IN_VAIN or self.error_code in (EXPIRED, UNENDED)

    @property
    def destination(self) -> Destination:
        """Where its clip will be saved. If the folder has moved, this is in the folder of today."""
        if self.wanted_folder is None:
            return destination()
        return Destination(Path(self.wanted_folder), self.wanted_name, Place(self.place, self.place_id)).present()

    @property
    def files(self) -> list[Input] | None:
        """Its local files as they were when it was ordered; ``None`` if that is not known."""
        try:
            return None if self.inputs is None else [Input(**each) for each in json.loads(self.inputs)]
        except (ValueError, TypeError, RecursionError):  # another program wrote it
            return None

    @property
    def making(self) -> Making:
        """How its clip was made, for the clip's recipe."""
        return Making(
            files=self.files,
            ordered=moment(self.created_at),
            price=self.price,
            took=self.took,
            rewritten_prompt=self.rewritten_prompt,
        )

    @property
    def site(self) -> Site:
        """The site at which it was ordered."""
        return Site(self.provider, self.base_url)

    def is_beyond_memory(self, now: float) -> bool:
        """Whether services have forgotten the order by `now`."""
        return is_beyond_memory(self.created_at, now)

    def is_followed(self, now: float) -> bool:
        """Whether a follower had the lease at this time."""
        return self.poller is not None and (self.lease_until or 0.0) > now

    @property
    def is_dismissed(self) -> bool:
        """The user has said that it was not bought."""
        return english(self.error_message or "") == english(DISMISSED)  # it may be written as text, without a key

    @property
    def is_finished(self) -> bool:
        """Nothing will change any more."""
        return self.state not in UNFINISHED

    @property
    def task(self) -> VideoTask | None:
        """The task in its last known state; ``None`` if its id is not known."""
        if self.task_id is None:
            return None
        status = TaskStatus(self.state) if self.state in TaskStatus.__members__.values() else TaskStatus.UNCONFIRMED
        error = TaskError(self.error_message or say("wan.task.no_reason"), self.error_code)
        return VideoTask(
            id=self.task_id,
            status=status,
            provider=self.provider,
            request=self.request,
            progress=self.progress,
            created_at=moment(self.created_at),
            expires_at=moment(self.expires_at),
            video_url=self.video_url,
            billed_seconds=self.billed_seconds,
            rewritten_prompt=self.rewritten_prompt,
            took=self.took,
            error=error if status is TaskStatus.FAILED else None,
        )


def columns(task: VideoTask) -> dict[str, Any]:
    """The columns that the ledger keeps of a task. A completed task counts as in progress until its clip is saved."""
    lacks_address = task.error is not None and task.error.code == NO_ADDRESS
    state = TaskStatus.IN_PROGRESS if lacks_address or task.status is TaskStatus.COMPLETED else task.status
    error = None if lacks_address else task.error
    billed = {} if task.billed_seconds is None else {"billed_seconds": task.billed_seconds}
    took = {} if task.took is None else {"took": task.took}
    course = {"course": course_text(task.course)} if task.course else {}
    rewritten = {"rewritten_prompt": task.rewritten_prompt} if task.rewritten_prompt else {}
    return {
        **billed,
        **took,
        **course,
        **rewritten,
        "state": str(state),
        "progress": task.progress,
        "video_url": task.video_url,
        "expires_at": task.expires_at.timestamp() if task.expires_at else None,
        "error_code": error.code if error else None,
        "error_message": error.text if error else None,
    }
