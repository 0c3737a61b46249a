"""What a cell or a terminal shows is in the language of the widgets; what code reads is English until one is set."""

import io
import sys
import time

import httpx
import pytest

import wan_widgets as ww
from shared.network import Service, task
from wan_widgets.console.statusline import StatusLine
from wan_widgets.console.tasks import Tasks
from wan_widgets.generation.step import Step
from wan_widgets.wan.estimates import Estimate
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import say
from wan_widgets.words.languages import note_page

NOW = 1_790_000_000.0
ESTIMATE = Estimate(low=NOW + 100, likely=NOW + 120, high=NOW + 190)
RUNNING = VideoTask(id="t-1", status=TaskStatus.IN_PROGRESS, provider="toapis", progress=40, estimate=ESTIMATE)


@pytest.fixture(autouse=True)
def _english_again():
    yield
    ww.set_budget()
    ww.set_language(None)
    note_page([])


def shown(capsys, step):
    line = StatusLine()
    line._is_terminal = True
    line.show(step)
    return capsys.readouterr().out.partition("· ")[2]


@pytest.mark.parametrize(
    ("language", "running", "waiting"),
    [
        ("en", "t-1 · in progress 40 % · about 2 min left (1:40 to 3:10)", "waiting: 2 of your tasks must end"),
        ("zh", "t-1 · 生成中 40% · 约剩 2 分钟（1:40–3:10）", "等待中：您还有 2 个任务结束后"),  # noqa: RUF001
        ("ru", "t-1 · обрабатывается 40 % · ещё около 2 мин (1:40–3:10)", "ожидание: сервис примет эту задачу"),
    ],
)
def test_the_status_line_speaks_the_language_of_the_page(language, running, waiting, capsys, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: NOW)
    monkeypatch.setenv("COLUMNS", "200")
    note_page(["de", language])
    assert shown(capsys, Step(task=RUNNING)).replace("\xa0", " ").replace("\u202f", " ") == running
    assert shown(capsys, Step(waiting=2)).startswith(waiting)
    assert str(say("console.tasks.none")) == "No orders."


@pytest.mark.parametrize(("language", "encoding"), [("en", "ascii"), ("ru", "cp1252"), ("zh", "cp1251")])
def test_a_terminal_without_the_letters_loses_no_clip(language, encoding, monkeypatch):
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    monkeypatch.setattr(sys, "stdout", output)
    ww.set_language(language)
    line = StatusLine()
    line.show(Step(task=RUNNING))
    line.say(say("console.tasks.none"))
    output.seek(0)
    assert "t-1" in output.read()


def test_tables_change_with_the_language(outputs):
    ww.set_budget(ww.Budget(clips=3, seconds=7.5, per="day"))
    orders, budgets = Tasks(), ww.budgets()
    ww.set_language("ru")
    assert repr(orders) == "Заказов нет."
    assert "<th>промпт</th>" in orders._repr_html_()
    assert (
        repr(budgets)
        .replace("\xa0", " ")
        .startswith("ролики на день: лимит 3, использовано 0, осталось 3; секунды на день: лимит 7,5")
    )
    ww.set_language("zh")
    assert repr(orders) == "没有订单。"
    assert "<td>每天的视频数</td><td>3</td>" in budgets._repr_html_()


def test_an_order_that_is_not_unfinished_is_told_with_its_state(bought_order):
    with pytest.raises(ww.LedgerError) as caught:
        ww.dismiss(bought_order)
    assert caught.value.key == "console.dismiss.ended"
    assert "it is completed" in str(caught.value)
    ww.set_language("zh")
    assert "已经结束（已完成）" in str(caught.value)  # noqa: RUF001


@pytest.fixture
def bought_order(clip, clock, outputs):
    service = Service(task(), task("completed"), httpx.Response(200, content=clip))
    ww.generate("A kitten", seed=7, resolution="720p", provider=service.client(clock))
    return ww.tasks()[0].id
