"""What is written last is not always what is true: ends that stay, and orders that are placed once."""

import pytest

from shared.network import START
from shared.orders import an_entry
from wan_widgets.ledger.entry import Once
from wan_widgets.ledger.ledger import Ledger


@pytest.fixture
def ledger(tmp_path, clock):
    return Ledger(tmp_path / "ledger.sqlite3", clock=clock)


@pytest.mark.parametrize("state", ["sending", "queued", "in_progress", "unconfirmed"])
def test_what_is_ordered_once_is_not_added_beside_the_same_clip(state, ledger):
    first = an_entry(state=state)
    ledger.open(first)
    assert ledger.open(an_entry(), once=Once(START)).id == first.id
    assert ledger.open(an_entry(notebook="/films/b.ipynb"), once=Once(START)).id == first.id
    assert ledger.open(an_entry(recipe_key="other"), once=Once(START)) is None
    assert ledger.open(an_entry()) is None, "whoever does not say so buys"
    assert len(ledger.entries()) == 3


def test_of_what_has_ended_only_a_clip_of_that_time_counts(ledger):
    for state in ("failed", "cancelled", "refused"):
        ledger.open(an_entry(state=state))
    ledger.open(an_entry(state="completed", created_at=START - 1))
    assert ledger.open(an_entry(state="completed"), once=Once(START)) is None
    assert ledger.open(an_entry(), once=Once(START)).state == "completed"


def test_a_failure_of_that_time_counts_for_whoever_says_so(ledger):
    ledger.open(an_entry(state="failed", created_at=START - 1))
    assert ledger.open(an_entry(state="failed"), once=Once(START, with_failed=True)) is None
    assert ledger.open(an_entry(), once=Once(START, with_failed=True)).state == "failed"


CLIP = {"state": "completed", "path": "/films/a.mp4", "size": 1}


@pytest.mark.parametrize("late", ["in_progress", "failed", "cancelled", "unconfirmed", "refused", "completed"])
def test_a_clip_that_is_here_is_not_forgotten_for_what_somebody_says_later(late, ledger):
    order = an_entry()
    ledger.open(order)
    ledger.note(order.id, CLIP)
    assert ledger.note(order.id, {"state": late, "error_code": "expired", "video_url": None})
    kept = ledger.entry(order.id)
    assert (kept.state, kept.path, kept.error_code) == ("completed", "/films/a.mp4", None)
    ledger.note(order.id, CLIP | {"path": "/films/b.mp4"})
    assert ledger.entry(order.id).path == "/films/b.mp4"


@pytest.mark.parametrize("end", ["failed", "cancelled", "refused"])
def test_an_end_in_vain_can_only_turn_out_to_be_a_clip(end, ledger):
    order = an_entry()
    ledger.open(order)
    ledger.note(order.id, {"state": end, "error_message": "It was too dark."})
    for late in ("queued", "in_progress", "unconfirmed", "failed"):
        ledger.note(order.id, {"state": late, "error_message": None})
        assert (ledger.entry(order.id).state, ledger.entry(order.id).error_message) == (end, "It was too dark.")
    ledger.note(order.id, CLIP)
    assert ledger.entry(order.id).state == "completed"


def test_a_task_that_is_there_after_all_was_not_refused(ledger):
    order = an_entry()
    ledger.open(order)
    ledger.note(order.id, {"state": "refused"})
    ledger.note(order.id, {"state": "queued", "task_id": "video_1"})
    assert ledger.entry("video_1").state == "queued"


def test_a_note_on_an_order_that_is_not_there_says_so(ledger):
    assert not ledger.note("ww-none", {"state": "queued"})
