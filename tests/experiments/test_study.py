"""A sweep runs, is found again, stops where it should, and never buys a clip twice."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

import wan_widgets as ww
from experiments.shop import hurry
from shared.network import Service, error, task
from shared.orders import known
from wan_widgets.experiments.cells import CellState
from wan_widgets.experiments.study import Study
from wan_widgets.generation import jobs
from wan_widgets.ledger import order
from wan_widgets.ledger.ledger import ledger
from wan_widgets.pacing.timing import Timing
from wan_widgets.simulator import Script

ANIMALS = {"animal": ["fox", "owl"], "seed": [1, 2]}
LONG = 60.0


def ended(study, **start):
    study.start(**start)
    assert study.wait(LONG), study.counts
    return study


def states(study):
    return [str(cell.state) for cell in study.cells]


def selling(clip, *, orders=None, state=lambda: "completed"):
    """ToAPIs: each order is a task of its own, which is done at once, unless `orders` answers otherwise."""
    sold = []

    def answer(request):
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        name = request.url.path.rpartition("/")[2]
        if request.method == "POST":
            if refused := orders(request) if orders else None:
                return refused
            sold.append(f"video_{len(sold)}")
            return of_today("queued", sold[-1])
        return of_today(state(), name) if name in sold else error(404, "Unknown.")

    return Service(answer)


def of_today(status, name):
    """A task that was ordered now: the clock is the real one, and a task of last winter would have failed by now."""
    return task(status, id=name, created_at=int(time.time()))


def at(service):
    return service.client().__class__(
        "toapis", api_key="sk-0123456789", transport=service.transport, timing=Timing(sleep=hurry, random=lambda: 0.5)
    )


def posts(service):
    return service.methods.count("POST")


def test_a_sweep_buys_each_cell_once_and_finds_all_of_them_again(shop):
    heard = []
    first = shop.sweep("A {animal}", **ANIMALS)
    first.listener = heard.append
    ended(first)
    assert states(first) == ["completed"] * 4
    assert shop.bought == {(f"A {animal}", seed): 1 for animal in ("fox", "owl") for seed in (1, 2)}
    assert all(cell.video.path.is_file() and cell.video.seed == cell.place["seed"] for cell in first.cells)
    assert set(first.cells) < set(heard), "each cell was told of, and the whole"

    again = ended(shop.sweep("A {animal}", **ANIMALS))
    assert states(again) == ["completed"] * 4
    assert [cell.video.path for cell in again.cells] == [cell.video.path for cell in first.cells]
    assert all(cell.job is None for cell in again.cells), "no service was asked"
    assert shop.bought.total() == 4

    wider = ended(shop.sweep("A {animal}", animal=["owl", "fox"], seed=[1, 2, 3]))
    assert shop.bought.total() == 6
    assert wider.cells[0].video.path == first.cells[2].video.path


def test_a_sweep_that_is_made_again_knows_at_once_what_is_here(shop):
    ended(shop.sweep("A {animal}", **ANIMALS))
    again = shop.sweep("A {animal}", animal=["fox", "owl", "cat"], seed=[1, 2])
    assert again.counts == {CellState.COMPLETED: 4, CellState.WAITING: 2}
    assert [(video.prompt, video.seed) for video in again.videos] == [
        ("A fox", 1), ("A fox", 2), ("A owl", 1), ("A owl", 2)
    ]  # fmt: skip
    ended(shop.sweep("A cat", seed=[1, 2]))  # another kernel may buy the clips in the same way
    assert list(again.to_pandas()["status"]) == ["completed"] * 6
    assert len(again.videos) == 6


def test_a_sweep_is_a_sequence_of_its_cells_some_of_which_are_chosen_by_their_values(shop):
    study = shop.sweep("A {animal}", **ANIMALS)
    assert list(study) == list(study.cells)
    assert (study[0], study[-1], study[1:3]) == (study.cells[0], study.cells[-1], study.cells[1:3])
    assert study.where(animal="owl") == list(study.cells[2:])
    assert study.where(animal="owl", seed=1) == [study.cells[2]]
    assert study.where() == list(study.cells)
    assert repr(study[2]) == "<Cell 2: owl, seed 1, waiting>"
    with pytest.raises(ww.Misuse, match=r"anmal is not varied in this sweep.*Did you mean animal="):
        study.where(anmal="owl")
    with pytest.raises(ww.InvalidRequest, match=r"'cat' is no value of animal.*'fox', 'owl'"):
        study.where(animal="cat")


def test_a_plan_needs_no_key_and_without_one_nothing_is_sent(monkeypatch):
    for name in ("WAN_API_KEY", *ww.providers.PROVIDERS["dashscope"].key_variables):
        monkeypatch.delenv(name, raising=False)
    study = Study("A fox", seed=[1, 2], provider="dashscope")
    assert study.plan().costs.is_known
    ended(study)
    assert "needs a key" in str(study.why_paused)
    assert study.counts == {CellState.WAITING: 2}
    assert not ledger().path.exists(), "nothing was ordered"


def test_what_failed_is_bought_again_by_true_alone(shop):
    study = shop.sweep("A fox", seed=[1, 2])
    with pytest.raises(ww.InvalidRequest, match=r"retry: .* is neither on nor off"):
        study.start(retry=[study.cells[0]])
    assert not study.is_running
    assert not shop.bought


def test_a_clip_of_generate_is_a_cell_and_the_other_way_round(clip, outputs):
    service = selling(clip)
    client = at(service)
    video = ww.generate("A fox", seed=1, provider=client)
    study = ended(Study("A {animal}", **ANIMALS, provider=client))
    assert study.cells[0].video.path == video.path
    assert ww.generate("A owl", seed=2, provider=client).path == study.cells[3].video.path
    assert posts(service) == 4


def test_a_failure_is_a_row_and_is_bought_again_only_if_one_says_so(shop):
    study = ended(shop.sweep(prompt=["FAIL a fox", "REJECT a fox", "A fox"]))
    failed, refused, completed = study.cells
    assert states(study) == ["failed", "refused", "completed"]
    assert isinstance(failed.error, ww.TaskFailed)
    assert isinstance(refused.error, ww.ContentRejected)
    assert completed.error is None
    assert study.counts == {CellState.FAILED: 1, CellState.REFUSED: 1, CellState.COMPLETED: 1}

    for same in (study, shop.sweep(prompt=["FAIL a fox", "REJECT a fox", "A fox"])):
        ended(same)
        assert states(same) == ["failed", "refused", "completed"]
        assert isinstance(same.cells[0].error, ww.TaskFailed), "also as the ledger has it"
        assert shop.bought == {("FAIL a fox", 1): 1, ("A fox", 1): 1}
    ended(same, retry=True)
    assert shop.bought == {("FAIL a fox", 1): 2, ("A fox", 1): 1}
    assert states(same) == ["failed", "refused", "completed"]


def test_a_clip_whose_file_is_gone_is_fetched_again_and_not_bought(shop):
    study = ended(shop.sweep("A fox", seed=[1, 2]))
    study.cells[0].video.path.unlink()
    again = shop.sweep("A fox", seed=[1, 2])
    assert (again.plan().completed, again.plan().at_service, again.plan().to_buy) == (1, 1, 0)
    ended(again)
    assert states(again) == ["completed", "completed"]
    assert shop.bought.total() == 2


def test_no_more_run_at_once_than_one_says(clip, outputs):
    most = []
    study = Study("A fox", seed=range(9), at_once=3, provider=at(selling(clip)))
    study.listener = lambda _: most.append(study.counts[CellState.RUNNING])
    ended(study)
    assert max(most) == 3
    assert states(study) == ["completed"] * 9


def test_no_more_run_at_once_than_the_service_takes(clip, outputs, monkeypatch):
    most = []
    client = at(selling(clip))
    offer = client.provider.offer("wan2.6", ww.Mode.TEXT)
    monkeypatch.setattr(client.provider, "offers", {"wan2.6": {ww.Mode.TEXT: replace(offer, max_running=2)}})
    study = Study("A fox", seed=range(6), at_once=4, provider=client)
    study.listener = lambda _: most.append(study.counts[CellState.RUNNING])
    ended(study)
    assert max(most) == 2
    assert states(study) == ["completed"] * 6


def test_a_pause_lets_the_ordered_ones_arrive_and_orders_nothing_new(clip, outputs):
    service = selling(clip)
    study = Study("A fox", seed=range(6), at_once=2, provider=at(service))
    study.listener = lambda cell: study.pause() if cell is not None and cell.is_bought else None
    ended(study)
    study.listener = lambda _: None
    assert study.is_paused
    assert not study.why_paused
    assert study.counts == {CellState.COMPLETED: 2, CellState.WAITING: 4}
    assert posts(service) == 2
    study.go_on()
    assert study.wait(LONG)
    assert states(study) == ["completed"] * 6
    assert posts(service) == 6


def until(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("how", ["shown", "shown after a pause", "started"])
def test_a_sweep_that_is_made_again_while_it_runs_goes_on_in_the_new_one(clip, outputs, how):
    """So it is when the cell of a notebook is run again. One of them orders, and has the buttons."""
    held = ["in_progress"]
    service = selling(clip, state=lambda: held[-1])
    client = at(service)
    first, again = (Study("A fox", seed=range(5), at_once=2, provider=client) for _ in range(2))
    first.start()
    until(lambda: sum(cell.state is CellState.RUNNING and cell.is_bought for cell in first.cells) == 2)
    if how == "shown after a pause":
        first.pause()
    again.start() if how == "started" else again.take_over()
    until(lambda: first.is_handed_over and not first.is_running)
    assert again.is_running
    assert again.has_taken_over
    assert again.is_paused is (how == "shown after a pause")
    assert again.counts == {CellState.RUNNING: 2, CellState.WAITING: 3}
    assert first.counts == {CellState.UNFINISHED: 2, CellState.WAITING: 3}
    held.append("completed")
    if again.is_paused:
        assert again.wait(LONG)
        assert posts(service) == 2
        again.go_on()
    assert again.wait(LONG)
    assert states(again) == ["completed"] * 5
    assert posts(service) == 5
    assert ended(first).counts == {CellState.COMPLETED: 5}
    assert posts(service) == 5


@pytest.mark.parametrize("values", [{"seed": range(4)}, {"seed": [1, 2]}], ids=["other clips", "fewer clips"])
def test_a_sweep_of_other_clips_takes_nothing_over(clip, outputs, values):
    service = selling(clip, state=lambda: held[-1])
    held = ["in_progress"]
    first, other = (Study("A fox", provider=at(service), **given) for given in ({"seed": [1, 2, 3]}, values))
    first.start()
    until(lambda: posts(service) == 3)
    other.take_over()
    held.append("completed")
    assert first.wait(LONG)
    assert not any((first.is_handed_over, other.has_taken_over, other.is_running))
    assert posts(service) == 3


def test_a_sweep_that_is_made_again_at_any_moment_is_bought_once(clip, outputs):
    for number in range(8):
        service = selling(clip)
        client = at(service)
        sweeps = [Study(f"A fox {number}", seed=range(3), at_once=1, provider=client) for _ in range(3)]
        sweeps[0].start()
        for each in sweeps[1:]:
            time.sleep(number * 0.004)
            each.take_over()
        assert all(each.wait(LONG) for each in (*sweeps, *sweeps))
        until(lambda each=sweeps: any(states(one) == ["completed"] * 3 for one in each))
        assert posts(service) == 3


def test_cancel_withdraws_what_is_not_ordered_and_cancels_the_rest(shop):
    shop.simulator.script(*[Script(queued=30, running=30)] * 2)
    study = shop.sweep("A fox", seed=range(3), at_once=2)
    seen = threading.Event()
    study.listener = lambda _: (
        seen.set() if sum(bool(cell.job and cell.job.step.task) for cell in study.cells) == 2 else None
    )
    study.start()
    assert seen.wait(LONG)
    study.cancel()
    assert study.wait(LONG)
    assert states(study) == ["cancelled"] * 3
    assert [entry.state for entry in ledger().entries()] == ["cancelled"] * 2
    ended(study)
    assert states(study) == ["completed"] * 3
    assert max(shop.bought.values()) == 2, "a start orders again what was cancelled"


def test_cancel_right_after_start_buys_nothing(shop):
    study = shop.sweep("A fox", seed=range(6))
    study.start()
    study.cancel()
    assert study.wait(LONG)
    assert not study.counts[CellState.COMPLETED]
    assert not shop.bought


def test_a_listener_that_fails_ends_nothing(shop, caplog):
    study = shop.sweep("A fox", seed=[1])
    study.listener = lambda _: 1 / 0
    ended(study)
    assert states(study) == ["completed"]
    assert "a listener of a sweep failed" in caplog.text


STOPS = {
    "key": (error(401, "Wrong key."), "Wrong key"),
    "balance": (error(402, "No money."), "No money"),
    "address": (error(404, "No such route."), "No such route"),
    "too many": (error(429, "Too many."), "Too many"),
}


@pytest.mark.parametrize(("reply", "said"), STOPS.values(), ids=STOPS)
def test_what_each_order_would_meet_stops_the_sweep_and_is_said_once(clip, outputs, reply, said):
    answers = [reply]
    service = selling(
        clip, orders=lambda _: httpx.Response(answers[0].status_code, content=answers[0].content) if answers else None
    )
    study = ended(Study("A fox", seed=range(20), provider=at(service), at_once=2))
    assert study.is_paused
    assert said in str(study.why_paused)
    assert study.counts == {CellState.WAITING: 20}
    assert all(cell.error is None for cell in study.cells)
    assert posts(service) == 2
    answers.clear()
    study.go_on()
    assert study.wait(LONG)
    assert states(study) == ["completed"] * 20
    assert not study.is_paused


def test_an_end_counts_when_it_is_settled_and_not_when_it_is_told(clip, outputs):
    service = selling(clip, orders=lambda _: error(402, "No money."))
    study = Study("A fox", seed=range(3), provider=at(service), at_once=1)
    study.listener = lambda cell: study._poke() if cell and cell.state is CellState.REFUSED else None
    ended(study)
    assert posts(service) == 1
    assert study.counts == {CellState.WAITING: 3}


def test_a_used_up_budget_stops_ordering(clip, outputs):
    ww.set_budget(ww.Budget(clips=3))
    service = selling(clip)
    study = Study("A fox", seed=range(20), provider=at(service), at_once=2)
    assert (study.plan().allowed, study.plan().budgets[0].covers) == (3, 3)
    ended(study)
    assert "3 of 3 clips are used" in str(study.why_paused)
    assert study.counts == {CellState.COMPLETED: 3, CellState.WAITING: 17}
    assert posts(service) == 3
    ww.set_budget(ww.Budget(clips=5))
    study.go_on()
    assert study.wait(LONG)
    assert study.counts == {CellState.COMPLETED: 5, CellState.WAITING: 15}


def test_a_refused_prompt_is_a_row_and_stops_nobody(clip, outputs):
    service = selling(
        clip,
        orders=lambda request: error(422, "Not this.") if b'seed":1,' in request.content.replace(b" ", b"") else None,
    )
    study = ended(Study("A fox", seed=range(4), provider=at(service)))
    assert sorted(states(study)) == ["completed"] * 3 + ["refused"]
    assert not study.is_paused


def test_an_order_without_an_answer_is_a_row_and_is_never_blindly_bought_again(clip, outputs):
    lost = iter([True])
    service = selling(clip, orders=lambda _: error(502, "Bad gateway.") if next(lost, False) else None)
    for _ in range(2):
        study = ended(Study("A fox", seed=range(3), provider=at(service), at_once=1))
        assert states(study) == ["unconfirmed", "completed", "completed"]
        assert isinstance(study.cells[0].error, ww.Unconfirmed)
        assert study.cells[0].error.ledger_id == study.cells[0].order_id
        assert posts(service) == 3
    ww.dismiss(study.cells[0].order_id)
    ended(study)
    assert states(study) == ["completed"] * 3
    assert posts(service) == 4


def test_a_service_that_is_down_does_not_make_all_cells_unconfirmed(clip, outputs):
    service = selling(clip, orders=lambda _: error(502, "Bad gateway."))
    study = ended(Study("A fox", seed=range(20), provider=at(service), at_once=1))
    assert study.counts == {CellState.UNCONFIRMED: 3, CellState.WAITING: 17}
    assert "3 orders in a row" in str(study.why_paused)
    well = selling(clip)
    ended(again := Study("A fox", seed=range(20), provider=at(well), at_once=1))
    assert again.counts == {CellState.UNCONFIRMED: 3, CellState.COMPLETED: 17}, "what was lost before stops nothing now"


def test_what_cannot_be_cancelled_is_not_followed_and_is_taken_up_later(clip, outputs):
    is_done = []
    service = selling(clip, state=lambda: "completed" if is_done else "queued")
    seen = threading.Event()
    study = Study("A fox", seed=range(3), provider=at(service), at_once=2)
    study.listener = lambda _: (
        seen.set() if sum(bool(cell.job and cell.job.step.task) for cell in study.cells) == 2 else None
    )
    study.start()
    assert seen.wait(LONG)
    study.cancel()
    assert study.wait(LONG)
    assert states(study) == ["unfinished", "unfinished", "cancelled"]
    is_done.append(True)
    ended(study)
    assert states(study) == ["completed"] * 3
    assert posts(service) == 3


def test_what_was_spent_is_added_up_by_currency(clip, outputs):
    prices = ww.PriceList(
        currency="CNY", per_second={("1080p", True): Decimal("0.5")}, source="mine", date="2026-11-01"
    )
    ww.set_price("toapis", "wan2.6", prices)
    study = ended(Study("A fox", seed=range(3), provider=at(selling(clip))))
    assert study.spent == {"CNY": ww.Money(Decimal("7.5"), "CNY")}
    assert Study("A fox", seed=range(3), provider=at(selling(clip))).spent == study.spent, "whoever has bought them"


def test_an_unreadable_ledger_stops_it_before_anything_is_bought(shop, monkeypatch, tmp_path):
    path = tmp_path / "broken.sqlite3"
    path.write_text("no ledger" * 1000)
    monkeypatch.setenv("WAN_LEDGER", str(path))
    study = ended(shop.sweep("A fox", seed=[1, 2]))
    assert "cannot be read" in str(study.why_paused)
    assert not shop.bought


def test_while_others_write_into_the_ledger_no_cell_is_bought_that_they_may_have(clip, outputs, monkeypatch):
    monkeypatch.setattr(order, "LONG_PATIENCE", 0.05)
    service = selling(clip)
    known()
    study = Study("A fox", seed=[1, 2], provider=at(service))
    with closing(sqlite3.connect(ledger().path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended(study)
    assert states(study) == ["waiting", "waiting"]
    assert "locked" in str(study.why_paused)
    assert posts(service) == 0
    study.go_on()
    assert study.wait(LONG)
    assert states(study) == ["completed", "completed"]


def test_a_clock_that_is_put_back_makes_nobody_buy_twice(clip, outputs, monkeypatch):
    service = selling(clip)
    first, second = (Study("A fox", seed=7, provider=at(service)) for _ in range(2))
    look = first._look

    async def long_ago(**how):
        now = time.time()
        with monkeypatch.context() as patched:
            patched.setattr(jobs.time, "time", lambda: now + 3600)
            await look(**how)
        ended_elsewhere.start()
        await asyncio.to_thread(ended_elsewhere.join)

    ended_elsewhere = threading.Thread(target=lambda: ww.generate("A fox", seed=7, provider=at(service)))
    first._look = long_ago
    ended(first)
    ended(second)
    assert states(first) == states(second) == ["completed"]
    assert posts(service) == 1


def test_a_start_that_comes_while_another_ends_is_not_lost(shop):
    study = shop.sweep("A fox", seed=[1])
    for _ in range(50):
        study.start()
    assert study.wait(LONG)
    assert states(study) == ["completed"]
    assert shop.bought.total() == 1
    assert study.remaining is not None or study.counts[CellState.COMPLETED] == 1


def test_the_worker_never_waits_for_itself(shop):
    from wan_widgets.generation import worker

    study = shop.sweep("A fox", seed=[1])

    async def waits():
        with pytest.raises(RuntimeError):
            study.wait()

    worker.submit(waits()).result()


def test_many_cells_are_made_and_looked_up_in_moments(shop):
    begun = time.process_time()
    study = shop.sweep("A {n}", n=range(500), seed=[1, 2])
    plan = study.plan()
    assert (plan.cells, plan.to_buy) == (1000, 1000)
    assert time.process_time() - begun < 5
    assert Path(study.cells[0].client.base_url).name
