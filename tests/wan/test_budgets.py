"""Limits as values: what they cover, what they refuse and with which figures, how they are written."""

import re
import tomllib
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import Budget, ConfigurationError, Quote
from wan_widgets.wan.budgets import Money, Use, budgets_from, parse_budgets


def used(clips=0, seconds=0.0, **money):
    return Use(clips=clips, seconds=seconds, money={name: Decimal(amount) for name, amount in money.items()})


def price(amount, currency="CNY"):
    return Quote(
        amount=Decimal(amount), currency=currency, seconds=5.0, per_second=Decimal(amount) / 5, source="x", date="y"
    )


def refusal(budget, use, quote=None, duration=5):
    said = budget.refusal(use, duration, quote)
    return said and str(said)


@pytest.mark.parametrize(
    ("budget", "full", "nearly", "figures"),
    [
        (Budget(clips=2), used(clips=2), used(clips=1), "2 of 2 clips are used"),
        (Budget(clips=0), used(clips=0), None, "it allows no clips"),
        (Budget(seconds=12), used(seconds=7.5), used(seconds=7), "7.5 of 12 seconds are used, and this clip has 5"),
        (
            Budget(money="10 CNY"),
            used(CNY="8.51"),
            used(CNY="8.50"),
            "CN¥8.51 of CN¥10.00 are spent, and this clip costs CN¥1.50",
        ),
        (Budget(money="0 CNY"), used(), None, "CN¥0.00 of CN¥0.00 are spent, and this clip costs CN¥1.50"),
    ],
)
def test_a_budget_covers_up_to_its_last_unit_and_says_with_figures_what_it_does_not(budget, full, nearly, figures):
    assert figures in refusal(budget, full, price("1.50"))
    assert nearly is None or refusal(budget, nearly, price("1.50")) is None


def test_all_that_is_set_must_hold_and_each_reason_is_told():
    budget = Budget(money="10 CNY", clips=1, seconds=4, per="day")
    said = refusal(budget, used(clips=1, CNY="10"), price("1"))
    assert said.startswith("The budget per day does not cover it: ")
    assert said.count(";") == 2
    assert all(unit in said for unit in ("clips", "seconds", "CN¥"))


def test_tenths_add_up_as_money_does():
    assert refusal(Budget(money="0.3 CNY"), used(CNY="0.2"), price("0.1")) is None


def test_currencies_never_mix():
    euros = Budget(money="100 EUR")
    assert "$10" not in (said := refusal(euros, used(EUR="1"), price("10", "USD")))
    assert "the price of this clip is in USD" in said
    spent_elsewhere = used(USD="5000")
    assert refusal(euros, spent_elsewhere, price("100", "EUR")) is None


def test_a_request_of_unknown_price_needs_another_limit_or_a_price_of_the_users():
    said = refusal(Budget(money="100 CNY"), used())
    assert "the price of this clip is not known" in said
    assert "set a limit in clips or seconds, or a price of your own" in said
    assert refusal(Budget(money="100 CNY", clips=5), used(clips=4)) is None
    assert "5 of 5 clips" in refusal(Budget(money="100 CNY", clips=5), used(clips=5))
    assert refusal(Budget(money="100 CNY", seconds=5), used()) is None


def test_what_is_free_is_covered_in_every_currency():
    assert refusal(Budget(money="0 CNY"), used(), price("0", "XXX")) is None


@given(st.lists(st.integers(1, 3000), max_size=40), st.integers(0, 20_000))
def test_whatever_is_ordered_the_sum_stays_within(cents, limit):
    budget, spent = Budget(money=f"{Decimal(limit) / 100} CNY"), Decimal(0)
    for cost in cents:
        amount = Decimal(cost) / 100
        if refusal(budget, used(CNY=spent), price(amount)) is None:
            spent += amount
        else:
            assert spent + amount > Decimal(limit) / 100
    assert spent <= Decimal(limit) / 100


@pytest.mark.parametrize(
    ("text", "money"),
    [("10 CNY", Money(Decimal(10), "CNY")), (" 0.50cny ", Money(Decimal("0.5"), "CNY")), ("1e", None), ("", None)]
    + [
        (wrong, None)
        for wrong in ("10", "CNY", "-1 CNY", "1.2.3 CNY", ". CNY", "nan CNY", "10 yuan", "1,5 CNY", "1 ЮАН")
    ]
    + [(wrong, None) for wrong in (10, 10.5, b"10 CNY", ("10", "CNY"), Decimal(10))],
)
def test_money_is_written_as_an_amount_and_a_currency(text, money):
    if money is not None:
        assert Budget(money=text).money == money
        return
    with pytest.raises(ConfigurationError, match='write it as "10 CNY"'):
        Budget(money=text)


@pytest.mark.parametrize("currency", ["", "yuan", "C1Y", "ЮАН", None, 5])
def test_a_currency_is_three_letters(currency):
    with pytest.raises(ConfigurationError, match="three letters"):
        Money(Decimal(1), currency)


def test_a_currency_is_one_however_it_is_written():
    budget = Budget(money=Money(Decimal(1), "cny"), clips=100)
    assert "CN¥1.00 of CN¥1.00 are spent" in refusal(budget, used(CNY="1"), price("1"))


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal(-1), 5, 5.0, "5"])
def test_an_amount_that_cannot_be_counted_is_refused(amount):
    with pytest.raises(ConfigurationError, match="no amount of money"):
        Money(amount, "CNY")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"clips": -1},
        {"clips": True},
        {"clips": float("inf")},
        {"clips": "many"},
        {"clips": 2.5},
        {"clips": "2.5"},
        {"seconds": float("inf")},
        {"seconds": float("nan")},
        {"seconds": "ten"},
        {"clips": 1, "per": "week"},
        {"clips": 1, "per": ["day"]},
        {"clips": 1, "per": None},
    ],
)
def test_what_is_no_limit_is_refused(fields):
    with pytest.raises(ConfigurationError, match="budget"):
        Budget(**fields)


