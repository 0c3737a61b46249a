"""What is used and left of the budgets: in code, and in the form before the click."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

import wan_widgets as ww
from shared.orders import an_entry, known
from wan_widgets import Budget, set_budget
from wan_widgets.files import here
from wan_widgets.ledger.ledger import ledger
from wan_widgets.money import budgets as limits
from wan_widgets.simulator import Script, Simulator
from widgets.test_board import until

REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


@pytest.fixture(autouse=True)
def _none_of_others(monkeypatch, outputs):
    monkeypatch.setattr(limits, "_own", [])


@pytest.fixture
def studio(tmp_path):
    simulator = Simulator(tmp_path / "simulator")
    simulator.script(*[Script(queued=0, running=0)] * 5)
    return ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))


def test_each_budget_says_who_set_it_and_what_is_left(monkeypatch):
    assert (ww.budgets(), repr(ww.budgets())) == ([], "No budget holds here.")
    assert not ledger().path.exists(), "to look is not to order"
    path = Path(os.environ["XDG_CONFIG_DIRS"]) / "wan_widgets" / "budget.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[[budget]]\nmoney = "10 CNY"\nseconds = 8')
    monkeypatch.setenv("WAN_BUDGET", "clips=5, per=day")
    set_budget(Budget(clips=2, per="notebook"))
    known(currency="CNY", money=3_000_000, notebook=here.notebook())
    known(currency="CNY", money=1_000_000, notebook="/another.ipynb")
    ledger().open(an_entry(created_at=0.0))
    ledger().open(an_entry(created_at=0.0, is_simulated=True))
    own, everybody, environment = ww.budgets()
    assert [each.source for each in (own, everybody, environment)] == ["ww.set_budget", str(path), "WAN_BUDGET"]
    assert (own.used.clips, own.left.clips) == (1, 1)
    assert (everybody.used.money, everybody.left.money) == ({"CNY": Decimal(4)}, {"CNY": Decimal(6)})
    assert everybody.left.seconds == 0
    assert (environment.used.clips, environment.left.clips) == (2, 3)
    said = repr(ww.budgets()).split("\n")
    assert said[0] == "clips per notebook: limit 2, used 1, left 1 (ww.set_budget)"
    two = "seconds per ledger: limit 8, used 15, left 0; money per ledger: limit CN¥10.00, used CN¥4.00, left CN¥6.00"
    assert said[1].startswith(f"{two} (")
    table = ww.budgets()._repr_html_()
    assert table.count("<tr>") == 1 + 4, "a row for each limit"
    assert "<td>clips per notebook</td><td>2</td><td>1</td><td>1</td><td>ww.set_budget</td>" in table


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("budget", "used", "words"),
    [
        ("clips=0", 3, "it allows no clips"),
        ("seconds=0", 1, "it allows no seconds"),
        ("clips=1", 3, "3 clips are used, and it allows 1"),
        ("clips=3", 3, "3 of 3 clips are used"),
        ("seconds=8", 1, "5 of 8 seconds are used, and this clip has 5"),
        ("seconds=8", 2, "10 seconds are used, and it allows 8, and this clip has 5"),
    ],
)
async def test_a_limit_of_nothing_or_one_that_was_lowered_is_told_in_words(budget, used, words, monkeypatch):
    for _ in range(used):
        known()
    monkeypatch.setenv("WAN_BUDGET", budget)
    client = ww.AsyncClient("toapis", api_key="k", base_url="http://127.0.0.1:9")
    with pytest.raises(ww.OverBudget, match=words) as caught:
        await client.submit(REQUEST)
    assert str(caught.value.remedy) in str(caught.value)
    assert "ww.budgets()" in str(caught.value.remedy)


def test_an_order_over_a_days_budget_hears_when_the_next_one_begins():
    assert "midnight" in str(Budget(clips=1, per="day").remedy)
    assert "midnight" not in str(Budget(clips=1).remedy)


def test_simulated_clips_count_where_a_budget_says_so(studio, monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", "clips=1, counts_simulated=true; clips=0")
    assert studio.form._budgets == []
    studio.form.prompt = "An owl"
    assert studio.form._budgets == [{"per": "ledger", "short": False, "clips": [1, 1]}]
    studio.submit(REQUEST).result(60)
    with pytest.raises(ww.OverBudget, match="1 of 1 clips are used"):
        studio.submit(REQUEST).result(60)
    assert [state.left.clips for state in ww.budgets()] == [0, 0]
    studio.form._hear({"kind": "budgets"}, [])
    assert studio.form._budgets == [{"per": "ledger", "short": True, "clips": [0, 1]}]
    assert len(studio.videos) == 1


@pytest.mark.parametrize("text", ["counts_simulated=perhaps, clips=1", "counts_simulated=true"])
def test_a_bad_word_about_simulated_clips_is_told(text, monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", text)
    with pytest.raises(ww.ConfigurationError):
        ww.budgets()


def test_the_form_shows_every_limit_as_the_browser_needs_it(monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", "clips=9, seconds=12.5, money=9.5 CNY, per=day")
    known(currency="CNY", money=3_000_000)
    form = ww.VideoForm(ww.AsyncClient("dashscope", api_key="k"), resolution="720p")
    [left] = form._budgets
    assert left["per"] == "day"
    assert (left["clips"], left["seconds"], left["money"]) == ([8, 9], ["7.5", "12.5"], ["6.50", "9.50", "CNY"])
    assert left["short"] is False
    form.duration = 10
    assert form._budgets[0]["short"] is True
    monkeypatch.setenv("WAN_BUDGET", "nonsense")
    form.duration = 5
    assert form._budgets == [], "the click will tell"
    until(lambda: form._quote)
