"""The language of the widgets of a kernel: who says it, and what Python then says again."""

import pytest

import wan_widgets as ww
from shared.network import KEY
from wan_widgets.widgets.bundle import bundle
from wan_widgets.widgets.cards import _detail
from wan_widgets.words import speaking
from wan_widgets.words.catalogue import labels
from widgets.messages import say
from widgets.test_board import until


@pytest.fixture(autouse=True)
def _english_again():
    yield
    ww.set_language(None)
    bundle().hosts = []


def test_the_page_says_the_language_and_code_and_the_environment_say_it_louder(monkeypatch):
    form = ww.VideoForm("simulator")
    assert form._bundle.labels == labels("en")
    form._bundle.set_state({"hosts": ["de-DE", "zh-CN", "ru"]})
    assert form._bundle.labels == labels("zh")
    ww.set_language("ru")
    assert form._bundle.labels == labels("ru")
    ww.set_language(None)
    assert form._bundle.labels == labels("zh")
    monkeypatch.setenv("WAN_LANG", "en")
    form._bundle.set_state({"hosts": ["ru"]})
    assert form._bundle.labels == labels("en")


def test_a_widget_that_sees_no_other_is_told_each_change():
    form, other = ww.VideoForm("simulator"), ww.VideoForm("simulator")
    sent = say(form, kind="language", hosts=["ru"])
    say(other, kind="language", hosts=["ru"])
    other.close()
    ww.set_language("zh")
    assert [content["labels"]["language"] for content, _ in sent] == ["ru", "zh"]


def test_what_python_has_put_into_words_is_said_again():
    studio = ww.Studio("simulator", prompt="An owl", seed=7)
    studio.form.submit()
    until(lambda: studio._cards)
    assert "seed 7" in studio._cards[0]["facts"]
    ww.set_language("ru")
    until(lambda: "зерно 7" in studio._cards[0]["facts"])
    ww.set_language("zh")
    until(lambda: "种子 7" in studio._cards[0]["facts"])
    until(lambda: "5 秒" in studio._cards[0]["facts"])


def test_the_problems_of_a_form_are_said_again():
    form = ww.VideoForm(ww.AsyncClient("uniall", api_key=KEY), mode="r2v", references=["https://a.example/1"])
    assert labels("en")["kind.tell"] in form._problems[-1]["text"] + form._problems[0]["text"]
    ww.set_language("zh")
    assert any(labels("zh")["kind.tell"] in problem["text"] for problem in form._problems)


def test_a_closed_kernel_model_hears_of_no_language():
    form = ww.VideoForm("simulator")
    shared = form._bundle
    shared.close()
    ww.set_language("zh")
    assert shared.labels == labels("en")
    assert ww.VideoForm("simulator")._bundle.labels == labels("zh")


def test_a_click_is_answered_in_the_language_of_the_widgets_by_whichever_thread():
    studio = ww.Studio("simulator", prompt="An owl")
    studio._bundle.set_state({"hosts": ["ru"]})
    sent = say(studio.form, kind="generate", id="1", values={"prompt": "", "seed": 7})
    until(lambda: any(content["kind"] == "refused" for content, _ in sent))
    [refused] = [content for content, _ in sent if content["kind"] == "refused"]
    assert [problem["text"] for problem in refused["problems"]] == [
        "Для ролика по тексту нужен промпт. Опишите, что происходит в ролике."
    ]


def test_the_record_of_a_notebook_speaks_the_language_of_its_page():
    studio = ww.Studio("simulator")
    assert studio._record()["text/plain"] == "Wan Studio: run this cell to open it."
    studio._bundle.set_state({"hosts": ["zh-CN"]})
    assert studio._record()["text/plain"] == "Wan Studio：运行此单元格即可打开。"  # noqa: RUF001


@pytest.mark.parametrize(
    ("name", "request_id"),
    [("en", "request r-1"), ("zh", "请求 ID：r-1"), ("ru", "ID запроса r-1")],  # noqa: RUF001
)
def test_the_codes_for_a_services_support_are_named_in_the_language(name, request_id):
    error = ww.HTTPStatusError("No.", status_code=400, code="bad", request_id="r-1")
    with speaking(name):
        assert _detail(error) == f"HTTP 400 · bad · {request_id}"
