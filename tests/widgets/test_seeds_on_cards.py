"""The seed on a card: which one it is, and how the clip is ordered again with the same one or a new one."""

import dataclasses
import json

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY, Clock
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.simulator import Simulator
from wan_widgets.wan.errors import DownloadError, InvalidRequest, Unconfirmed, WanError
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.tasks import TaskCancelled, TaskFailed, TaskStatus, VideoTask
from wan_widgets.widgets.cards import card
from widgets.test_board import quick, say, until

OWL = ww.TextToVideo(prompt="An owl", resolution="720p")
FLASH = ww.ImageToVideo(image="https://a.example/i.png", model="wan2.6-flash")


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.chdir(tmp_path)
    simulator = Simulator(tmp_path / "simulator")
    simulator.script(*[quick() for _ in range(4)])
    return ww.AsyncClient("simulator", transport=simulator.transport())


def settled(studio, count):
    until(lambda: len(studio._cards) == count and {card["phase"] for card in studio._cards} == {"completed"})
    return studio._cards


def seed_on(card):
    [fact] = [fact for fact in card["facts"] if fact.startswith("seed ")]
    return int(fact.removeprefix("seed "))


def test_a_clip_is_told_its_seed_and_can_be_made_again_with_it_or_with_another(client):
    studio = ww.Studio(client)
    studio.submit(OWL)
    [first] = settled(studio, 1)
    assert studio.form.seed is None
    assert first["again"] == ["new", "same"]
    assert f"seed={seed_on(first)}" in first["code"]
    assert first["clip"]["name"] == f"an-owl-{seed_on(first)}.mp4"

    say(studio, kind="again", key=first["key"], turn=0, way="same")
    same, first = settled(studio, 2)
    say(studio, kind="again", key=first["key"], turn=1, way="new")
    new, _, _ = settled(studio, 3)

    assert seed_on(same) == seed_on(first) != seed_on(new)
    videos = studio.videos
    assert videos[1].path.read_bytes() != videos[0].path.read_bytes()
    requests = [step.request for step in studio._present_steps()]
    assert {dataclasses.replace(each, seed=None) for each in requests} == {OWL}
    assert [entry.request.seed for entry in ww.tasks()] == [seed_on(each) for each in studio._cards]


def test_a_click_in_the_form_draws_and_the_form_stays_at_random(client):
    studio = ww.Studio(client, prompt="An owl", resolution="720p")
    heard = []
    studio.form.on_generate(heard.append)
    for submission in ("a", "b"):
        studio.form._handle_msg(
            {
                "content": {"data": {"method": "custom", "content": {"kind": "generate", "id": submission}}},
                "buffers": [],
            }
        )
    one, other = settled(studio, 2)

    assert seed_on(one) != seed_on(other)
    assert studio.form.seed is None
    assert [request.seed for request in heard] == [None, None], "each order of the handler draws a seed of its own"


def task(status):
    return VideoTask(id="t", status=status, provider="toapis", request=OWL)


ENDS = [
    (TaskFailed("It failed.", task(TaskStatus.FAILED)), ["plain"]),
    (TaskCancelled("It was cancelled.", task(TaskStatus.CANCELLED)), ["plain"]),
    (WanError("The service refused it."), ["plain"]),
    (InvalidRequest([Problem("image", "There is no file.")]), ["plain"]),
    (Unconfirmed("It broke.", ledger_id="ww-1"), ["unconfirmed"]),
    (DownloadError("It is not saved."), []),
]


@pytest.mark.parametrize(("error", "ways"), ENDS, ids=lambda each: type(each).__name__)
def test_whatever_made_no_clip_can_be_ordered_again_as_it_was(error, ways):
    client = ww.AsyncClient("toapis", api_key=KEY)
    job = Job(client, None, Step(request=dataclasses.replace(OWL, seed=7)))
    job.error = error
    shown = card(job, client)
    assert shown["again"] == ways
    assert "seed 7" in shown["facts"]


def test_what_was_withdrawn_can_be_ordered_again_and_what_runs_cannot():
    client = ww.AsyncClient("toapis", api_key=KEY)
    job = Job(client, None, Step(request=OWL))
    assert card(job, client)["again"] == []
    job.is_withdrawn = True
    assert card(job, client)["again"] == ["plain"]
    assert card(Job(client, None, Step()), client)["again"] == []


def test_a_refused_order_goes_out_again_with_its_own_seed(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    sent = []

    def refuse(request):
        sent.append(json.loads(request.content)["seed"])
        return httpx.Response(402, json={"error": {"code": "insufficient_quota", "message": "x"}})

    client = ww.AsyncClient("toapis", api_key=KEY, transport=httpx.MockTransport(refuse), timing=Clock().timing)
    studio = ww.Studio(client)
    studio.submit(OWL)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "refused")
    say(studio, kind="again", key=studio._cards[0]["key"], turn=0, way="plain")
    until(lambda: len(studio._cards) == 2 and studio._cards[0]["phase"] == "refused")

    assert len(sent) == 2
    assert len(set(sent)) == 1


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (FLASH, "takes no seed"),
        (dataclasses.replace(OWL, extra={"seed": 3}), "seed in the extra fields"),
        (dataclasses.replace(OWL, seed=0), "seed 0"),
        (OWL, "random seed"),  # an older version did not draw the seed of this order
    ],
)
def test_the_card_says_how_it_is_with_the_seed(request_, words):
    client = ww.AsyncClient("toapis", api_key=KEY)
    assert words in card(Job(client, None, Step(request=request_)), client)["facts"]


def test_a_clip_of_a_service_without_seeds_is_ordered_again_plainly(client):
    studio = ww.Studio(client)
    studio.submit(OWL)
    settled(studio, 1)
    [job] = studio._jobs.values()
    for request, ways in ((FLASH, ["plain"]), (dataclasses.replace(OWL, seed=None), ["new"])):
        job.service = ww.AsyncClient("toapis", api_key=KEY)
        job.step = dataclasses.replace(job.step, request=request)
        assert card(job, client)["again"] == ways
