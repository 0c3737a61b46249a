"""A ledger and a simulator's folder that the version before wrote (commit 5c6d6c4) are read by this one.

In `before/` lie a clip that was made and one that is on its way at the simulator, and three orders at services: one was
refused, one is of unknown outcome, and one is queued.
"""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

import wan_widgets as ww
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.simulator import Simulator
from wan_widgets.wan.site import Site

BEFORE = Path(__file__).parent / "before"
RUNNING = "video_01M8J6SHWSYKSM3MY25A53Z6J0"
STATES = {
    "An owl": "queued",
    "Not confirmed": "unconfirmed",
    "Refused": "refused",
    "It moves": "in_progress",
    "A kitten runs": "completed",
}


@pytest.fixture
def before(tmp_path, monkeypatch):
    folder = tmp_path / "before"
    shutil.copytree(BEFORE, folder)
    monkeypatch.setenv("WAN_LEDGER", str(folder / "ledger.sqlite3"))
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    return folder


@pytest.mark.usefixtures("before")
def test_every_order_is_listed_with_its_state():
    assert {entry.request.prompt: entry.state for entry in ww.tasks(everywhere=True)} == STATES


def test_the_same_requests_have_the_keys_that_they_had(before):
    for entry in ww.tasks(everywhere=True):
        request = entry.request
        if isinstance(request, ww.ImageToVideo):
            request = ww.ImageToVideo(prompt="It moves", image=before / "cat.png", resolution="720p", seed=8)
        assert recipe_key(Site(entry.provider, entry.base_url), request) == entry.recipe_key


@pytest.mark.usefixtures("before")
def test_what_was_spent_counts():
    budget = ww.Budget(money="5 CNY", per="ledger")
    [queued] = [entry for entry in ww.tasks(everywhere=True) if entry.state == "queued"]
    client = ww.AsyncClient("dashscope", api_key="k" * 20)
    with pytest.raises(ww.OverBudget):
        ledger().open(queued, [budget], client.quote(queued.request))


def test_a_clip_on_its_way_is_fetched(before):
    [running] = [entry for entry in ww.tasks(everywhere=True) if entry.task_id == RUNNING]
    with closing(sqlite3.connect(before / "ledger.sqlite3")) as db:  # as if it were the same day
        db.execute("UPDATE orders SET created_at = ?", [time.time()])
        db.commit()
    simulator = Simulator(before / "simulator", clock=lambda: running.created_at + 600)
    client = ww.AsyncClient("simulator", transport=simulator.transport())

    video = ww.wait(RUNNING, provider=client)

    assert (video.width, video.height, video.duration) == (960, 960, 5.0)
    assert ledger().entry(RUNNING).state == "completed"
