"""The grid of a sweep without a browser: its layout, its buttons, its cards, what it keeps."""

import itertools
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

import wan_widgets as ww
from experiments.shop import Shop, hurry
from experiments.test_study import at, posts, selling
from shared.network import error
from wan_widgets.experiments.cells import CellState
from wan_widgets.files import here
from wan_widgets.generation import worker
from wan_widgets.ledger.ledger import ledger
from wan_widgets.simulator import Script
from wan_widgets.widgets.sweep_figures import whole_of
from wan_widgets.widgets.sweep_head import head_of
from widgets.messages import say

LONG = 60.0


@pytest.fixture
def usual_fps() -> int:
    """Nobody looks at these clips."""
    return 1


@pytest.fixture
def shop(tmp_path, outputs) -> Shop:
    return Shop(tmp_path / "simulator")


def sweep_at(shop, *request, **values):
    return ww.Sweep(*request, **{"provider": shop.client, "resolution": "720p"} | values)


def until(condition):
    """Wait for what the worker is about to show."""
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def phases(view):
    return [tile["phase"] for tile in view._tiles]


def act(view, **content):
    """Let the worker act on a message, and wait until it has."""
    worker.call(view._act, content)
    worker.submit(hurry(0)).result(LONG)


@pytest.mark.parametrize(
    ("lengths", "shape"),
    [
        ([], (1, 0, 1)),
        ([5], (1, 0, 5)),
        ([3, 4], (1, 3, 4)),
        ([1, 4, 1], (1, 0, 4)),
        ([2, 3, 4], (2, 3, 4)),
        ([2, 1, 3, 2, 4], (6, 2, 4)),
        ([2, 20], (1, 20, 2)),
        ([20, 2], (1, 20, 2)),
        ([2, 2, 20], (2, 20, 2)),
    ],
)
def test_each_cell_has_one_place_in_the_grid(lengths, shape):
    names = [f"p{number}" for number in range(len(lengths))]
    values = {name: [f"{name} {step}" for step in range(length)] for name, length in zip(names, lengths, strict=True)}
    prompt = " ".join(["A kitten", *(f"{{{name}}}" for name in names)])
    study = ww.Sweep(prompt, provider="simulator", **values)
    head = head_of(study)
    assert (len(head["groups"]), len(head["rows"]), len(head["columns"])) == shape
    rows, columns = range(max(1, len(head["rows"]))), range(len(head["columns"]))
    found = {}
    for group, row, column in itertools.product(head["groups"], rows, columns):
        number = group["first"] + row * head["row_step"] + column * head["column_step"]
        label = [group["label"], *(head["rows"][row] if head["rows"] else ()), *head["columns"][column]]
        found[number] = " ".join(label)
    assert sorted(found) == list(range(len(study)))
    for number, said in found.items():
        place = study.cells[number].place
        assert all(value in said for name, value in place.items() if len(values[name]) > 1)


def test_labels_tell_the_value_apart_and_what_is_shared_is_said_once():
    study = ww.Sweep("A {animal}", animal=["fox", "owl"], seed=[1, 2], duration=[5], provider="simulator")
    head = head_of(study)
    assert head["rows"] == [("", "fox", ""), ("", "owl", "")]
    assert head["columns"] == [("seed ", "1", ""), ("seed ", "2", "")]
    assert head["prompt"] == "A {animal}"
    assert "5 s" in head["facts"]
    assert head["services"] == ["Simulator · wan2.6"]


def test_an_order_that_nobody_follows_has_not_ended():
    study = ww.Sweep("A kitten", seed=[1, 2, 3], provider="simulator")
    study[0].state, study[1].state = CellState.UNFINISHED, CellState.COMPLETED
    whole = whole_of(study, [], {}, turn=0)
    assert (whole["ended"], whole["said"]) == (1, "1 of 3 · 1 not followed")


def test_nothing_is_bought_before_a_press_and_a_double_press_is_one(shop):
    study = sweep_at(shop, "A {animal}", animal=["fox", "owl"], seed=[1, 2])
    view = study.view
    assert phases(view) == ["planned"] * 4
    assert shop.bought.total() == 0
    assert [action["kind"] for action in view._whole["actions"]] == ["start"]
    for _ in range(2):
        say(view, kind="start", turn=0)
    until(lambda: phases(view) == ["completed"] * 4)
    assert study.wait(LONG)
    assert set(shop.bought.values()) == {1}
    until(lambda: view._whole["said"] == "4 of 4" and not view._whole["actions"])

    again = sweep_at(shop, "A {animal}", animal=["fox", "owl"], seed=[1, 2]).view
    assert phases(again) == ["completed"] * 4, "it is shown at once"
    assert again._whole["figures"][0]["note"] == "4 here already"


