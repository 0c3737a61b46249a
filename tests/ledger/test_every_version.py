"""Files of every version are brought to this one, with orders that another program has written as well."""

import json
import sqlite3
from contextlib import closing

import pytest

import wan_widgets as ww
from ledger.test_version_before import BEFORE
from shared.orders import REQUEST, an_entry, rows
from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Query
from wan_widgets.ledger import schema
from wan_widgets.ledger.ledger import ledger
from wan_widgets.wan.recipes import to_recipe

RECIPES = {
    "good": json.dumps(to_recipe(REQUEST)),
    "a later version's": '{"version": 9, "mode": "x2v", "model": "wan9", "prompt": "ЁЖИК", "camera": "dolly"}',
    "cut short": '{"prompt": "A kit',
    "no object": "[1, 2]",
    "of other types": '{"prompt": 5, "model": ["x"], "mode": null, "seed": "7"}',
    "half a character": '{"prompt": "half \\ud83d of it"}',
    "no text": b"\xff\xfe\x00",
    "deep": "[" * 100_000,
}
COLUMNS = (
    "id, created_at, updated_at, place, notebook, provider, base_url, region, recipe, recipe_key, state, seconds, path"
)


SEARCHABLE = 5
"""The last version whose rows have no prompt that can be searched."""


def written_by(version):
    """A ledger as a version of the package left it."""
    path = ledger().path
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.create_function("in_recipe", 2, schema.in_recipe)
        early, late = schema._MIGRATIONS[: min(version, SEARCHABLE)], schema._MIGRATIONS[SEARCHABLE:version]
        for script in early:
            db.executescript(script)
        for number, (name, recipe) in enumerate(RECIPES.items()):
            row = [name, number, 1, "/films", "n", "toapis", "u", "", recipe, "k", "completed", 5, f"/films/{number}"]
            db.execute(f"INSERT INTO orders ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)
        for script in late:  # the first of them fills the columns that are searched
            db.executescript(script)
        db.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize("version", range(1, len(schema._MIGRATIONS)))
def test_orders_of_every_version_are_searched_and_what_is_broken_breaks_nothing(version):
    written_by(version)
    assert gallery.page(Query(where="everywhere")).total == len(RECIPES)
    [found] = gallery.page(Query(where="everywhere", search="ёжик")).items
    assert (found.id, found.prompt, found.model, found.width) == ("a later version's", "ЁЖИК", "wan9", None)
    assert [item.id for item in gallery.page(Query(where="everywhere", mode="t2v", search="KITTEN")).items] == ["good"]
    frame = ww.history(everywhere=True)
    assert frame.set_index("order_id").prompt["good"] == REQUEST.prompt
    assert int(frame.prompt.notna().sum()) == 3
    kept = {row["id"]: row["folded_prompt"] for row in rows(ledger().path)}
    assert (kept["good"], kept["cut short"], kept["of other types"]) == (REQUEST.prompt.casefold(), None, None)


def test_what_an_older_version_writes_into_a_file_of_this_one_is_found_too():
    """Its kernel still runs, and knows no column that came later."""
    ledger().open(an_entry(id="ours", state="completed"))
    with closing(sqlite3.connect(ledger().path, isolation_level=None)) as db:
        row = ["theirs", 1, 1, "/films", "n", "toapis", "u", "", '{"prompt": "An OWL", "model": "m"}', "k", "completed"]
        marks = ", ".join("?" * (len(row) + 2))
        db.execute(f"INSERT INTO orders ({COLUMNS}) VALUES ({marks})", [*row, 5, None])
    assert [item.id for item in gallery.page(Query(where="everywhere", search="owl", model="m")).items] == ["theirs"]
    assert gallery.choices(Query(where="everywhere"))["model"] == {"m": 1}


def test_the_ledger_of_the_version_before_is_a_frame(tmp_path, monkeypatch):
    copy = tmp_path / "ledger.sqlite3"
    copy.write_bytes((BEFORE / "ledger.sqlite3").read_bytes())
    monkeypatch.setenv("WAN_LEDGER", str(copy))
    frame = ww.history(everywhere=True)
    assert set(frame.prompt) == {entry.request.prompt for entry in ww.tasks(everywhere=True)}
    assert set(frame.status) == {entry.state for entry in ww.tasks(everywhere=True)}
