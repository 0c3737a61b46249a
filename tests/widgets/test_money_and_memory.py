"""What the Studio remembers of former days, what it asks before it buys, and what it says of money."""

import asyncio
import shutil
import threading
import time
from decimal import Decimal

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY, TASK_ID, Clock, Service, error, task
from wan_widgets.generation import repeats
from wan_widgets.ledger.ledger import ledger
from wan_widgets.providers import ToAPIs
from wan_widgets.simulator import Script, Simulator
from widgets.test_board import quick, say, until, until_ordered
from widgets.test_form import click

REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def simulator(tmp_path):
    return Simulator(tmp_path / "simulator")


@pytest.fixture
def client(simulator):
    return ww.AsyncClient("simulator", transport=simulator.transport())


def bought(client, request=REQUEST):
    """A task that was ordered by somebody who then went away."""

    async def buy():
        async with client.copy() as own:
            return await own.submit(request)

    return asyncio.run(buy())


def test_what_is_not_finished_is_shown_again_and_goes_on(simulator, client):
    simulator.script(quick())
    task_id = bought(client).id

    studio = ww.Studio(client)

    until(lambda: studio.videos)
    assert studio.tasks[0].id == task_id
    until(lambda: studio._cards[0]["phase"] == "completed")
    assert studio._cards[0]["prompt"] == "An owl"
    [entry] = ww.tasks()
    assert (entry.state, entry.path) == ("completed", str(studio.videos[0].path))
    assert studio._cards[0]["begun"] == entry.created_at, "it did not begin with this kernel"
    again = ww.Studio(client)
    until(lambda: again._older is not None)
    assert [(card["phase"], card["earlier"]) for card in again._cards] == [("completed", True)]


def test_a_card_goes_on_when_the_working_directory_is_deleted(simulator, client, tmp_path, monkeypatch):
    monkeypatch.delenv("WAN_OUTPUTS")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    simulator.script(Script(queued=0.5, running=0))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until_ordered(studio)
    shutil.rmtree(tmp_path / "here")
    until(lambda: studio._cards[0]["phase"] == "completed")
    assert studio.videos[0].path == tmp_path / "here" / "wan_outputs" / "an-owl-1.mp4"


def test_a_task_of_another_folder_stays_there(simulator, client, tmp_path, monkeypatch):
    simulator.script(quick())
    bought(client)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    studio = ww.Studio(client)

    time.sleep(0.3)
    assert studio._cards == []
    assert [len(ww.tasks()), len(ww.tasks(everywhere=True))] == [0, 1]


def test_without_its_key_a_task_is_shown_and_waits(monkeypatch):
    service = Service(task())
    bought(service.client(Clock()))
    assert len(service.requests) == 1

    studio = ww.Studio()

    until(lambda: studio._cards and studio._cards[0]["phase"] == "stopped")
    assert "needs a key: set WAN_API_KEY, TOAPIS_API_KEY, or TOAPIS_KEY" in studio._cards[0]["message"]


def test_an_order_without_a_task_is_not_said_to_be_refused_where_its_key_is_missing():
    service, client = service_that_stumbles(error(502), error(404))
    with pytest.raises(ww.Unconfirmed):
        bought(client)

    studio = ww.Studio()

    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    assert "needs a key" in studio._cards[0]["message"]
    assert service.methods.count("POST") == 1


def test_an_order_that_another_studio_looks_for_stays_one_without_a_task():
    """And what comes of it there is known here, with all that can be done about it."""
    service, client = service_that_stumbles(error(502), error(404))
    with pytest.raises(ww.Unconfirmed):
        bought(client)
    [entry] = ww.tasks()
    book = ledger()
    assert book.lease(entry.id, "elsewhere:1:1", 60, is_gone=lambda _: False)

    studio = ww.Studio(client)
    until(lambda: studio._cards and studio._cards[0]["note"])
    assert (studio._cards[0]["phase"], studio._cards[0]["task_id"]) == ("asking", "")
    book.release(entry.id, "elsewhere:1:1")

    until(lambda: studio._cards[0]["phase"] == "unconfirmed")
    assert studio._cards[0]["order"] == entry.id
    assert service.methods.count("POST") == 1