def test_a_refusal_stays_in_its_place_when_the_sweep_is_shown_after_its_run(clip, outputs):
    service = selling(clip, orders=lambda request: error(422, "Not this.") if b"owl" in request.content else None)
    study = ww.Sweep("A {animal}", animal=["fox", "owl", "cat"], seed=7, provider=at(service)).run()
    view = study.view
    assert phases(view) == ["completed", "refused", "completed"]
    assert "Not this" in view._tiles[1]["message"]
    assert view._tiles[1]["billing"] == "nothing"
    assert [action["kind"] for action in view._whole["actions"]] == ["rest"]
    view.renew()
    until(lambda: not view._spawned)
    assert phases(view)[1] == "refused"


def test_the_card_of_a_cell_is_sent_only_when_it_is_opened(shop):
    study = sweep_at(shop, "A {animal}", animal=["fox", "FAIL"], seed=[1, 2]).run()
    view = study.view
    assert view._cards == []
    act(view, kind="open", key="3")
    [card] = view._cards
    assert (card["key"], card["prompt"], card["again"]) == ("3", "A FAIL", [])
    for _ in range(3):
        for number in range(4):
            act(view, kind="open", key=str(number))
    assert [card["key"] for card in sorted(view._cards, key=lambda card: card["key"])] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("key", ["4", "-1", "1e3", "²", "", None, 0])
def test_a_cell_that_is_none_is_not_opened(shop, key):
    view = sweep_at(shop, "A fox", seed=range(4)).view
    act(view, kind="open", key=key)
    assert view._cards == []


def contract(price):
    prices = {("720p", True): Decimal(price)}
    return ww.PriceList(currency="CNY", per_second=prices, source="my contract", date="2026-11-01")


def a_price_in_a_file(tmp_path):
    """Nobody is told of that."""
    (tmp_path / "prices.toml").write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 6.00\n')


def a_clip_that_is_lost(_tmp_path):
    """Services have forgotten it."""
    [order, *_] = [entry for entry in ledger().entries() if entry.path]
    Path(order.path).unlink()
    with ledger().transaction() as db:
        db.execute("UPDATE orders SET created_at = created_at - 200000 WHERE id = ?", [order.id])


