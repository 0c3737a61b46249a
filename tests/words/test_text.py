"""Sentences as keys and values: how they are read, kept and stored."""

import pickle
import re
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import wan_widgets as ww
from wan_widgets.words import (
    Amount,
    Name,
    Several,
    Text,
    joined,
    language,
    loaded,
    reason_of,
    say,
    set_language,
    size_said,
    speaking,
    stored,
)

SEED = say("wan.seed.none", value="'x'")
NESTED = say(
    "wan.budget.short.day",
    reasons=Several((say("wan.budget.clips", count=5, used=5), SEED), "clauses"),
)
VALUES = {
    "text": SEED,
    "nested": NESTED,
    "joined": joined(SEED, "The service: no.", NESTED),
    "money": say("wan.quote.at_most", amount=Amount(Decimal("1.50"), "CNY")),
    "number": say("wan.quote.at_most", amount=Decimal("7.5")),
    "moment": say("wan.quote.at_most", amount=datetime(2026, 11, 29, 12, tzinfo=UTC)),
    "services": "Their own words.",
}


@pytest.fixture(autouse=True)
def _no_language_is_set(monkeypatch):
    monkeypatch.delenv("WAN_LANG", raising=False)
    set_language(None)
    yield
    set_language(None)


def in_all(said):
    spoken = {}
    for name in ("en", "zh", "ru"):
        with speaking(name):
            spoken[name] = str(said)
    return spoken


def test_one_sentence_is_read_in_the_language_that_holds():
    assert in_all(SEED) == {"en": "'x' is not a seed.", "zh": "'x' 不是随机种子。", "ru": "'x' — не зерно."}
    assert f"{SEED}" == str(SEED) == repr(SEED) == "'x' is not a seed."


def test_a_name_is_english_as_text_and_in_the_language_in_a_sentence():
    name = Name("providers.title.simulator")
    assert name == "Simulator"
    assert isinstance(name, str)
    said = say("providers.seed.none", model="wan2.6", service=name)
    spoken = in_all(said)
    assert spoken["en"] == "wan2.6 at Simulator takes no seed."
    assert spoken["zh"].startswith("模拟器的 wan2.6 ")
    assert "Симулятор" in spoken["ru"]
    assert in_all(loaded(stored(said))) == in_all(pickle.loads(pickle.dumps(said))) == spoken


@pytest.mark.parametrize(
    ("count", "russian"),
    [(1, "1 ошибка"), (2, "2 ошибки"), (5, "5 ошибок"), (11, "11 ошибок"), (21, "21 ошибка"), (102, "102 ошибки")],
)
def test_a_count_has_the_plural_of_its_language(count, russian):
    spoken = in_all(say("wan.invalid", count=count, problems=""))
    assert f"{russian}; ничего не отправлено" in spoken["ru"]
    assert f"{count} problem{'s' * (count != 1)};" in spoken["en"]
    assert f"请求有 {count} 处问题" in spoken["zh"]


def test_sentences_follow_each_other_as_the_language_writes_them():
    spoken = in_all(joined(SEED, "", None, say("wan.budget.remedy.day")))
    assert spoken["en"] == "'x' is not a seed. It begins anew at midnight."
    assert spoken["zh"] == "'x' 不是随机种子。预算在午夜重新计算。"
    assert in_all(joined("Theirs.", SEED, SEED))["zh"] == "Theirs. 'x' 不是随机种子。'x' 不是随机种子。"
    assert joined("", SEED) is SEED
    assert joined() == joined("", None) == ""


def test_values_are_written_as_the_language_writes_them():
    spoken = in_all(say("wan.quote.at_most", amount=Amount(Decimal("1234.5"), "CNY")))
    assert spoken["en"] == "up to CN¥1,234.50"
    assert spoken["zh"] == "最多 ¥1,234.50"
    assert spoken["ru"].replace("\xa0", " ") == "до 1 234,50 CN¥"
    assert str(Amount(Decimal("0.0375"), "USD")) == "$0.0375"
    assert in_all(Several(("480p", "720p", "1080p"), "or")) == {
        "en": "480p, 720p, or 1080p",
        "zh": "480p、720p 或 1080p",
        "ru": "480p, 720p или 1080p",
    }
    assert in_all(Several(("a", "b"), "plain"))["zh"] == "a、b"
    assert in_all(say("wan.quote.at_most", amount=7.5))["ru"] == "до 7,5"