def test_what_others_write_into_the_ledger_leads_no_key_to_them(monkeypatch):
    service = Service(task(), task("failed"))
    place = service.client(Clock(), base_url="https://elsewhere.example")
    bought(place)
    monkeypatch.setenv("TOAPIS_API_KEY", KEY)

    studio = ww.Studio()

    until(lambda: studio._cards and studio._cards[0]["phase"] == "stopped")
    assert "no key is sent there on the ledger's word" in studio._cards[0]["message"]
    assert len(service.requests) == 1
    with pytest.raises(ww.ConfigurationError, match=r"elsewhere\.example"):
        ww.resume(ww.tasks()[0].id)
    studio.form.use(place)
    until(lambda: studio._client.base_url == place.base_url)
    say(studio, kind="follow", key=studio._cards[0]["key"])
    until(lambda: studio._cards[0]["phase"] == "failed")


def test_an_order_is_resumed_by_its_id_or_its_tasks(simulator, client, monkeypatch):
    monkeypatch.setenv("WAN_SIMULATOR_DIR", str(simulator.directory))
    simulator.script(quick())
    task_id = bought(client).id
    order = ww.tasks()[0].id

    view = ww.resume(task_id)
    until(lambda: view.video)
    other = ww.resume(order)
    until(lambda: other.video)

    assert other.video.path == view.video.path
    with pytest.raises(ww.LedgerError, match=r"no order 'video_0'.*ww\.tasks\(\)"):
        ww.resume("video_0")


def test_the_same_clip_with_the_same_seed_is_asked_about_first(simulator, client, monkeypatch):
    simulator.script(Script(queued=0, running=60), Script(queued=0, running=60), Script(queued=0, running=60))
    studio = ww.Studio(client)
    values = {"prompt": "An owl", "resolution": "720p", "seed": 1}

    assert click(studio.form, "a", **values)[0]["kind"] == "accepted"
    until(lambda: len(ww.tasks()) == 1)
    [asked] = click(studio.form, "b", **values)
    assert asked["kind"] == "asked"
    assert "ordered a short while ago" in asked["question"]
    assert click(studio.form, "b", **values)[0]["kind"] == "asked", "however often it is clicked"
    assert click(studio.form, "c", sure=True, **values)[0]["kind"] == "accepted"
    assert click(studio.form, "d", **values | {"seed": 2})[0]["kind"] == "accepted"
    assert click(studio.form, "e", **values | {"seed": None})[0]["kind"] == "accepted"
    assert click(studio.form, "f", **values | {"seed": None})[0]["kind"] == "accepted", "a random seed buys"

    until(lambda: len(ww.tasks()) == 5)
    monkeypatch.setattr("wan_widgets.ledger.orders.LATELY", 0.0)
    assert click(studio.form, "g", **values)[0]["kind"] == "accepted", "ten minutes later it is another wish"
    until(lambda: len(ww.tasks()) == 6)


def test_a_click_while_another_is_about_to_order_the_same_clip_is_asked_about(client, monkeypatch, tmp_path):
    go_on = threading.Event()

    async def send_files(_client, _request, _progress):
        while not go_on.is_set():  # noqa: ASYNC110  # set by another thread
            await asyncio.sleep(0.01)
        raise ww.WanError("The file could not be sent.")

    monkeypatch.setattr(ww.AsyncClient, "send_files", send_files)
    values = {"prompt": "An owl", "resolution": "720p", "seed": 1}
    one, other = ww.Studio(client), ww.Studio(client)
    assert click(one.form, "a", **values)[0]["kind"] == "accepted"
    assert click(one.form, "b", **values)[0]["kind"] == "asked", "another view"
    assert click(other.form, "c", **values)[0]["kind"] == "asked", "another Studio"
    assert click(other.form, "d", **values | {"seed": 2})[0]["kind"] == "accepted"
    assert click(other.form, "e", **values | {"seed": None})[0]["kind"] == "accepted"
    assert click(other.form, "f", **values | {"seed": None})[0]["kind"] == "accepted"
    go_on.set()
    until(lambda: not repeats._claims)
    assert click(other.form, "g", **values)[0]["kind"] == "accepted", "nothing came of it"
    until(lambda: not repeats._claims)


def service_that_stumbles(*answers):
    service = Service(*answers)
    return service, service.client(Clock())


