"""The table: one row a cell, one column for each parameter and each fact."""

import subprocess
import sys
from decimal import Decimal

import pandas as pd
import pytest

import wan_widgets as ww
from experiments.test_study import LONG, at, ended, selling
from shared.network import error
from wan_widgets.experiments.export import export_vbench
from wan_widgets.experiments.study import Study
from wan_widgets.ledger.ledger import ledger


@pytest.fixture
def table(clip, outputs):
    prices = ww.PriceList(currency="CNY", per_second={("1080p", True): Decimal("0.5")}, source="mine", date="2026")
    ww.set_price("toapis", "wan2.6", prices)
    service = selling(clip, orders=lambda request: error(422, "Not this.") if b"owl" in request.content else None)
    study = Study("A {animal}", animal=["fox", "owl"], seed=[1, 2], baseline={"seed": 1}, provider=at(service))
    return ended(study).to_pandas()


def test_a_row_is_a_cell(table, outputs):
    assert list(table["animal"]) == ["fox", "fox", "owl", "owl"]
    assert list(table["seed"]) == [1, 2, 1, 2]
    assert list(table["prompt"]) == ["A fox", "A fox", "A owl", "A owl"]
    assert list(table["is_baseline"]) == [True, False, True, False]
    assert list(table["status"]) == ["completed", "completed", "refused", "refused"]
    fox, owl = table.iloc[0], table.iloc[2]
    assert (fox["provider"], fox["model"], fox["mode"], fox["resolution"]) == ("toapis", "wan2.6", "t2v", "1080p")
    assert (fox["price"], fox["currency"]) == (2.5, "CNY")
    assert (fox["width"], fox["height"], fox["duration"], fox["seconds"]) == (64, 48, 5, 1.0)
    assert fox["path"].endswith("a-fox-1.mp4")
    entry = ledger().entry(fox["order_id"])
    assert (fox["task_id"], fox["sha256"], fox["size"]) == (entry.task_id, entry.sha256, entry.size)
    assert fox["error"] is None or pd.isna(fox["error"])
    assert "Not this" in owl["error"]
    assert pd.isna(owl["path"])
    assert pd.isna(owl["price"])


def test_times_are_times_with_their_zone(table):
    assert str(table["ordered"].dtype) == str(table["finished"].dtype)
    assert str(table["ordered"].dt.tz) == "UTC"
    assert (table["finished"][:2] >= table["ordered"][:2]).all()
    assert table["finished"][2:].isna().all()


def test_it_is_ready_for_pandas(table):
    rates = table.assign(is_there=table["status"] == "completed").groupby("animal")["is_there"].mean()
    assert dict(rates) == {"fox": 1.0, "owl": 0.0}


def test_its_numbers_are_numbers_before_there_are_any_and_the_clips_are_checked_on_demand(clip, outputs):
    study = Study("A fox", seed=[1, 2], provider=at(selling(clip)))
    numbers = ["took", "price", "width", "seconds", "rating", "check_motion", "check_cuts"]
    assert {str(study.to_pandas()[name].dtype) for name in numbers} == {"float64"}
    checked = ended(study).to_pandas(check=True)
    assert checked["check_motion"].notna().all()
    assert checked["check_findings"].notna().all()
    assert len(list((export_vbench(study, outputs.parent / "judge") / "videos").iterdir())) == 2


def test_before_anything_is_ordered_it_has_the_parameters(clip, outputs):
    study = Study("A {n}", n=[1, 2], extra={"field": 1}, provider=at(selling(clip)))
    table = study.to_pandas()
    assert list(table["status"]) == ["waiting"] * 2
    assert table["ordered"].isna().all()
    assert list(table["extra"]) == ['{"field": 1}'] * 2
    assert study.wait(LONG)


def test_an_image_is_told_by_its_path(tmp_path, clip, monkeypatch):
    from files.test_files import picture

    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat.png").write_bytes(picture())
    study = Study("A fox", image=["cat.png", "https://example.com/a.jpg"], provider="simulator", resolution="720p")
    assert list(study.to_pandas()["image"]) == ["cat.png", "https://example.com/a.jpg"]


def test_without_pandas_it_says_what_to_install():
    code = """
import sys
sys.modules["pandas"] = None
from wan_widgets.experiments.study import Study
try:
    Study("A fox").to_pandas()
except Exception as error:
    print(type(error).__name__, error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("ConfigurationError")
    assert "pip install pandas" in said
