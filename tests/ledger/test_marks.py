"""What the user notes of orders: each mark for itself, whoever else marks the order at the same moment."""

import pytest

from ledger.racers import note
from shared.orders import an_entry
from shared.processes import PROCESSES, in_processes
from wan_widgets.ledger.ledger import Ledger, ledger
from wan_widgets.ledger.marking import mark, marks_of, with_marks
from wan_widgets.ledger.marks import Marks
from wan_widgets.ledger.marks import marks_of as read_marks
from wan_widgets.wan.errors import LedgerError


@pytest.fixture
def order():
    entry = an_entry(state="completed")
    ledger().open(entry)
    return entry.id


def test_what_is_not_named_stays(order):
    mark([order], star=True, rating=3.5)
    mark([order], note="for the trailer", tag=["cat"])
    mark([order], rating=None)
    assert marks_of([order]) == {order: Marks(star=True, note="for the trailer", tags=("cat",))}
    mark([order], star=False, note="")
    assert marks_of([order])[order] == Marks(tags=("cat",))


def test_tags_are_a_set(order):
    mark([order], tag=["  night   scene ", "cat", "cat", " ", "ёж"])
    mark([order], tag=["cat"], untag=["no such tag"])
    assert marks_of([order])[order].tags == ("cat", "night scene", "ёж")
    mark([order], tag="one word", untag=["cat", "ёж", "night scene"])
    assert marks_of([order])[order].tags == ("one word",)


def test_text_that_is_no_unicode_is_kept(order):
    mark([order], note="half \ud83d", tag=["\ud83d"])
    assert (marks_of([order])[order].note, marks_of([order])[order].tags) == ("half \ud83d", ("\ud83d",))


def test_orders_without_marks_and_names_of_none(order):
    mark(["nobody's"], star=True)
    assert marks_of([order, "nobody's"]) == {}
    assert list(with_marks([order, "nobody's"])) == [order]
    assert with_marks([order])[order][1] == Marks()


def test_more_orders_than_a_statement_takes(order):
    mark([order], star=True)
    assert marks_of([f"{number}" for number in range(2000)] + [order]) == {order: Marks(star=True)}


def test_a_ledger_that_cannot_be_written_says_so(order):
    path = ledger().path
    path.unlink()
    path.mkdir()
    with pytest.raises(LedgerError):
        mark([order], star=True)


def test_several_processes_mark_the_same_orders_and_lose_nothing(tmp_path):
    path, rounds = tmp_path / "ledger.sqlite3", 20
    with Ledger(path).transaction() as db:
        db.executemany("INSERT INTO tags VALUES (?, 'former')", [(f"{turn}",) for turn in range(rounds)])
    in_processes(note, path, rounds)
    tags = (*["all"], *[f"of {name}" for name in range(PROCESSES)])
    with Ledger(path).opened() as db:
        found = read_marks(db, [f"{turn}" for turn in range(rounds)])
    assert found == {f"{turn}": Marks(star=True, rating=4.0, note="good", tags=tags) for turn in range(rounds)}