def test_an_order_of_unknown_outcome_can_be_asked_about_and_sent_again():
    service, client = service_that_stumbles(error(502), *[error(404)] * 4, task("failed", error={"message": "No"}))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    card = studio._cards[0]
    assert service.methods == ["POST", *["GET"] * 4]
    assert card["order"].startswith("ww-")
    assert "may have been accepted and billed" in card["message"]
    assert card["billing"] == ""

    say(studio, kind="follow", key=card["key"])

    until(lambda: studio._cards[0]["phase"] == "failed")
    assert service.methods.count("POST") == 1
    assert ww.tasks()[0].state == "failed"

    service, client = service_that_stumbles(error(502), error(404))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    say(studio, kind="again", key=studio._cards[0]["key"], turn=0, way="unconfirmed")
    until(lambda: service.methods.count("POST") == 2)
    assert service.requests[0].url == next(each.url for each in service.requests[1:] if each.method == "POST")


def test_an_order_that_was_not_bought_is_shown_and_counted_no_more():
    service, client = service_that_stumbles(error(502), error(404))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")

    say(studio, kind="dismiss", key=studio._cards[0]["key"])

    until(lambda: studio._cards[0]["phase"] == "cancelled")
    assert (studio._cards[0]["billing"], studio._cards[0]["message"]) == ("nothing", "")
    assert ww.tasks()[0].state == "refused"
    again = ww.Studio(client)
    time.sleep(0.3)
    assert again._cards == []
    assert service.methods.count("POST") == 1


def test_what_turned_out_to_be_bought_is_not_dismissed():
    _, client = service_that_stumbles(error(502), *[error(404)] * 4, task("failed", error={"message": "No"}))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    order = studio._cards[0]["order"]
    assert ledger().note(order, {"state": "queued", "task_id": TASK_ID}), "by another process"

    say(studio, kind="dismiss", key=studio._cards[0]["key"])

    until(lambda: studio._cards[0]["phase"] == "failed")
    assert ww.tasks()[0].task_id == TASK_ID


@pytest.mark.parametrize("wish", ["dismiss", "follow"])
def test_where_the_ledger_is_broken_a_card_that_needs_it_says_so(wish):
    _, client = service_that_stumbles(error(502), error(404))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    path = ledger().path
    for each in path.parent.glob(f"{path.name}*"):
        each.write_bytes(b"This is no database. " * 100)

    say(studio, kind=wish, key=studio._cards[0]["key"])

    until(lambda: "ledger" in studio._cards[0]["message"])
    assert studio._cards[0]["phase"] == "unconfirmed"


def test_an_order_that_the_ledger_has_lost_says_so():
    _, client = service_that_stumbles(error(502), error(404))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    path = ledger().path
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()

    say(studio, kind="follow", key=studio._cards[0]["key"])

    until(lambda: "does not know the order any more" in studio._cards[0]["message"])


def test_a_budget_refuses_with_its_figures_before_anything_is_sent():
    service, client = service_that_stumbles(task())
    ww.set_budget(ww.Budget(clips=0, per="day"))
    try:
        studio = ww.Studio(client)
        studio.submit(REQUEST)
        until(lambda: studio._cards and studio._cards[0]["phase"] == "refused")
    finally:
        ww.set_budget()

    assert service.requests == []
    assert "The budget per day does not cover it: it allows no clips" in studio._cards[0]["message"]
    assert studio._cards[0]["billing"] == "", "which the message says"


def test_the_price_stands_in_the_form_before_the_click(tmp_path, monkeypatch):
    form = ww.VideoForm(
        ww.AsyncClient("toapis", api_key="k"), mode="i2v", model="wan2.6-flash", image="https://a.example/i.png"
    )
    form.resolution, form.duration, form.audio = "720p", 10, False
    assert form._quote == {
        "kind": "price",
        "amount": "1.50",
        "currency": "CNY",
        "seconds": "10",
        "per_second": "0.15",
        "source": "https://docs.toapis.com/docs/en/api-reference/videos/wan2.6-flash/generation",
        "date": "2026-08-20",
        "at_most": False,
    }
    form.model = "wan2.6"
    assert form._quote == {"kind": "unpublished"}, "nothing is guessed"
    table = tmp_path / "prices.toml"
    table.write_text('date = "2026-11-01"\n[toapis."wan2.6"]\ncurrency = "eur"\n"720p" = 0.5\n')
    monkeypatch.setenv("WAN_PRICES", str(table))
    form.audio, form.duration = True, 5
    assert (form._quote["amount"], form._quote["currency"], form._quote["source"]) == (
        "2.50",
        "EUR",
        "your price table",
    )
    table.write_text("date = [")
    form.duration = 10
    assert form._quote["kind"] == "unreadable"
    assert "WAN_PRICES" in form._quote["why"]


