"""An engine of one's own that has another model by now: nothing is ordered from what was known of it before."""

import httpx
import pytest

import wan_widgets as ww
from wan_widgets import TextToVideo
from widgets.test_form import click

pytestmark = pytest.mark.anyio

SMALL, OTHER = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
SERVED = [(SMALL, "T2V"), ("lab/flux", "T2I")]
REQUEST = TextToVideo("A kitten", model="wan2.1-t2v-1.3b", resolution="480p", duration=1, audio=False, seed=7)


def started_anew(server, model=OTHER):
    server.arguments[-1] = model
    server.restart()


@pytest.mark.parametrize("buy", ["submit", "generate"])
async def test_an_order_for_the_former_model_is_not_sent(buy, start_engine, outputs):
    server = start_engine("sglang")
    async with server.client() as asking, await asking.discover() as client:
        started_anew(server)
        with pytest.raises(
            ww.ConfigurationError, match=r"SGLang serves wan2\.2-ti2v-5b\. Nothing was ordered"
        ) as caught:
            await getattr(client, buy)(REQUEST)
    assert "make the client anew" in str(caught.value.remedy)
    assert ww.tasks() == []


async def test_the_same_model_is_ordered_after_a_restart_too(start_engine, outputs):
    server = start_engine("sglang")
    async with server.client() as asking, await asking.discover() as client:
        server.restart()
        assert (await client.submit(REQUEST)).id


async def test_an_engine_that_makes_no_videos_any_more_gets_no_order(clock):
    cards = [{"id": name, "owned_by": "sglang", "supported_task_types": [task]} for name, task in SERVED]
    answers = iter(httpx.Response(200, json={"data": [card]}) for card in cards)
    transport = httpx.MockTransport(lambda _: next(answers))
    client = ww.AsyncClient("openai-videos", base_url="http://127.0.0.1:8000", transport=transport, timing=clock.timing)
    with pytest.raises(ww.ConfigurationError, match=r"serves lab/flux.*Nothing was ordered"):
        await (await client.discover()).submit(REQUEST)


def test_a_form_takes_the_new_model_and_orders_at_the_next_click(start_engine, outputs):
    server = start_engine("sglang")
    form = ww.VideoForm(server.client(), prompt="A kitten")
    ordered = []
    form.on_generate(ordered.append)
    started_anew(server)
    [answer] = click(form, "first")
    assert answer["kind"] == "refused"
    assert "serves wan2.2-ti2v-5b" in answer["message"]
    assert (ordered, form.model) == ([], "wan2.2-ti2v-5b")
    assert [each["kind"] for each in click(form, "second")] == ["accepted"]
    assert [each.model for each in ordered] == ["wan2.2-ti2v-5b"]
