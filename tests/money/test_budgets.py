"""Which budgets hold here, and that whoever orders is held to them."""

import asyncio
import os
import re
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

import wan_widgets as ww
from shared.network import Service, error, task
from wan_widgets import Budget, ConfigurationError, OverBudget, set_budget
from wan_widgets.console.tasks import tasks
from wan_widgets.ledger.ledger import ledger
from wan_widgets.money import budgets as limits
from wan_widgets.money import prices
from wan_widgets.simulator import Simulator

pytestmark = pytest.mark.anyio
QUICK = {"model": "wan2.6-flash", "image": "https://example.com/cat.jpg", "resolution": "720p"}
REQUEST = ww.ImageToVideo(**QUICK)
"""1.50 CNY at ToAPIs."""
UNPRICED = ww.TextToVideo(prompt="A kitten")


@pytest.fixture(autouse=True)
def _none_of_others(monkeypatch):
    monkeypatch.setattr(limits, "_own", [])
    monkeypatch.setattr(prices, "_own", {})


@pytest.fixture
def site():
    path = Path(os.environ["XDG_CONFIG_DIRS"]) / "wan_widgets" / "budget.toml"
    path.parent.mkdir(parents=True)
    return path


def numbered():
    """A service that takes every order under an id of its own."""
    count = iter(range(10_000))
    return Service(lambda request: task(id=f"video_{next(count)}"))


def test_all_budgets_hold_the_administrators_the_environments_and_the_notebooks(site, monkeypatch):
    assert limits.budgets() == ()
    site.write_text("[[budget]]\nclips = 1")
    monkeypatch.setenv("WAN_BUDGET", "clips=2; money=5 CNY, per=day")
    set_budget(Budget(clips=3), Budget(clips=4))
    clips = {budget.clips for budget in limits.budgets()}
    assert clips == {1, 2, 3, 4, None}
    set_budget()
    assert {budget.clips for budget in limits.budgets()} == {1, 2, None}


def test_a_budget_may_lie_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text("[[budget]]\nclips = 7")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (tmp_path / "mine.toml", "~/mine.toml"):
        monkeypatch.setenv("WAN_BUDGET", str(name))
        assert limits.budgets() == (Budget(clips=7),)


@pytest.mark.parametrize("content", [b"clips = 1", b"", b"budget = []", b"\xff", b"[[budget]]\nclips = -1", "a folder"])
async def test_a_budget_that_cannot_be_read_stops_every_order(site, content):
    site.mkdir() if isinstance(content, str) else site.write_bytes(content)
    service = numbered()
    with pytest.raises(ConfigurationError, match=re.escape(str(site))):
        await service.client().submit(REQUEST)
    assert service.requests == []


@pytest.mark.parametrize("given", ["nowhere.toml", "clips=many", "20", ";", " ", "clips=5, clips=5000", "clips=inf"])
async def test_so_does_one_of_the_environment(monkeypatch, given):
    monkeypatch.setenv("WAN_BUDGET", given)
    service = numbered()
    with pytest.raises(ConfigurationError, match=r"cannot be read.*Nothing is ordered"):
        await service.client().submit(REQUEST)
    assert service.requests == []