@pytest.mark.parametrize("twenty", ["20", " 20 ", 20.0, np.int64(20), np.array(20), Decimal(20)], ids=repr)
def test_a_limit_is_a_number_however_it_is_written(twenty):
    for limit in ("clips", "seconds"):
        assert Budget(**{limit: twenty}) == Budget(**{limit: 20})
        assert type(getattr(Budget(**{limit: twenty}), limit)) is int


@pytest.mark.parametrize("day", ["day", "Day", " DAY ", "'day'"])
def test_a_scope_is_known_however_it_is_written(day):
    assert Budget(clips=1, per=day) == Budget(clips=1, per="day") == parse_budgets(f"clips=1, per={day}")[0]


def test_a_switch_and_a_fraction_of_numpy_are_pythons_own():
    budget = Budget(seconds=np.float64(7.5), counts_simulated=np.True_)
    assert (type(budget.seconds), budget.counts_simulated) == (float, True)
    assert budget == Budget(seconds=7.5, counts_simulated=True)


@pytest.mark.parametrize(
    ("line", "budgets"),
    [
        ("clips=20", (Budget(clips=20),)),
        (
            " money = 10 CNY , clips=20,per=day ; seconds=1.5,;",
            (Budget(money="10 CNY", clips=20, per="day"), Budget(seconds=1.5)),
        ),
    ],
)
def test_budgets_are_written_in_a_line(line, budgets):
    assert parse_budgets(line) == budgets


@pytest.mark.parametrize(
    "line",
    [
        *("clips", "clips=", "clips=2.5", "clips=many", "seconds=soon", "seconds=nan", "money=ten CNY"),
        *("money=1,50 CNY", "clip=2", "per=day", "clips:1", "clips=-1", "20", ", =3"),
        f"clips={'9' * 5000}",
        *("", " ", ";", " ; ", ",", ", ;", "clips=5, clips=5000", "Clips=1", "clips=1_000", "clips=٣", "clips=-0"),
        *("seconds=inf", "seconds=1e400", "seconds=1_0", "seconds=-1", f"seconds={'9' * 400}"),
    ],
)
def test_a_line_that_is_none_is_refused_rather_than_read_as_no_limit(line):
    with pytest.raises(ConfigurationError):
        parse_budgets(line)


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("clips=1; per=day", "clips=1, per=day"),
        ("per=day; money=10 CNY", "money=10 CNY, per=day"),
        ("clips=5; seconds=2.5; per=notebook;", "seconds=2.5, per=notebook"),
        ("clips=5, per=day; per=notebook", "clips=5, per=notebook"),
    ],
)
def test_a_semicolon_that_cuts_off_the_scope_is_found_out(line, whole):
    with pytest.raises(ConfigurationError, match=rf"a comma goes on with this one\. Write {re.escape(whole)}\.$"):
        parse_budgets(line)


def test_budgets_are_written_as_tables():
    text = '[[budget]]\nmoney = "10 CNY"\nper = "day"\n[[budget]]\nclips = 100\nseconds = 500'
    assert budgets_from(tomllib.loads(text)) == (Budget(money="10 CNY", per="day"), Budget(clips=100, seconds=500))
    assert budgets_from(tomllib.loads("[budget]\nclips = 1")) == (Budget(clips=1),)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[[budgets]]\nclips = 1", "budget = 5", 'budget = ["x"]', "[[budget]]", "[[budget]]\nclip = 1"),
        "[[budget]]\nmoney = 10",
        "[[budget]]\nclips = true",
        "[[budget]]\nclips = nan",
        "[[budget]]\nper = 1\nclips = 1",
        *("budget = []", "clips = 3\n[[budget]]\nclips = 100", "[[Budget]]\nclips = 1\n[[budget]]\nclips = 3"),
        *("[[Budget]]\nclips = 1", "[[budget]]\nClips = 3", "[[budget]]\nclips = inf", "[[budget]]\nclips = 3.7"),
        *("[[budget]]\nseconds = inf", "[[budget]]\nclips = 1\n[[budget]]", "# clips = 3"),
    ],
)
def test_tables_that_are_none_are_refused_rather_than_read_as_no_limit(text):
    with pytest.raises(ConfigurationError):
        budgets_from(tomllib.loads(text))


@pytest.mark.parametrize(
    ("money", "text"),
    [
        ("10 CNY", "10 CNY"),
        ("0.50 USD", "0.5 USD"),
        ("100 EUR", "100 EUR"),
        ("0 CNY", "0 CNY"),
        ("0.000001 CNY", "0.000001 CNY"),
    ],
)
def test_money_is_shown_as_people_write_it(money, text):
    assert str(Budget(money=money).money) == text


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        ("clips", np.int64(3), 3),
        *(("seconds", seconds, 7.5) for seconds in (np.float64(7.5), np.float32(7.5))),
        *(("money", ten, Money(Decimal(10), "CNY")) for ten in ("10CNY", "'10 cny'", "\ufeff10 CNY\n", "10 CNY\u200b")),
        *(("counts_simulated", yes, True) for yes in (np.True_, np.array(True))),
    ],
    ids=str,
)
def test_a_limit_that_was_computed_or_pasted_is_that_limit(field, written, kept):
    limit = getattr(Budget(**{"clips": 1} | {field: written}), field)
    assert (limit, type(limit)) == (kept, type(kept))
