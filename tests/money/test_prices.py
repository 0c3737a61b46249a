"""Price tables of the user's own, and the seconds that go into a clip."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from wan_widgets import (
    ConfigurationError,
    ImageReference,
    ImageToVideo,
    PriceList,
    ReferenceToVideo,
    TextToVideo,
    VideoReference,
    set_price,
)
from wan_widgets.money import prices
from wan_widgets.money.prices import input_seconds, quoted
from wan_widgets.providers import ToAPIs
from wan_widgets.providers.dashscope import DashScope
from wan_widgets.providers.simulator import Simulator

REQUEST = TextToVideo(prompt="A kitten", resolution="720p")
IMAGE = "https://example.com/cat.jpg"
WRONG = (
    *("input_seconds = -1000", "input_seconds = 1.5", "input_seconds = true", "input_seconds = nan"),
    *("total_seconds = -1", "total_seconds = 1.5", "total_seconds = true"),
    *('bills_input = "false"', "bills_input = 1", "Bills_input = true"),
)


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    monkeypatch.setattr(prices, "_own", {})


@pytest.fixture
def film(tmp_path, clip):
    path = tmp_path / "film.mp4"
    path.write_bytes(clip)
    return path


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "prices.toml"
    monkeypatch.setenv("WAN_PRICES", str(path))
    return path


def own(amount, **fields):
    values = {"currency": "CNY", "source": "my contract", "date": "2026-11-01"}
    return PriceList(**values | {"per_second": {("720p", True): amount}} | fields)


def test_the_users_word_comes_before_the_published_price_and_can_be_taken_back():
    request = ImageToVideo(image=IMAGE, model="wan2.6-flash", resolution="720p")
    assert str(quoted(ToAPIs(), request)) == "1.5 CNY"
    set_price("toapis", "wan2.6-flash", own(Decimal("0.10")))
    found = quoted(ToAPIs(), request)
    assert (str(found), found.source, found.date) == ("0.5 CNY", "my contract", "2026-11-01")
    set_price("toapis", "wan2.6-flash", None)
    set_price("toapis", "wan2.6-flash", None)
    assert str(quoted(ToAPIs(), request)) == "1.5 CNY"


def test_a_price_is_one_services_and_one_models():
    set_price("toapis", "wan2.6", own(Decimal("0.60")))
    assert str(quoted(ToAPIs(), REQUEST)) == "3 CNY"
    assert str(quoted(DashScope("singapore"), REQUEST)) == "0.5 USD"
    assert quoted(ToAPIs(), TextToVideo(prompt="x", resolution="1080p")) is None


def test_a_family_is_meant_by_each_of_its_names_and_a_longer_name_comes_first():
    names = [("wan2.6-flash", "0.1"), ("wan2.6-r2v-flash", "0.2")]
    for name, amount in names:
        set_price("toapis", name, own(Decimal(amount)))
    request = ReferenceToVideo(references=["https://x/a.mp4"], model="wan2.6-r2v-flash", resolution="720p")
    assert quoted(ToAPIs(), request).per_second == Decimal("0.2")
    set_price("toapis", "wan2.6-r2v-flash", None)
    assert quoted(ToAPIs(), request).per_second == Decimal("0.1")


def test_a_model_that_is_not_listed_costs_what_the_user_says():
    request = TextToVideo(prompt="x", model="wan9", like="wan2.6", resolution="720p")
    assert quoted(ToAPIs(), request) is None
    set_price("toapis", "wan9", own(Decimal(2)))
    assert str(quoted(ToAPIs(), request)) == "10 CNY"


@pytest.mark.parametrize(
    "amount", [0.6, "0.6", 1, None, Decimal("NaN"), Decimal("-0.1"), Decimal("Infinity"), Decimal("1e300")]
)
def test_an_amount_with_which_no_budget_can_be_held_is_refused_at_once(amount):
    with pytest.raises(ConfigurationError, match=r'write it as Decimal\("0.60"\)'):
        set_price("toapis", "wan2.6", own(amount))
    assert quoted(ToAPIs(), REQUEST) is None


@pytest.mark.parametrize(
    "fields",
    [
        *({"input_seconds": wrong} for wrong in (-1, 2.5, float("nan"), True, None, 10**400)),
        *({"total_seconds": wrong} for wrong in (-1, 2.5, float("nan"), True, "30", 10**400)),
        *({"bills_input": wrong} for wrong in ("no", 1, None)),
        *({"currency": wrong} for wrong in ("yuan", "", None)),
    ],
)
def test_so_is_a_list_that_would_count_wrongly(fields):
    with pytest.raises(ConfigurationError):
        set_price("toapis", "wan2.6", own(Decimal(1), **fields))
    assert quoted(ToAPIs(), REQUEST) is None


@pytest.mark.parametrize("wrong", [0.6, Decimal("0.6"), "0.6", {("720p", True): Decimal(1)}, object()])
def test_what_is_no_price_list_is_answered_with_one(wrong):
    with pytest.raises(ConfigurationError, match=r"is no price list\. Write ww\.PriceList\(.*2026-11-01"):
        set_price("toapis", "wan2.6", wrong)


@pytest.mark.parametrize(
    "rates",
    [
        *({}, None, 5, Decimal(1), {"720p": Decimal(1)}, {True: Decimal(1)}, {("720p",): Decimal(1)}),
        *({("720p", 1): Decimal(1)}, {(True, "720p"): Decimal(1)}, {("720p", "yes", 1): Decimal(1)}),
    ],
)
def test_prices_by_anything_but_resolution_and_sound_are_answered_with_such(rates):
    with pytest.raises(ConfigurationError, match=r'Write per_second=\{\("720p", True\): Decimal\("0\.60"\)\}'):
        set_price("toapis", "wan2.6", own(Decimal(1), per_second=rates))


def test_a_resolution_that_no_service_has_is_refused():
    with pytest.raises(ConfigurationError, match="no resolution '720P'; there are 480p, 720p, 1080p"):
        set_price("toapis", "wan2.6", own(Decimal(1), per_second={("720P", True): Decimal(1)}))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("toapi", "no service 'toapi'. Did you mean \"toapis\"? There are: simulator, toapis, "),
        ("ToAPIs", 'Did you mean "toapis"?'),
        ("replicate", "no service 'replicate'. There are: "),
        (5, "no service 5. There are: "),
        (ToAPIs(), "There are: "),
    ],
)
@pytest.mark.parametrize("amount", ["1", None])
def test_a_service_that_there_is_not_has_no_price_and_none_to_take_back(name, said, amount):
    with pytest.raises(ConfigurationError) as caught:
        set_price(name, "wan2.6", amount and own(Decimal(amount)))
    assert said in str(caught.value)


def test_a_provider_of_the_users_own_is_a_service():
    class Mine(ToAPIs):
        name = "mine"

    set_price("mine", "wan2.6", own(Decimal(1), per_second={("4k", True): Decimal(1), ("720p", True): Decimal(2)}))
    assert str(quoted(Mine(), REQUEST)) == "10 CNY"


def test_a_model_that_is_not_listed_is_noted_with_those_that_are(caplog):
    for service, model in (("toapis", "wan2.6"), ("toapis", "wan2.6-r2v-flash"), ("newapi", "wan-hd")):
        set_price(service, model, own(Decimal(1)))  # the models of the last are its operator's
    assert caplog.messages == []
    set_price("toapis", "wan2.66", own(Decimal(1)))
    [note] = caplog.messages
    assert "ToAPIs lists no model 'wan2.66'" in note
    assert note.endswith("It lists: wan2.6, wan2.6-flash.")


@pytest.mark.parametrize("model", [None, 5, "", " ", ["wan2.6"]])
def test_a_model_is_a_name(model):
    with pytest.raises(ConfigurationError, match=r'A model is a name, such as "wan2\.6"'):
        set_price("toapis", model, own(Decimal(1)))


def test_a_currency_may_be_written_in_small_letters():
    set_price("toapis", "wan2.6", own(Decimal(1), currency="cny"))
    assert quoted(ToAPIs(), REQUEST).currency == "CNY"


def test_a_pipe_in_the_tables_place_is_not_waited_for(table):
    os.mkfifo(table)
    with pytest.raises(ConfigurationError, match=r"WAN_PRICES.*is no regular file"):
        quoted(ToAPIs(), REQUEST)


def test_a_file_of_prices_is_read_anew_when_it_changes(table):
    table.write_text('[toapis."wan2.6"]\ncurrency = "cny"\n"720p" = 0.60\n"1080p" = { audible = 1, silent = "0.5" }\n')
    found = quoted(ToAPIs(), REQUEST)
    assert (str(found), found.source, found.date) == ("3 CNY", "your price table", "undated")
    silent = ImageToVideo(image=IMAGE, audio=False, model="wan2.6", resolution="1080p")
    assert str(quoted(ToAPIs(), silent)) == "2.5 CNY"
    table.write_text('date = 2026-11-02\n[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.70\n')
    os.utime(table, ns=(1, 1))
    found = quoted(ToAPIs(), REQUEST)
    assert (str(found), found.date) == ("3.5 CNY", "2026-11-02")
    assert quoted(ToAPIs(), silent) is None


def test_what_is_set_in_the_notebook_comes_before_the_file(table):
    table.write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.60\n')
    set_price("toapis", "wan2.6", own(Decimal(1)))
    assert str(quoted(ToAPIs(), REQUEST)) == "5 CNY"


def test_a_table_bills_input_if_it_says_so(table, film):
    table.write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 1\nbills_input = true\ninput_seconds = 4\n')
    known, unknown = (ReferenceToVideo(references=[each], resolution="720p") for each in (film, "https://x/a.mp4"))
    assert str(quoted(ToAPIs(), known)) == "6 CNY"
    assert str(quoted(ToAPIs(), unknown)) == "up to 9 CNY"
    table.write_text(table.read_text() + "total_seconds = 7\n")
    assert str(quoted(ToAPIs(), unknown)) == "up to 7 CNY"


def test_the_file_may_lie_in_the_home_folder(table, monkeypatch, tmp_path):
    table.write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.60\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WAN_PRICES", "~/prices.toml")
    assert str(quoted(ToAPIs(), REQUEST)) == "3 CNY"


@pytest.mark.parametrize(
    "text",
    [
        "no toml",
        '[toapis."wan2.6"]\n"720p" = 1',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = "much"',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = true',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = -1',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = nan',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = inf',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = [1]',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = { audable = 1 }',
        '[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 1\ninput_seconds = "x"',
        *(f'[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 1\n{line}' for line in WRONG),
        '[toapis."wan2.6"]\ncurrency = "yuan"\n"720p" = 1',
        "[toapis]\nwan = 5",
        b"\xff\xfe",
        None,
    ],
)
def test_a_file_that_is_no_price_table_is_said_to_be_none(table, text):
    if text is not None:
        table.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError, match=r"prices\.toml \(WAN_PRICES\)"):
        quoted(ToAPIs(), REQUEST)


def test_the_seconds_that_go_in_are_those_of_all_films_that_can_be_read(film, clip):
    def seconds(*references):
        return input_seconds(ReferenceToVideo(references=list(references)))

    assert seconds(film) == pytest.approx(1.0, abs=0.05)
    assert seconds(film, clip, film) == pytest.approx(3.0, abs=0.1)
    assert seconds(film, IMAGE, ImageReference("https://x/9f")) == pytest.approx(1.0, abs=0.05)
    assert seconds(IMAGE) == 0.0
    for unreadable in (
        "https://x/a.mp4",
        "https://x/9f",
        VideoReference("https://x/9f"),
        Path("missing.mp4"),
        b"noise",
    ):
        assert seconds(film, unreadable) is None
    assert input_seconds(REQUEST) == input_seconds(ImageToVideo(image=film)) == 0.0


def test_a_picture_that_is_given_as_bytes_costs_nothing_to_put_in():
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    assert input_seconds(ReferenceToVideo(references=[buffer.getvalue()])) == 0.0


def test_the_simulator_is_free():
    assert quoted(Simulator(), REQUEST).amount == 0
