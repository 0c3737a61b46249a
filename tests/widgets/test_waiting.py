"""Waiting for a clip that a widget ordered, and hearing of clips, in code."""

import asyncio
import threading

import pytest

import wan_widgets as ww
from shared.orders import until as eventually
from shared.quick import QUICK
from wan_widgets.ledger.ledger import ledger
from wan_widgets.simulator import Script, Simulator
from widgets.test_board import quick, say, until, until_ordered

REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


@pytest.fixture(autouse=True)
def _here(outputs):
    """Clips do not land in the checkout."""


@pytest.fixture
def simulator(tmp_path):
    return Simulator(tmp_path / "simulator")


@pytest.fixture
def studio(simulator):
    return ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))


def test_a_studio_and_its_form_return_something_to_wait_for(studio, simulator):
    simulator.script(quick(), quick(), quick())
    assert (video := studio.submit(REQUEST).result(60)).seed == 1
    assert video.price is None, "it is simulated"
    studio.form.prompt, studio.form.seed, studio.form.resolution = "A dog", 2, "720p"
    assert studio.form.submit().result(60).prompt == "A dog"

    async def awaited():
        return await studio.submit(REQUEST)

    assert asyncio.run(awaited()).path.is_file()
    assert len(studio.videos) == 3


def test_a_form_alone_calls_its_handlers_or_says_that_nobody_listens():
    form, heard = ww.VideoForm(prompt="A kitten"), []
    with pytest.raises(ww.WanError, match="on_generate"):
        form.submit()
    form.on_generate(heard.append)
    assert form.submit() is None
    assert heard == [form.request]
    form.prompt = ""
    with pytest.raises(ww.InvalidRequest):
        form.submit()


def test_what_ends_without_a_clip_ends_the_waiting(studio, simulator):
    simulator.script(quick(ending="failed"))
    failed = studio.submit(REQUEST)
    with pytest.raises(ww.TaskFailed) as caught:
        failed.result(60)
    assert (caught.value.request, caught.value.ledger_id) == (REQUEST, ledger().entries()[0].id)


def test_what_is_cancelled_ends_the_waiting(studio, simulator):
    simulator.script(Script(queued=60, running=60))
    future = studio.submit(REQUEST)
    until_ordered(studio)
    assert not future.cancel(), "ending the waiting does not end the order"
    say(studio, kind="cancel", key=studio._cards[0]["key"])
    with pytest.raises(ww.TaskCancelled):
        future.result(60)


def test_what_is_refused_ends_the_waiting(studio, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", "/proc/nowhere")
    with pytest.raises(ww.ConfigurationError):
        studio.submit(REQUEST).result(60)


def test_a_closed_studio_orders_nothing(studio):
    studio.close()
    with pytest.raises(ww.WanError, match="closed"):
        studio.submit(REQUEST)
    with pytest.raises(ww.WanError):
        studio.form.submit()
    assert ledger().entries() == []


def test_each_clip_is_heard_once_and_a_bad_listener_stops_nothing(studio, simulator, caplog):
    simulator.script(quick(), quick(ending="failed"), quick())
    heard = []

    def bad(_video):
        raise ZeroDivisionError

    with pytest.raises(TypeError, match="on_video takes a function"):
        studio.on_video("print")
    studio.on_video(bad)
    studio.on_video(heard.append)
    first = studio.submit(REQUEST).result(60)
    studio.submit(REQUEST).exception(30)
    until(lambda: heard == [first])
    assert "ZeroDivisionError" in caplog.text
    studio.on_video(heard.append, remove=True)
    studio.submit(REQUEST).result(60)
    assert heard == [first]
    view = ww.TaskView(first.task_id, studio.form.client)
    again = []
    view.on_video(again.append)
    until(lambda: again == [first])


def test_a_listener_is_called_in_the_loop_in_which_it_was_given(studio, simulator):
    simulator.script(quick())

    async def heard():
        loop, threads = asyncio.Event(), []
        studio.on_video(lambda _video: (threads.append(threading.current_thread()), loop.set()))
        studio.submit(REQUEST)
        await asyncio.wait_for(loop.wait(), 30)
        return threads

    assert asyncio.run(heard()) == [threading.current_thread()]


def test_a_listener_may_be_a_coroutine_function(studio, simulator, caplog):
    simulator.script(quick(), quick())
    heard = []

    async def note(video):
        await asyncio.sleep(0)
        heard.append(video)
        raise ZeroDivisionError

    studio.on_video(note)
    first = studio.submit(REQUEST).result(60)
    until(lambda: heard == [first])
    studio.on_video(note, remove=True)

    async def in_a_loop():
        studio.on_video(note)
        second = await studio.submit(REQUEST)
        await eventually(lambda: heard == [first, second])

    asyncio.run(in_a_loop())
    until(lambda: [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError] * 2)


@pytest.mark.parametrize("name", ["videos", "tasks", "promt", "form.prompt", ["prompt"]], ids=str)
def test_a_name_that_cannot_be_observed_is_told(studio, name):
    with pytest.raises(AttributeError, match="cannot be observed") as caught:
        studio.observe(print, name)
    assert ("form.observe(f, 'prompt')" if "pro" in str(name) else "on_video(f)") in str(caught.value)
    studio.form.observe(print, ["prompt", "seed"])
    studio.observe(print)


NOTEBOOK = f"""\
{QUICK}
import wan_widgets as ww
heard = []
studio = ww.Studio()
studio.on_video(lambda video: heard.append(video.path.name))
video = await studio.submit(ww.TextToVideo(prompt="An owl", seed=1))
print(video.path.name)
"""


def test_in_a_notebook(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    cells = [nbformat.v4.new_code_cell(code) for code in (NOTEBOOK, "print(heard)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    texts = [output.text for cell in notebook.cells for output in cell.outputs if output.output_type == "stream"]
    assert texts == ["an-owl-1.mp4\n", "['an-owl-1.mp4']\n"]
