"""The one way to buy a clip: check, send files, quote, reserve, write down, send the order, follow, download.

All code that buys a clip uses this module.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from wan_widgets.files.destination import Destination, destination
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.generation.departure import Departure
from wan_widgets.generation.discovery import check_still_served
from wan_widgets.generation.errors import errors_of
from wan_widgets.generation.following import Following
from wan_widgets.generation.prepared import Prepared, prepare_in_thread
from wan_widgets.generation.queue import turn_for
from wan_widgets.generation.repeats import Claim
from wan_widgets.generation.reserving import reserve
from wan_widgets.generation.resuming import initial_step, resumed
from wan_widgets.generation.step import Step, Tell, steps
from wan_widgets.generation.submission import submitted
from wan_widgets.ledger.entry import Once
from wan_widgets.ledger.order import UNSENT, Order
from wan_widgets.service.service import Service
from wan_widgets.service.uploads import now_and_then
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask

_TURN = 0.5  # seconds between two looks at the queue


def run(
    service: Service, prepared: Prepared, path: Path | str | None = None, *, once: Once | None = None
) -> AsyncGenerator[Step, None]:
    """Buy a clip. Yields its steps, the last one with the video. Raises what `AsyncClient.generate` raises.

    From this call on, the clip counts as about to be ordered, and where it will be saved is fixed. With `once`, if the
    same clip was ordered meanwhile, nothing is bought and that order is followed.
    """
    return steps(_Purchase(service, prepared, destination(path), once, Claim(prepared)).run)


def run_request(service: Service, request: VideoRequest) -> AsyncGenerator[Step, None]:
    """Prepare a request and buy its clip: what `run` yields and raises, and what `prepare` raises.

    Where the clip will be saved is fixed by this call.
    """
    where = destination()

    async def purchase(tell: Tell) -> Video:
        prepared = await prepare_in_thread(service, request)
        return await _Purchase(service, prepared, where, None, Claim(prepared)).run(tell)

    return steps(purchase)


async def buy(service: Service, prepared: Prepared) -> VideoTask:
    """Order a clip and return its task, which is not followed. Raises what `AsyncClient.submit` raises."""
    request = prepared.request
    with errors_of(request):
        await check_still_served(service, request)
        ready = await service.send_files(request)
        wanted = destination()
        wanted = await on_thread(wanted.folder, wanted.marked)
        async with Departure(service) as departure:
            order = await reserve(service, prepared, wanted)
            async with order.held():
                with errors_of(request, order.id):
                    return await submitted(departure, ready, request, order, Tell())


@dataclass(frozen=True)
class _Purchase:
    """One purchase, from the click to the clip's file."""

    service: Service
    prepared: Prepared
    destination: Destination
    once: Once | None
    """Which other orders of the same clip are followed instead; ``None`` to buy in any case."""
    claim: Claim

    async def run(self, tell: Tell) -> Video:
        request = self.prepared.request
        with self.claim, errors_of(request):
            wanted = await on_thread(self.destination.folder, self.destination.ready)
            await tell(Step(request=request))
            await check_still_served(self.service, request)
            ready = await self._with_files_sent(tell)
            with turn_for(self.service, request) as turn:
                while ahead := turn.ahead:
                    await tell(Step(request=request, waiting=ahead))
                    await self.service.timing.sleep(_TURN)
                async with Departure(self.service) as departure:
                    order = await reserve(self.service, self.prepared, wanted, self.once)
                    if not order.trouble:
                        self.claim.release()
                    if order.twin is None:
                        return await self._ordered(departure, ready, order, wanted, tell)
            await tell(initial_step(order.twin))
            return await resumed(self.service, order.twin, wanted.path, tell)

    async def _with_files_sent(self, tell: Tell) -> VideoRequest:
        request = self.prepared.request
        progress = now_and_then(lambda upload: tell.soon(Step(request=request, upload=upload)))
        ready = await self.service.send_files(request, progress)
        if ready is not request:
            await tell(Step(request=request))  # withdrawing the job here costs nothing
        return ready

    async def _ordered(
        self, departure: Departure, ready: VideoRequest, order: Order, wanted: Destination, tell: Tell
    ) -> Video:
        service, request = self.service, self.prepared.request
        async with order.held():
            with errors_of(request, order.id):
                async with order.not_bought_if_cancelled(UNSENT):
                    # After this step, nobody may say that nothing was bought.
                    await departure.until(tell(Step(request=request, order=order.id, note=order.trouble)))
                task = await submitted(departure, ready, request, order, tell)
            return await Following(service, request, order, wanted, tell).to_file(task)
