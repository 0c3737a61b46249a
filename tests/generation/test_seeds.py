"""A seed that is left open is drawn here, and told everywhere; only a seed that somebody chose means the same clip."""

import asyncio
import json
from random import Random

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY, Clock
from shared.orders import the_row
from wan_widgets.generation.prepared import prepare
from wan_widgets.generation.repeats import Claim, is_repeat, reusable
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import PROVIDERS, OpenAIVideos
from wan_widgets.providers.conformance.samples import order, values_in
from wan_widgets.simulator import Simulator
from wan_widgets.wan.recipes import from_recipe

pytestmark = pytest.mark.usefixtures("outputs")

KITTEN = ww.TextToVideo(prompt="A kitten", resolution="720p")
MOST = 2**31 - 1
OFFERS = [
    pytest.param(
        provider, family, mode, offer, id=f"{provider.title} {getattr(provider, 'dialect', '')} {family} {mode}"
    )
    for provider in (*PROVIDERS.values(), OpenAIVideos("openai"), OpenAIVideos("sglang"), OpenAIVideos("vllm-omni"))
    for family, modes in provider.offers.items()
    for mode, offer in modes.items()
]


def client_of(provider, chance=0.5):
    at = {} if provider.base_url else {"base_url": "http://127.0.0.1:9"}
    return ww.AsyncClient(provider, api_key=KEY, timing=Timing(random=lambda: chance), **at)


@pytest.mark.parametrize(("provider", "family", "mode", "offer"), OFFERS)
def test_a_seed_is_drawn_wherever_the_service_takes_one_and_goes_out(provider, family, mode, offer):
    request = order(family, mode, offer)
    for chance in (0.0, 0.3, 0.5, 0.999_999_999_999, 1.0):
        prepared = prepare(client_of(provider, chance), request)
        seed = prepared.request.seed
        if offer.max_seed is None:
            assert prepared.request == request
            continue
        assert 1 <= seed <= min(offer.max_seed, MOST)
        assert (prepared.seed_is_drawn, prepared.is_one_clip) == (True, False)
        sent = values_in(provider.encode_submit(prepared.request))
        assert seed in sent or str(seed) in sent


def test_chance_decides_and_differs():
    seeds = {prepare(ww.AsyncClient("simulator"), KITTEN).request.seed for _ in range(20)}
    assert len(seeds) > 15


@pytest.mark.parametrize("seed", [0, 7, MOST])
def test_a_chosen_seed_stays(seed):
    prepared = prepare(client_of(PROVIDERS["toapis"]), ww.TextToVideo(prompt="A kitten", seed=seed))
    assert (prepared.request.seed, prepared.seed_is_drawn, prepared.is_one_clip) == (seed, False, True)


@pytest.mark.parametrize("extra", [{"seed": 5}, {"metadata": {"parameters": {"Seed": 5}}}, {"list": [{"seed": 5}]}])
def test_no_seed_is_told_that_the_users_own_fields_would_replace(extra):
    request = ww.TextToVideo(prompt="A kitten", extra=extra)
    assert prepare(client_of(PROVIDERS["newapi"].at("https://api.example.com", None)), request).request == request


def seeds_sent(service):
    return [json.loads(each.content)["seed"] for each in service.requests if each.method == "POST"]


def by_submit(client, request):
    task = asyncio.run(client.submit(request))
    return task.request, None


def by_generate(client, request):
    return None, asyncio.run(client.generate(request))


def by_cell(client, request):
    return None, ww.generate(request, provider=client)


@pytest.mark.parametrize("buy", [by_submit, by_generate, by_cell])
@pytest.mark.parametrize("seed", [None, -1])
def test_the_drawn_seed_is_in_everything_that_tells_of_the_clip(shop, buy, seed):
    told, video = buy(shop.client(Clock()), ww.TextToVideo(prompt="A kitten", resolution="720p", seed=seed))

    [drawn] = seeds_sent(shop)
    assert from_recipe(json.loads(the_row()["recipe"])).seed == drawn
    assert ww.tasks()[0].request.seed == drawn
    if told is not None:
        assert told.seed == drawn
    if video is not None:
        assert video.path.name == f"a-kitten-{drawn}.mp4"


def test_an_open_seed_buys_anew_each_time_even_if_chance_repeats_itself(shop):
    client = shop.client(Clock())  # its chance is always the same
    for _ in range(2):
        ww.generate(KITTEN, provider=client)
    assert len(seeds_sent(shop)) == 2
    assert len(set(seeds_sent(shop))) == 1
    prepared = prepare(client, KITTEN)
    with Claim(prepared):
        assert reusable(prepared) is None
        assert not is_repeat(prepared)
        assert not is_repeat(prepare(client, KITTEN))


def test_a_drawn_seed_that_is_then_typed_is_the_clip_that_is_here(shop):
    client = shop.client(Clock())
    first = ww.generate(KITTEN, provider=client)
    [drawn] = seeds_sent(shop)

    again = ww.generate("A kitten", resolution="720p", seed=drawn, provider=client)

    assert again.path == first.path
    assert len(seeds_sent(shop)) == 1
    assert is_repeat(prepare(client, ww.TextToVideo(prompt="A kitten", resolution="720p", seed=drawn)))


@pytest.mark.anyio
async def test_where_a_left_out_seed_is_always_the_same_the_clips_still_differ(tmp_path, outputs):
    """As at SGLang, whose own default is 42."""

    def seeds():
        return [json.loads(path.read_text())["seed"] for path in sorted((tmp_path / "tasks").iterdir())]

    simulator = Simulator(tmp_path, rng=Random(7), engine="sglang")
    raw = {"prompt": "A lake", "size": "64x48", "num_frames": "5", "fps": "16"}
    async with httpx.AsyncClient(transport=simulator.transport(), base_url="http://sim.test") as http:
        for _ in range(2):
            await http.post("/v1/videos", data=raw, files={"none": (None, "")})
    assert seeds() == [42, 42]

    place = {"base_url": "http://127.0.0.1:9", "transport": simulator.transport()}
    async with await ww.AsyncClient("openai-videos", **place).discover() as client:
        model = next(iter(client.provider.models))
        request = ww.TextToVideo(prompt="A lake", model=model, resolution="720p", audio=False)
        told = [(await client.submit(request)).request.seed for _ in range(3)]

    assert len({42, *told}) == 4
    assert sorted(seeds()) == sorted([42, 42, *told])