@pytest.mark.parametrize("number", [1e300, Decimal("1e400"), Decimal("9" * 32), -1e25, float("nan"), float("inf")])
def test_a_number_that_nobody_can_read_stops_no_sentence(number):
    assert in_all(say("wan.quote.at_most", amount=number))["en"].startswith("up to ")
    assert "CN" in str(Amount(Decimal(number), "CNY"))


@pytest.mark.parametrize("said", VALUES.values(), ids=VALUES)
def test_what_is_stored_can_be_read_in_another_language_later(said):
    kept = stored(said)
    assert kept is None or isinstance(kept, str)
    assert loaded(kept) == said
    assert in_all(loaded(kept)) == in_all(said)
    assert in_all(pickle.loads(pickle.dumps(said))) == in_all(deepcopy(said)) == in_all(said)


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "No.", '{"sentence": ', '{"sentence": 5}', '{"sentence": "a", "values": 1}'),
        *('{"sentence": ["a"], "values": {}}', '{"sentence": null, "values": {}}', '{"sentence": "", "parts": []}'),
        '{"sentence": "wan.invalid", "values": {"count": "two", "problems": ""}}',
        '{"sentence": "wan.quote.at_most", "values": {"amount": {"amount": "much", "currency": "CNY"}}}',
    ],
)
def test_what_is_no_stored_sentence_stays_as_it_is(text):
    assert loaded(text) == text


@pytest.mark.parametrize("kept", [stored(SEED), stored(NESTED), '{"sentence": "console.tasks.none", "values": {}}'])
def test_somebody_else_cannot_say_our_sentences(kept):
    assert loaded(stored(kept)) == kept
    assert in_all(joined(SEED, loaded(stored(kept))))["ru"] == f"{in_all(SEED)['ru']} {kept}"


def test_a_key_that_is_not_known_is_shown_itself():
    assert str(Text("a.key.of.tomorrow", {})) == "a.key.of.tomorrow"
    assert str(say("wan.seed.none")) == "{value} is not a seed."


def test_the_language_is_that_of_code_else_that_of_the_environment(monkeypatch):
    assert language() == "en"
    monkeypatch.setenv("WAN_LANG", "ru_RU.UTF-8")
    assert (language(), str(SEED)) == ("ru", "'x' — не зерно.")
    set_language("zh-CN")
    assert language() == "zh"
    with speaking("en"):
        assert language() == "en"
    set_language(None)
    assert language() == "ru"
    for wrong in ("xx", "", 5, b"zh", ["zh"], True):
        with pytest.raises(ValueError, match=f"Языка {re.escape(repr(wrong))} нет"):
            set_language(wrong)
    assert language() == "ru"


def test_an_error_is_the_same_in_all_languages_and_says_another_text():
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.TextToVideo("A kitten", seed="x", duration=0)
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.key, error.values["count"]) == ("wan.invalid", 2)
    assert [each.key for each in error.problems] == ["wan.duration.none", "wan.seed.none"]
    spoken = in_all(error)
    assert "'x' is not a seed. Allowed: whole numbers from 0" in spoken["en"]
    assert "\n  seed：'x' 不是随机种子。允许：" in spoken["zh"]  # noqa: RUF001
    assert "\n  seed: 'x' — не зерно. Допустимо: целые числа от 0" in spoken["ru"]
    plain = ww.WanError("Theirs.")
    assert (plain.key, plain.values) == ("", {})


def test_what_the_system_says_is_said_in_the_language_and_without_the_path(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").read_bytes()
    assert in_all(say("files.input.unreadable", name="a", reason=reason_of(caught.value))) == {
        "en": "a cannot be read: No such file or directory.",
        "zh": "无法读取 a：没有这个文件或文件夹。",  # noqa: RUF001
        "ru": "a не читается: нет такого файла или папки.",
    }
    assert reason_of(OSError(95, "Operation not supported", "/secret/path")) == "Operation not supported"
    assert reason_of(ValueError("embedded null byte")) == "embedded null byte"
    assert [str(size_said(size)) for size in (1, 40_000, 7_300_000, 2_500_000_000)] == [
        "0 kB",
        "40 kB",
        "7.3 MB",
        "2.5 GB",
    ]


def test_a_sentence_has_its_parts_as_a_text_has_them():
    assert "not a seed" in SEED
    assert "no seed at all" not in SEED


def test_the_page_about_words_shows_what_is_said():
    page = (Path(__file__).parents[2] / "docs" / "words.md").read_text("utf-8")
    said = say("wan.seed.large", value=2**70)
    assert f'say("wan.seed.large", value=2**70)  # "{said}"' in page