def test_a_variable_that_is_empty_is_not_set(monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", "")
    assert limits.budgets() == ()


def test_a_pipe_in_a_budgets_place_is_not_waited_for(site, tmp_path, monkeypatch):
    os.mkfifo(site)
    with pytest.raises(ConfigurationError, match="is no regular file"):
        limits.budgets()
    site.unlink()
    os.mkfifo(tmp_path / "mine.toml")
    monkeypatch.setenv("WAN_BUDGET", str(tmp_path / "mine.toml"))
    with pytest.raises(ConfigurationError, match="is no regular file"):
        limits.budgets()


@pytest.mark.parametrize("wrong", ["10 CNY", 5, None, {"clips": 1}])
def test_what_is_no_budget_is_not_set(wrong):
    with pytest.raises(TypeError, match=r"ww\.Budget"):
        set_budget(Budget(clips=1), wrong)
    assert limits.budgets() == ()


async def test_what_would_exceed_is_refused_with_the_figures_and_nothing_is_sent():
    set_budget(Budget(money="4 CNY"))
    service = numbered()
    client = service.client()
    for _ in range(2):
        await client.submit(REQUEST)
    with pytest.raises(OverBudget, match=r"CN¥3\.00 of CN¥4\.00 are spent, and this clip costs CN¥1\.50"):
        await client.submit(REQUEST)
    assert len(service.requests) == len(tasks()) == 2


async def test_a_request_of_unknown_price_needs_another_limit_or_a_price_of_the_users():
    client = numbered().client()
    set_budget(Budget(money="40 CNY"))
    with pytest.raises(OverBudget, match="set a limit in clips or seconds, or a price of your own"):
        await client.submit(UNPRICED)
    set_budget(Budget(money="40 CNY", clips=1))
    await client.submit(UNPRICED)
    with pytest.raises(OverBudget, match="1 of 1 clips"):
        await client.submit(UNPRICED)
    price = ww.PriceList(currency="CNY", per_second={("1080p", True): Decimal(7)}, source="me", date="now")
    ww.set_price("toapis", "wan2.6", price)
    set_budget(Budget(money="40 CNY"))
    await client.submit(UNPRICED)
    with pytest.raises(OverBudget, match=r"CN¥35\.00 of CN¥40\.00"):
        await client.submit(UNPRICED)


@pytest.mark.parametrize("budget", [Budget(money="100 CNY"), Budget(seconds=100), Budget(clips=100)])
async def test_an_extra_that_changes_the_bill_is_refused_since_nobody_can_count_it(budget):
    service = numbered()
    request = ww.ImageToVideo(**QUICK, extra={"parameters": {"duration": 15}})
    await service.client().submit(request)
    set_budget(budget)
    with pytest.raises(OverBudget, match=r"extra changes what is billed \(duration\); with a budget say it in the req"):
        await service.client().submit(request)
    await service.client().submit(ww.ImageToVideo(**QUICK, extra={"steps": 30}))
    assert len(service.requests) == len(tasks()) == 2


async def test_the_simulator_takes_any_extra(tmp_path):
    set_budget(Budget(clips=0))
    client = ww.AsyncClient("simulator", transport=Simulator(tmp_path / "simulator").transport())
    await client.submit(ww.TextToVideo(prompt="A kitten", extra={"n": 1}))
    assert len(tasks()) == 1


async def test_an_input_that_cannot_be_read_is_reserved_at_its_cap():
    set_budget(Budget(money="11 CNY"))
    service = Service(httpx.Response(200, json={"output": {"task_id": "t-1", "task_status": "PENDING"}}))
    client = ww.AsyncClient("dashscope", api_key="x" * 20, transport=service.transport)
    request = ww.ReferenceToVideo(references=["https://example.com/a.mp4"], resolution="720p", prompt="character1")
    await client.submit(request)
    assert tasks()[0].money == 6_000_000
    with pytest.raises(OverBudget, match=r"CN¥6\.00 of CN¥11\.00 are spent, and this clip costs CN¥6\.00"):
        await client.submit(request)


@pytest.mark.parametrize(
    "answer",
    [error(402), error(422), error(429), httpx.ConnectError("no route")],
    ids=["no money", "content", "too many", "no connection"],
)
async def test_a_refusal_gives_its_share_back(answer):
    set_budget(Budget(clips=1))
    with pytest.raises(ww.WanError):
        await Service(answer).client().submit(REQUEST)
    await numbered().client().submit(REQUEST)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
async def test_so_does_a_task_that_failed_or_was_cancelled(status):
    set_budget(Budget(clips=1, seconds=5, money="1.5 CNY"))
    with pytest.raises(ww.TaskFailed):
        await Service(task(), task(status)).client().generate(REQUEST)
    await numbered().client().submit(REQUEST)


async def test_so_does_one_that_is_called_off_though_nobody_follows_it(tmp_path):
    client = ww.AsyncClient("simulator", transport=Simulator(tmp_path).transport())
    await client.cancel(await client.submit(UNPRICED))
    assert [entry.state for entry in tasks()] == ["cancelled"]


@pytest.mark.parametrize("answer", [error(500), error(408), httpx.ReadTimeout("slow"), httpx.Response(200)])
async def test_what_is_unconfirmed_keeps_its_share(answer, clock):
    set_budget(Budget(clips=1))
    service = Service(answer, error(404))
    with pytest.raises(ww.Unconfirmed):
        await service.client(clock).submit(REQUEST)
    with pytest.raises(OverBudget):
        await numbered().client().submit(REQUEST)


async def test_until_the_user_knows_that_it_was_not_bought(clock):
    set_budget(Budget(clips=1))
    with pytest.raises(ww.Unconfirmed) as caught:
        await Service(error(500), error(404)).client(clock).submit(REQUEST)
    ww.dismiss(caught.value.ledger_id)
    [entry] = tasks()
    assert entry.state == "refused"
    assert str(entry.error_message) == "It was not bought; that was said here, not by the service."
    await numbered().client().submit(REQUEST)
    with pytest.raises(ww.LedgerError, match="is not unfinished: it is refused"):
        ww.dismiss(entry.id)
    assert [each.state for each in tasks()] == ["queued", "refused"]
    with pytest.raises(ww.LedgerError, match="no order 'ww-0'"):
        ww.dismiss("ww-0")


async def test_a_clip_that_is_here_keeps_its_share(clip, clock, outputs):
    set_budget(Budget(clips=1))
    await Service(task(), task("completed"), httpx.Response(200, content=clip)).client(clock).generate(REQUEST)
    with pytest.raises(OverBudget):
        await numbered().client().submit(REQUEST)


async def test_so_does_one_that_ran_out():
    set_budget(Budget(clips=1))
    await numbered().client().submit(REQUEST)
    ledger().note(tasks()[0].id, {"state": "failed", "error_code": "expired"})
    with pytest.raises(OverBudget):
        await numbered().client().submit(REQUEST)


async def test_orders_of_one_moment_cannot_overspend_together():
    set_budget(Budget(money="10 CNY"))
    client = numbered().client()
    outcomes = await asyncio.gather(*(client.submit(REQUEST) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, ww.VideoTask) for each in outcomes) == 6
    assert sum(isinstance(each, OverBudget) for each in outcomes) == 14


async def test_the_simulator_is_held_to_nothing_and_counts_for_nothing(tmp_path, site):
    set_budget(Budget(clips=1, money="1.5 CNY"))
    client = ww.AsyncClient("simulator", transport=Simulator(tmp_path).transport())
    for _ in range(3):
        await client.submit(UNPRICED)
    await numbered().client().submit(REQUEST)
    site.write_text("nonsense")
    await client.submit(UNPRICED)


async def test_a_notebooks_budget_is_its_own(monkeypatch):
    set_budget(Budget(clips=1, per="notebook"))
    client = numbered().client()
    for name in ("one.ipynb", "two.ipynb"):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        await client.submit(REQUEST)
        with pytest.raises(OverBudget, match="per notebook"):
            await client.submit(REQUEST)