@pytest.fixture
def priced(monkeypatch):
    """Prices of one's own that end with the test."""
    monkeypatch.setattr("wan_widgets.money.prices._own", {})
    return lambda amount: ww.set_price(
        "toapis", "wan2.6", ww.PriceList(currency="CNY", per_second={("720p", True): amount}, source="me", date="today")
    )


def test_a_price_of_zero_is_a_price(priced):
    priced(Decimal(0))
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="k"), resolution="720p")

    assert (form._quote["kind"], form._quote["amount"], form._quote["source"]) == ("price", "0.00", "me")


def test_a_form_that_is_open_shows_the_prices_and_budgets_that_code_sets(priced, monkeypatch):
    monkeypatch.setattr("wan_widgets.money.budgets._own", [])
    form, closed = (ww.VideoForm(ww.AsyncClient("toapis", api_key="k"), resolution="720p") for _ in range(2))
    closed.close()
    before = (closed._quote, closed._budgets)
    priced(Decimal("0.10"))
    assert form._quote["amount"] == "0.50"
    ww.set_budget(ww.Budget(clips=3), ww.Budget(money="0.40 CNY", per="day"))
    assert [each.get("clips") for each in form._budgets] == [[3, 3], None]
    assert [each["short"] for each in form._budgets] == [False, True]
    ww.set_budget()
    ww.set_price("toapis", "wan2.6", None)
    assert (form._budgets, form._quote["kind"]) == ([], "unpublished")
    assert (closed._quote, closed._budgets) == before


def test_what_is_simulated_charges_nothing_whatever_its_values():
    form = ww.VideoForm()
    assert form._quote == {"kind": "simulated"}
    form.resolution, form.model, form.extra = "5p", "nobody", {"duration": 9}
    assert form._quote == {"kind": "simulated"}


class Keyless(ToAPIs):
    """A service of the user's own that asks for no key, and says nothing of money."""

    name, title, base_url, needs_key = "keyless", "Keyless", "https://keyless.example", False


@pytest.mark.parametrize(
    ("provider", "base_url", "kind"),
    [
        ("openai-videos", "http://127.0.0.1:9", "own"),
        ("openai-videos", "https://api.openai.com", "unknown"),
        ("toapis", None, "unpublished"),
        ("newapi", "http://127.0.0.1:9", "unpublished"),
        (Keyless(), None, "unknown"),
    ],
)
def test_where_there_is_no_price_the_words_say_whose_it_would_be(provider, base_url, kind, monkeypatch):
    monkeypatch.setattr("wan_widgets.widgets.form.discovered", lambda client, _: client)
    form = ww.VideoForm(ww.AsyncClient(provider, base_url=base_url, api_key="k"))

    assert form._quote == {"kind": kind}


def test_input_videos_that_cannot_be_read_count_as_their_cap():
    form = ww.VideoForm(ww.AsyncClient("dashscope", api_key="k"), mode="r2v", prompt="character1 waves")
    form.references, form.resolution, form.duration = ["https://a.example/anna.mp4"], "720p", 5
    assert (form._quote["amount"], form._quote["seconds"], form._quote["at_most"]) == ("6.00", "10", True)
    form.references = ["https://a.example/anna.png"]
    assert (form._quote["amount"], form._quote["seconds"], form._quote["at_most"]) == ("3.00", "5", False)


def test_a_task_that_is_called_off_is_so_in_the_ledger(simulator, client):
    simulator.script(Script(queued=60, running=60))
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until_ordered(studio)

    say(studio, kind="cancel", key=studio._cards[0]["key"])

    until(lambda: studio._cards[0]["phase"] == "cancelled")
    assert ww.tasks()[0].state == "cancelled"


def test_the_time_that_is_left_is_told_until_the_clip_is_safe():
    done = task("completed", expires_at=int(time.time()) + 3600)
    service = Service(task(), done, httpx.Response(403))
    studio = ww.Studio(service.client(Clock(now=time.time())))
    studio.submit(REQUEST)

    until(lambda: studio._cards and studio._cards[0]["phase"] == "unsaved")
    assert studio._cards[0]["expires"] == pytest.approx(time.time() + 3600, abs=60)
