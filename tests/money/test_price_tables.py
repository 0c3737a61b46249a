"""A file of prices with a slip in it: which section, which line, and how it is written."""

import pytest

from wan_widgets import ConfigurationError, TextToVideo
from wan_widgets.money import prices
from wan_widgets.money.prices import quoted
from wan_widgets.providers import ToAPIs

REQUEST = TextToVideo(prompt="A kitten", resolution="720p")
HEAD = '[toapis."wan2.6"]\ncurrency = "CNY"\n'


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setattr(prices, "_own", {})
    path = tmp_path / "prices.toml"
    monkeypatch.setenv("WAN_PRICES", str(path))
    return path


FAULTS = {
    "no quotes": (
        '[toapis.wan2.6]\ncurrency = "CNY"\n"720p" = 0.6',
        '[toapis.wan2.6] needs quotes, for its dot: write [toapis."wan2.6"].',
    ),
    "no quotes, a longer name": (
        '[toapis.wan2.6-flash]\ncurrency = "CNY"',
        '[toapis.wan2.6-flash] needs quotes, for its dot: write [toapis."wan2.6-flash"].',
    ),
    "no quotes, no currency": ("[toapis.wan2.6]\n720p = 0.6", 'write [toapis."wan2.6"].'),
    "another service": (
        '[toapi."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.6',
        '[toapi."wan2.6"]: There is no service \'toapi\'. Did you mean "toapis"?',
    ),
    "no model": ('[toapis]\ncurrency = "CNY"', '[toapis] names no model above currency. Write [toapis."wan2.6"]'),
    "no section": ('currency = "CNY"', 'currency stands above all sections. Write a line such as [toapis."wan2.6"]'),
    "no currency": ('[toapis."wan2.6"]\n"720p" = 1', '[toapis."wan2.6"]: It has no currency. Add a line such as'),
    "no currency, by sound": ('[toapis."wan2.6"]\n"720p" = { audible = 1 }', '[toapis."wan2.6"]: It has no currency.'),
    "an unknown currency": ('[toapis."wan2.6"]\ncurrency = "yuan"\n"720p" = 1', "\"wan2.6\"]: 'yuan' is no currency"),
    "no price": (HEAD, '[toapis."wan2.6"]: It has no price. Add a line such as "720p" = 0.60.'),
    "a word": (
        HEAD + '"720p" = "x"',
        '[toapis."wan2.6"]: "720p" is \'x\': no price of a second. Write "720p" = 0.60.',
    ),
    "below nothing": (HEAD + '"1080p" = { audible = -1 }', "\"1080p\" is '-1': no price of a second."),
    "another sound": (
        HEAD + '"720p" = { audable = 1 }',
        '"720p" has a price for \'audable\'. Write "720p" = { audible = 1.00, silent = 0.80 }.',
    ),
    "neither sound": (HEAD + '"720p" = {}', '"720p" has no price. Write "720p" = { audible'),
    "another field": (
        '[toapis."wan2.6"]\ncurency = "CNY"\n"720p" = 1',
        "curency is neither a field (currency, bills_input, input_seconds, total_seconds) nor a resolution (480p",
    ),
    "a number for a field": (HEAD + '"720p" = 1\nbills_inputs = 4', "bills_inputs is neither"),
    "another resolution": (HEAD + '"720P" = 1', "720P is neither"),
    "half a second": (HEAD + '"720p" = 1\ninput_seconds = 1.5', "such as input_seconds = 5, not"),
    "a decimal comma": (HEAD + '"720p" = 0,60', "at line 3"),
    "a price beyond all numbers": (HEAD + f'"720p" = 1e{"9" * 30}', "cannot be read"),
}


@pytest.mark.parametrize(("text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_slip_is_named_with_its_section_and_the_right_line(table, text, said):
    table.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        quoted(ToAPIs(), REQUEST)
    assert str(caught.value).startswith(f"The price table {table} (WAN_PRICES) ")
    assert said in str(caught.value)


def test_a_file_that_is_no_toml_is_answered_with_an_example_that_can_be_read(table):
    table.write_text("wan2.6: 0.60 CNY")
    with pytest.raises(ConfigurationError) as caught:
        quoted(ToAPIs(), REQUEST)
    said = str(caught.value)
    assert all(part in said for part in ('[toapis."wan2.6"]', 'currency = "CNY"', '"720p" = 0.60'))
    table.write_text('[toapis."wan2.6"]\ncurrency = "CNY"\n"720p" = 0.60')
    assert str(quoted(ToAPIs(), REQUEST)) == "3 CNY"


def test_what_is_unknown_here_and_no_slip_stays_for_those_who_know_it(table, caplog):
    """One file may serve several notebooks, and one of them may have a provider of its own."""
    others = '[my-lab."anything"]\ncurrency = "CNY"\n"4k" = 1\n[newapi."wan-hd"]\ncurrency = "CNY"\n"2k" = 1\n'
    table.write_text(f'{HEAD}"720p" = 0.60\n{others}')
    for _ in range(3):
        assert str(quoted(ToAPIs(), REQUEST)) == "3 CNY"
    [note] = caplog.messages
    assert note.startswith(
        "A price waits for its service. There is no service 'my-lab'. There are: simulator, toapis, "
    )


def test_a_model_that_is_not_listed_is_noted_once(table, caplog):
    table.write_text('[toapis."wan2.66"]\ncurrency = "CNY"\n"720p" = 0.60')
    for _ in range(3):
        assert quoted(ToAPIs(), REQUEST) is None
    [note] = caplog.messages
    assert "ToAPIs lists no model 'wan2.66'" in note
