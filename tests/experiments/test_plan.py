"""The plan says what would be bought, what that costs and how long it takes, and buys nothing."""

from decimal import Decimal

import pytest

import wan_widgets as ww
from shared.orders import an_entry
from wan_widgets.experiments.study import Study
from wan_widgets.ledger.ledger import ledger
from wan_widgets.words.languages import speaking

PRICES = ww.PriceList(
    currency="CNY", per_second={("720p", True): Decimal("0.6")}, source="mine", date="2026-11-01", bills_input=True
)
CLIP = "https://example.com/cat.mp4"


@pytest.fixture(autouse=True)
def _money(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-0123456789")
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-0123456789")
    ww.set_price("toapis", "wan2.6", PRICES)


def sweep(**values):
    return Study("A {animal} & <b>", **{"animal": ["fox", "owl"], "resolution": "720p", "provider": "toapis"} | values)


def test_figures():
    plan = sweep(seed=range(3)).plan()
    assert (plan.cells, plan.completed, plan.failed, plan.to_buy, plan.seconds) == (6, 0, 0, 6, 30.0)
    assert plan.costs.low == plan.costs.high == {"CNY": ww.Money(Decimal("18.0"), "CNY")}
    assert plan.costs.is_known
    [service] = plan.services
    assert (service.service, service.model, service.cells, service.to_buy) == ("ToAPIs", "wan2.6", 6, 6)
    assert plan.time is None, "there is no history"
    assert plan.seeds == (0, 1, 2)
    assert not ledger().path.exists()


def test_a_service_has_its_name_in_the_language():
    for providers in ("simulator", ["simulator", "dashscope"]):
        with speaking("zh"):
            assert "模拟器 · wan2.6" in repr(sweep(provider=providers).plan())


def test_an_input_of_unknown_length_makes_a_range():
    plan = Study("A fox", references=[[CLIP]], resolution="720p", provider="toapis").plan()
    assert plan.costs.low == {"CNY": ww.Money(Decimal(3), "CNY")}
    assert plan.costs.high == {"CNY": ww.Money(Decimal(6), "CNY")}
    assert "CN¥3.00 to CN¥6.00" in repr(plan)


def test_a_price_that_is_not_known_is_told_as_such_and_currencies_never_mix():
    plan = sweep(resolution=["720p", "1080p"], provider=["toapis", "dashscope", "simulator"]).plan()
    assert plan.costs.unpriced == 2
    assert plan.costs.free == 4
    assert set(plan.costs.high) == {"CNY"}
    assert len(plan.services) == 3
    said = repr(plan)
    assert "not known for 2 clips" in said
    assert "nothing for 4 clips" in said


def test_what_budgets_leave_and_allow():
    ww.set_budget(ww.Budget(money="10 CNY", clips=100), ww.Budget(seconds=12.5, per="day"))
    ledger().open(an_entry(state="completed", currency="CNY", money=2_000_000, seconds=5.0))
    plan = sweep(seed=range(2)).plan()
    money, day = plan.budgets
    assert (money.covers, day.covers, plan.allowed) == (2, 2, 2)
    assert money.before.left.money["CNY"] == 8
    assert money.after.left.money["CNY"] == 0
    assert money.before.left.clips - money.after.left.clips == 4
    assert "covers 2 of 4 clips" in repr(plan)


def test_a_budget_that_covers_all_is_told_with_what_is_left():
    ww.set_budget(ww.Budget(money="100 CNY"))
    plan = sweep().plan()
    assert plan.allowed == 2
    assert "CN¥100.00 of CN¥100.00 left, CN¥94.00 afterwards" in repr(plan)
    assert "covers" not in repr(plan)


def test_simulated_clips_use_up_no_budget_but_those_that_count_them():
    ww.set_budget(ww.Budget(clips=1), ww.Budget(clips=1, counts_simulated=True))
    usual, counting = sweep(provider="simulator").plan().budgets
    assert (usual.of, usual.covers) == (0, 0)
    assert (counting.of, counting.covers) == (2, 1)
    assert sweep(provider="simulator").plan().allowed == 1


def test_the_time_comes_of_the_ledgers_own_durations():
    study = sweep(seed=range(4), at_once=4)
    cell = study.cells[0]
    for _ in range(5):
        ledger().open(an_entry(base_url=cell.client.base_url, state="completed", took=60.0))
    assert study.plan().time == (120.0, 120.0, 120.0)
    assert "about 2:00" in repr(study.plan())


def test_html_is_escaped_and_has_the_same_rows():
    ww.set_budget(ww.Budget(clips=1))
    study = Study("A {animal}", animal=["<i>", "&"], resolution="720p", provider="toapis")
    page = study.plan()._repr_html_()
    assert "<i>" not in page
    assert page.count("<tr>") == len(repr(study.plan()).splitlines()) - 1


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_the_plan_speaks_each_language(language):
    ww.set_budget(ww.Budget(clips=1))
    ww.set_language(language)
    try:
        said = repr(sweep(provider=["toapis", "simulator"]).plan())
    finally:
        ww.set_language(None)
    assert "experiments." not in said
    assert "{" not in said
