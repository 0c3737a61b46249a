"""An engine is asked which model it has while the kernel goes on: neither the thread nor the order waits wrongly."""

import asyncio
import threading

import httpx
import pytest

import wan_widgets as ww
from wan_widgets.widgets import form as forms
from widgets.messages import say
from widgets.test_board import until

SMALL, LARGE = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", "Wan-AI/Wan2.1-T2V-14B-Diffusers"


class Engine:
    """An engine that says which model it has as soon as it may."""

    def __init__(self, model=SMALL):
        self.model, self.status = model, 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.client = ww.AsyncClient(
            "openai-videos", base_url="http://127.0.0.1:8000", transport=httpx.MockTransport(self._answer)
        )

    async def _answer(self, _request):
        await asyncio.to_thread(self.may_answer.wait, 20)
        card = {"id": self.model, "owned_by": "sglang", "task_type": "T2V"}
        return httpx.Response(self.status, json={"data": [card]})


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
def form(engine):
    form = ww.VideoForm(engine.client, prompt="An owl", resolution="480p", duration=1, audio=False)
    form.bought = []
    form.sell_through(lambda client, prepared: form.bought.append((client, prepared.request)), lambda _: "")
    yield form
    form.close()


def beside(act):
    """Run `act` as the kernel does, which has an event loop on the thread that hears the browser."""
    asyncio.run(act())


async def came(condition):
    """Let the loop of this thread go on until something has come about."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about")


def clicked(form, **values):
    return say(form, kind="generate", id="a", values=values, sure=False)


def test_a_choice_does_not_hold_the_thread_and_the_newest_one_counts(engine, form):
    async def act():
        say(form, kind="choose", id="1", name="simulator")
        await came(lambda: form._service["name"] == "simulator")
        engine.may_answer.clear()
        slow = say(form, kind="choose", id="2", name="openai-videos", base_url=engine.client.base_url)
        quick = say(form, kind="choose", id="3", name="simulator")
        await came(lambda: quick)
        engine.may_answer.set()
        await came(lambda: len(quick) == 2)
        assert slow == []
        assert [(answer["id"], answer["kind"]) for answer, _ in quick] == [("3", "chosen"), ("2", "chosen")]
        assert form._service["name"] == "simulator"

    beside(act)


def test_what_was_clicked_is_bought_whatever_happens_while_the_engine_is_asked(engine, form):
    async def act():
        engine.may_answer.clear()
        answers = clicked(form, prompt="A fox", seed=7)
        assert answers == []
        form.prompt = "A wolf"
        say(form, kind="choose", id="1", name="simulator")
        await came(lambda: form._service["name"] == "simulator")
        engine.may_answer.set()
        await came(lambda: form.bought)
        [(client, request)] = form.bought
        assert (client.provider.name, request.prompt, request.seed) == ("openai-videos", "A fox", 7)
        assert form.prompt == "A wolf"

    beside(act)


def test_an_engine_with_another_model_by_now_gets_no_order_and_the_form_has_that_model(engine, form):
    async def act():
        engine.model = LARGE
        answers = clicked(form)
        await came(lambda: answers)
        assert answers[0][0]["kind"] == "refused"
        assert "wan2.1-t2v-14b" in answers[0][0]["message"]
        assert form.model == "wan2.1-t2v-14b"
        assert form.bought == []

    beside(act)


def test_a_server_that_says_nothing_at_first_is_asked_again_at_the_click(engine):
    engine.status = 500
    form = ww.VideoForm(engine.client, prompt="An owl", resolution="480p", duration=1, audio=False)
    form.sell_through(lambda client, prepared: bought.append(prepared.request), lambda _: "")
    bought, trouble = [], form._service["trouble"]

    async def act():
        refused = clicked(form)
        await came(lambda: refused)
        assert refused[0][0]["message"] == trouble != ""
        engine.status = 200
        answers = say(form, kind="generate", id="b", values={"prompt": "A fox"}, sure=False)
        await came(lambda: answers)
        assert answers[0][0]["kind"] == "accepted"
        assert [(request.prompt, request.model) for request in bought] == [("A fox", "wan2.1-t2v-1.3b")]
        assert form._service["trouble"] == ""

    beside(act)


def test_a_wish_to_ask_again_does_not_hold_the_thread(engine, form):
    async def act():
        engine.model = LARGE
        engine.may_answer.clear()
        form._client = engine.client  # this client has not heard of any model yet
        answers = say(form, kind="discover")
        assert answers == []
        engine.may_answer.set()
        await came(lambda: answers)
        assert form.model == "wan2.1-t2v-14b"

    beside(act)


def test_a_studio_buys_where_the_click_was_made_for(tmp_path, monkeypatch):
    """The worker may still be reading a large file when another service is chosen."""
    posted, read = [], threading.Event()

    def service(name):
        def answer(request):
            posted.append((name, request.method))
            return httpx.Response(402, json={"error": {"message": "no"}})

        return ww.AsyncClient("toapis", api_key="k", base_url=name, transport=httpx.MockTransport(answer))

    def slow(client, request):
        read.wait(60)
        return prepare(client, request)

    prepare = forms.prepare
    monkeypatch.setattr(forms, "prepare", slow)
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    studio = ww.Studio(service("https://one.example"), prompt="An owl")
    clicked(studio.form, seed=7)
    studio.form.use(service("https://two.example"))
    read.set()
    until(lambda: studio._cards and studio._cards[0]["ended"])
    assert posted == [("https://one.example", "POST")]
    studio.close()
