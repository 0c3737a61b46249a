"""The same request gives the same bytes: in another simulator, at another time, for another key, by another order."""

from dataclasses import replace
from random import Random

import pytest
from PIL import Image

import wan_widgets as ww
from browser.media import make_clip, make_image
from shared.clips import as_sent
from shared.network import Clock
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

PATHS = {"simulator": "", "toapis": "", "uniall": "/uniall", "dashscope": "", "newapi": "/newapi", "openai-videos": ""}
OPEN_WEIGHTS = {"model": "wan2.2-ti2v-5b", "audio": False}


@pytest.fixture
def usual_fps():
    return 1


@pytest.fixture
def ordered(tmp_path):
    """Order a clip at a simulator of its own, and return its bytes."""
    made, clock = [], Clock()

    async def order(service, request):
        made.append(service)
        number = len(made)
        clock.now += 300_000.123
        engine = {"engine": "sglang"} if service == "openai-videos" else {}
        simulator = Simulator(tmp_path / f"simulator {number}", clock=clock, rng=Random(number), **engine)
        simulator.script(Script(queued=0, running=0))
        address = f"http://127.0.0.1:{4000 + number}{PATHS[service]}"
        key = {} if service == "simulator" else {"api_key": f"sk-{number}-0123456789"}
        client = ww.AsyncClient(service, base_url=address, transport=simulator.transport(), timing=clock.timing, **key)
        async with client:
            client = await client.discover()
            return as_sent((await client.generate(request, tmp_path / f"{number}.mp4")).path)

    return order


def like(service, kind, **fields):
    own = OPEN_WEIGHTS if service == "openai-videos" else {}
    return kind(**{"prompt": "A harbour", "resolution": "720p", "seed": 7, "duration": 5} | own | fields)


@pytest.mark.parametrize("service", PATHS)
async def test_of_words(service, ordered):
    request = like(service, ww.TextToVideo)
    first = await ordered(service, request)
    assert await ordered(service, request) == first
    assert await ordered(service, replace(request, prompt="A lake")) != first


@pytest.mark.parametrize("service", ["simulator", "toapis", "dashscope", "openai-videos"])
async def test_of_a_file(service, ordered, tmp_path):
    path = make_image(tmp_path / "a.png", 320, 256)
    request = like(service, ww.ImageToVideo, image=path)
    first = await ordered(service, request)
    assert await ordered(service, request) == first
    assert await ordered(service, replace(request, image=path.read_bytes())) == first
    other = Image.new("RGB", (320, 256), "navy")
    assert await ordered(service, replace(request, image=other)) != first


async def test_of_a_clip_that_was_made_before(ordered, tmp_path):
    reference = make_clip(tmp_path / "a.mp4")
    request = like("toapis", ww.ReferenceToVideo, references=[reference])
    assert await ordered("toapis", request) == await ordered("toapis", request)


async def test_a_clip_says_how_it_was_ordered_and_nothing_of_who_ordered_it(ordered, tmp_path):
    data = await ordered("toapis", like("toapis", ww.ImageToVideo, image=make_image(tmp_path / "a.png", 320, 256)))
    assert b"A harbour" in data
    assert b"upload.png" in data
    [entry] = ww.tasks(everywhere=True) or [None]
    for told in (entry.id, entry.task_id, "upload_0", "127.0.0.1", "sk-1"):
        assert told.encode() not in data
