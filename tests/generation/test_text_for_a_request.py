"""A prompt in place of a request, and whatever else is given where a request or a task is wanted."""

import json

import pytest

import wan_widgets as ww
from shared.network import KEY, Service, error, task

NONE = [None, 5, b"A kitten", ["A kitten"], {"prompt": "A kitten"}, object(), ww.TextToVideo]


@pytest.fixture
def service():
    return Service(task())


@pytest.mark.anyio
@pytest.mark.parametrize("give", ["submit", "generate"])
async def test_a_prompt_is_ordered_with_the_services_usual_values(give, outputs):
    service = Service(task(), error(404))
    async with service.client() as client:
        if give == "submit":
            ordered = (await client.submit("A kitten")).request
            assert ordered == ww.TextToVideo("A kitten", seed=ordered.seed)
        else:
            with pytest.raises(ww.WanError):
                await client.generate("A kitten")
    assert json.loads(service.requests[0].content)["prompt"] == "A kitten"


def test_a_prompt_has_a_price():
    client = ww.AsyncClient("dashscope", api_key=KEY)
    assert client.quote("A kitten") == client.quote(ww.TextToVideo("A kitten"))
    assert client.quote("A kitten") is not None


@pytest.mark.anyio
async def test_a_prompt_that_the_service_has_no_mode_for_is_refused_with_words():
    client = ww.AsyncClient("toapis", api_key=KEY, transport=Service(task()).transport)
    for give in (client.submit, client.generate):
        with pytest.raises(ww.InvalidRequest, match="needs a prompt"):
            await give("  ")


@pytest.mark.anyio
@pytest.mark.parametrize("given", NONE, ids=lambda given: ascii(given)[:12])
async def test_what_is_no_request_is_refused_with_what_would_be(service, given, outputs):
    async with service.client() as client:
        for give in (client.submit, client.generate, client.upload):
            with pytest.raises(ww.InvalidRequest, match=r"is no request\. .*ww\.TextToVideo"):
                await give(given)
        with pytest.raises(ww.InvalidRequest, match="is no request"):
            client.quote(given)
    assert service.requests == []


@pytest.fixture
def studio():
    studio = ww.Studio()
    yield studio
    studio.close()


def test_a_studio_and_a_form_take_a_prompt_too(studio, outputs):
    video = studio.submit("A kitten").result(60)
    assert video.path.exists()
    assert ww.tasks()[0].request.prompt == "A kitten"
    studio.form.fill("A dog")
    assert (studio.form.prompt, studio.form.mode) == ("A dog", "t2v")
    for given in NONE:
        for give in (studio.submit, studio.form.fill):
            with pytest.raises(ww.InvalidRequest, match="is no request"):
                give(given)
    assert len(ww.tasks()) == 1


@pytest.mark.parametrize(
    "given", [None, 5, b"task_1", "", "  ", ["task_1"], "\ud83d", object()], ids=lambda given: ascii(given)[:12]
)
def test_what_is_no_task_is_refused_with_the_way_to_those_there_are(given):
    for give in (ww.wait, ww.resume, ww.dismiss):
        with pytest.raises(ww.InvalidRequest, match=r"is no task\. .*ww\.tasks\(\)"):
            give(given)


@pytest.mark.anyio
async def test_an_id_may_be_pasted(service):
    async with service.client() as client:
        await client.retrieve(' "video_1"\n')
        for give in (client.retrieve, client.cancel):
            with pytest.raises(ww.InvalidRequest, match="is no task"):
                await give(5)
        with pytest.raises(ww.InvalidRequest, match="is no task"):
            await anext(client.watch(None))
    assert service.requests[0].url.path.endswith("/video_1")


@pytest.mark.parametrize("path", [5, b"a.mp4", "a\0b.mp4", "\ud83d.mp4", object()], ids=lambda given: ascii(given)[:12])
def test_a_clip_cannot_be_saved_at_what_is_no_path(path):
    with pytest.raises(ww.WanError):
        ww.generate("A kitten", path=path)
    assert {entry.state for entry in ww.tasks()} <= {"refused"}