def test_a_price_that_is_set_in_code_is_shown_at_once(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-0123456789")
    ww.set_price("toapis", "wan2.6", contract("0.60"))
    view = ww.Sweep("A fox", provider="toapis", resolution="720p").view
    assert view._whole["actions"][0]["price"] == "CN¥3.00"
    ww.set_price("toapis", "wan2.6", contract("6.00"))
    until(lambda: view._whole["actions"][0]["price"] == view._whole["figures"][2]["value"] == "CN¥30.00")


@pytest.mark.parametrize(("change", "clips"), [(a_price_in_a_file, 1), (a_clip_that_is_lost, 2)])
def test_a_button_never_costs_more_than_it_says(change, clips, clip, outputs, monkeypatch, tmp_path):
    refused = iter([error(422, "Not this.")])
    service = selling(clip, orders=lambda request: next(refused, None) if b"owl" in request.content else None)
    (tmp_path / "prices.toml").write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.60\n')
    monkeypatch.setenv("WAN_PRICES", str(tmp_path / "prices.toml"))
    study = ww.Sweep("A {animal}", animal=["fox", "owl"], seed=7, provider=at(service), resolution="720p").run()
    view = study.view
    [rest] = view._whole["actions"]
    assert rest["price"] == "CN¥3.00"
    before = posts(service)
    change(tmp_path)
    worker.call(view._act, {"kind": "rest", "turn": 0})
    until(lambda: "costs more" in view._whole["trouble"])
    assert posts(service) == before
    [now] = view._whole["actions"]
    assert now["price"] != rest["price"]
    worker.call(view._act, {"kind": now["kind"], "turn": 1})
    until(lambda: set(phases(view)) == {"completed"})
    assert posts(service) == before + clips


def test_what_failed_before_is_tried_again_only_by_its_own_button(shop):
    first = sweep_at(shop, "FAIL {animal}", animal=["fox", "owl"], seed=1).run()
    assert first.counts == {CellState.FAILED: 2}
    view = sweep_at(shop, "FAIL {animal}", animal=["fox", "owl"], seed=1).view
    assert phases(view) == ["failed"] * 2
    assert view._tiles[0]["message"]
    assert [action["kind"] for action in view._whole["actions"]] == ["retry"]
    act(view, kind="start", turn=0)
    assert view._study.wait(LONG)
    assert shop.bought.total() == 2
    act(view, kind="retry", turn=1)
    until(lambda: shop.bought.total() == 4)
    assert view._study.wait(LONG)


def test_an_order_without_an_answer_is_checked_from_its_card_and_never_bought_twice(clip, outputs):
    is_silent = [True]
    service = selling(clip, orders=lambda _: error(502, "Bad gateway") if is_silent else None)
    study = ww.Sweep("A fox", seed=[1, 2], provider=at(service), at_once=1).run()
    states = [str(cell.state) for cell in study.cells]
    assert "unconfirmed" in states, states
    view = study.view
    number = states.index("unconfirmed")
    act(view, kind="open", key=str(number))
    assert view._cards[0]["phase"] == "unconfirmed"
    count = posts(service)
    act(view, kind="dismiss", key=str(number))
    until(lambda: phases(view)[number] == "cancelled")
    assert posts(service) == count
    is_silent.clear()
    study.run()
    assert study.counts == {CellState.COMPLETED: 1, CellState.UNCONFIRMED: 1}


def test_its_clips_are_told_of_and_its_state_that_is_saved_is_small(shop):
    heard = []
    study = sweep_at(shop, "A fox", seed=range(5))
    study.view.on_video(heard.append)
    study.run()
    until(lambda: len(heard) == 5)
    view = study.view
    assert view is study.view
    for cell in study.cells:
        assert worker.submit(view._poster(cell)).result(LONG)
    record = view._record()
    assert len(record["text/html"]) < 5 * 20_000
    assert record["text/html"].count("<img") == 5
    assert record["text/plain"].splitlines()[0] == "5 clips: 5 × seed"


def shown_in(monkeypatch, cell, run, *sweeps):
    """Show sweeps as a run of a cell does."""
    monkeypatch.setattr(here, "cell", lambda: (cell, run))
    for each in sweeps:
        each._ipython_display_()


SLOW = Script(queued=0, running=6000)


def started(sweep):
    """Press the button, and wait for the first task to run."""
    say(sweep.view, kind="start", turn=0)
    until(lambda: phases(sweep.view)[0] == "in_progress")


def cancelled(*sweeps):
    for each in sweeps:
        each.cancel()
        assert each.wait(LONG)


def test_a_sweep_that_is_shown_again_while_it_runs_goes_on_there(shop):
    shop.simulator.script(SLOW)
    first, again = (sweep_at(shop, "A fox", seed=[1, 2, 3], at_once=1) for _ in range(2))
    started(first)
    view = again.view
    until(lambda: phases(view) == ["in_progress", "planned", "planned"])
    until(lambda: view._whole["remark"].startswith("This sweep was running already"))
    assert [action["kind"] for action in view._whole["actions"]] == ["pause", "cancel-all"]
    until(lambda: first.view._whole["remark"] == "The same sweep was made again: it goes on there.")
    until(lambda: phases(first.view) == ["stopped", "planned", "planned"])
    say(view, kind="cancel-all", turn=0)
    assert again.wait(LONG)
    until(lambda: phases(view) == ["cancelled"] * 3 and not view._whole["remark"])
    assert shop.bought.total() == 1


def test_a_sweep_whose_cell_shows_another_one_can_be_paused_there(shop, monkeypatch, capsys):
    shop.simulator.script(SLOW, SLOW)
    first, other, elsewhere = (
        sweep_at(shop, f"A {animal}", seed=[1, 2, 3], at_once=1) for animal in ("fox", "owl", "hen")
    )
    shown_in(monkeypatch, "a", "1", first, elsewhere)
    shown_in(monkeypatch, "b", "2", elsewhere)
    started(first)
    started(elsewhere)
    shown_in(monkeypatch, "a", "3", other)
    until(lambda: other.view._whole["remark"] == "The sweep that this cell showed before still orders clips: 0 of 3.")
    assert [action["kind"] for action in other.view._whole["actions"]] == ["start", "pause-former"]
    say(other.view, kind="pause-former", turn=0)
    until(lambda: first.is_paused and not other.view._whole["remark"])
    assert not elsewhere.is_paused
    assert [action["kind"] for action in other.view._whole["actions"]] == ["start"]
    cancelled(first, elsewhere)
    assert shop.bought.total() == 2


def test_the_record_says_by_which_button_it_goes_on(shop):
    def foot(*prompts, **start):
        study = sweep_at(shop, prompt=list(prompts), seed=1)
        if start:
            study.start(**start)
            assert study.wait(LONG)
        return study.view._record()["text/plain"].splitlines()[1:-2]

    assert foot("A fox", "A hen")[-1].endswith("press “Start”: nothing is bought twice.")
    assert foot("A fox", "A owl", retry=False) == ["2 of 2"]
    assert foot("A fox", "A hen")[-1].endswith("press “Start the rest”: nothing is bought twice.")
    failed = foot("A fox", "FAIL a fox", retry=False)
    assert failed[-2:] == [
        "1 of 2 · 1 failed",
        "To try again what failed, run this cell again and press “Try the failed ones again”.",
    ]


def test_its_value_in_marimo_has_every_clip_that_is_here(shop):
    study = sweep_at(shop, "{what}", what=["A fox", "FAIL an owl", "A hen"], seed=1).run()
    assert [clip["prompt"] for clip in study.view._public_value()["clips"]] == ["A fox", "A hen"]


def test_a_script_needs_no_jupyter(tmp_path):
    script = "import sys, wan_widgets as ww; print(repr(ww.Sweep('A fox', seed=range(3))), 'ipywidgets' in sys.modules)"
    settings = os.environ | {"WAN_LEDGER": str(tmp_path / "ledger.sqlite3")}
    run = subprocess.run([sys.executable, "-c", script], env=settings, capture_output=True, text=True, check=True)
    assert run.stdout == "<Sweep: 3 clips: 3 × seed> False\n"
