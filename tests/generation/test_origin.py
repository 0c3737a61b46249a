"""Every error of an order, and every clip, knows which request and which order it came from."""

import asyncio
from decimal import Decimal

import httpx
import pytest

import wan_widgets as ww
from shared.network import Clock, Service, error, task
from shared.orders import REQUEST, the_row
from wan_widgets.generation.resuming import resume
from wan_widgets.ledger.ledger import ledger
from wan_widgets.wan.budgets import Money

pytestmark = pytest.mark.anyio

REFUSALS = [error(401), error(402), error(404), error(422), error(429), error(400), error(418)]
UNKNOWN = [error(500), error(503), httpx.ReadTimeout("slow"), httpx.Response(200, content=b"<html>")]


@pytest.fixture(autouse=True)
def _here(outputs):
    """Clips do not land in the checkout."""


@pytest.mark.parametrize("how", ["submit", "generate", "ww.generate"])
@pytest.mark.parametrize("answer", [*REFUSALS, *UNKNOWN], ids=str)
async def test_an_order_that_fails_is_named(answer, how):
    service = Service(lambda request: answer if request.method == "POST" else error(404))
    client = service.client(Clock())
    blocking = asyncio.to_thread(ww.generate, REQUEST, provider=client) if how == "ww.generate" else None
    with pytest.raises(ww.WanError) as caught:
        await (blocking or getattr(client, how)(REQUEST))
    assert caught.value.request == REQUEST
    assert caught.value.ledger_id == the_row()["id"]


async def test_a_task_that_fails_and_a_clip_that_cannot_be_fetched_are_named():
    gone = Service(lambda request: task("completed") if request.url.host == "toapis.com" else error(410))
    for service, kind in ((Service(task("failed")), ww.TaskFailed), (gone, ww.DownloadError)):
        with pytest.raises(kind) as caught:
            await service.client(Clock()).generate(REQUEST)
        assert caught.value.request == REQUEST
        order = ledger().entry(caught.value.ledger_id)
        assert order.request == REQUEST
        with pytest.raises(kind) as caught:
            [_ async for _ in resume(service.client(Clock()), order)]
        assert (caught.value.request, caught.value.ledger_id) == (REQUEST, order.id)


async def test_what_was_never_ordered_names_its_request_alone(monkeypatch):
    client = Service(task()).client(Clock())
    wrong = ww.TextToVideo(prompt="A kitten", resolution="9p")
    with pytest.raises(ww.InvalidRequest) as refused:
        await client.submit(wrong)
    assert (refused.value.request, refused.value.ledger_id) == (wrong, None)
    monkeypatch.setenv("WAN_BUDGET", "clips=0")
    for buy in (client.submit, client.generate):
        with pytest.raises(ww.OverBudget) as over:
            await buy(REQUEST)
        assert (over.value.request, over.value.ledger_id) == (REQUEST, None)


async def test_a_clip_knows_its_request_and_its_price_now_and_when_it_is_used_again(clip):
    def answer(request):
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        return task("queued" if request.method == "POST" else "completed")

    service = Service(answer)
    own = ww.PriceList(currency="CNY", per_second={("720p", True): Decimal("0.60")}, source="mine", date="2026-11-01")
    try:
        ww.set_price("toapis", "wan2.6", own)
        for _ in range(2):
            video = await asyncio.to_thread(ww.generate, REQUEST, provider=service.client(Clock()))
            assert video.request == REQUEST
            assert (video.prompt, video.seed, video.model) == ("A kitten", 7, "wan2.6")
            assert video.price == Money(Decimal(3), "CNY")
            assert str(video.price) == "3 CNY"
    finally:
        ww.set_price("toapis", "wan2.6", None)
    assert service.methods.count("POST") == 1
