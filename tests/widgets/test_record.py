"""The record of a Studio follows what happens: no clip is missing, and what is not finished says how to go on."""

import nbformat
import pytest
from nbclient import NotebookClient

import wan_widgets as ww
from shared.quick import QUICK
from wan_widgets.generation.step import Step
from wan_widgets.simulator import Script, Simulator
from wan_widgets.wan.errors import DownloadError, TransportError, Unconfirmed
from wan_widgets.wan.tasks import TaskFailed, TaskStatus, VideoTask
from widgets.test_board import say, until, until_ordered

REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)
TASK = VideoTask(id="video_1", status=TaskStatus.QUEUED, provider="simulator")
BEGIN = f"""{QUICK}
import asyncio, time
import wan_widgets as ww
from wan_widgets.widgets import board
studio = ww.Studio(resolution="720p")
studio"""
LATE = """
made = board.record_of
def late(*given, **options):
    record = made(*given, **options)
    while not studio.videos:
        time.sleep(0.01)
    return record
board.record_of = late
studio.submit(ww.TextToVideo(prompt="An owl", resolution="720p", seed=1))
studio"""
RECORDED = """
for _ in range(1200):
    if studio._recorded:
        break
    await asyncio.sleep(0.05)"""


class Notebook:
    """Keeps what its one output shows, in place of IPython's handle for it."""

    def __init__(self) -> None:
        self.text = ""

    def update(self, record, *, raw):
        assert raw
        self.text = record["text/plain"]


@pytest.fixture
def simulator(tmp_path):
    return Simulator(tmp_path / "simulator")


@pytest.fixture
def studio(simulator, tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    studio = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))
    studio._handle = Notebook()
    return studio


def test_a_clip_that_comes_while_the_record_is_made_is_in_it_wherever_it_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path / "ledger.sqlite3"))
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (BEGIN, LATE, RECORDED)])
    NotebookClient(document, resources={"metadata": {"path": str(tmp_path)}}, timeout=60).execute()
    for cell in document.cells[:2]:
        assert "ww-clips-1" in cell.outputs[-1].data["text/html"]
        assert "An owl" in cell.outputs[-1].data["text/plain"]


def test_the_way_to_go_on_is_there_as_soon_as_there_is_one_and_goes_when_it_is_let_go(studio, simulator):
    simulator.script(Script(queued=0, running=60))
    studio.submit(REQUEST)
    until_ordered(studio)
    until(lambda: f"ww.resume({studio.tasks[0].id!r})" in studio._handle.text)
    say(studio, kind="cancel", key=studio._cards[0]["key"])
    until(lambda: "ww.resume" not in studio._handle.text)


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        (TransportError("The network is gone."), True),
        (Unconfirmed("No answer came.", ledger_id="ww-1"), True),
        (DownloadError("The disk is full."), True),
        (TaskFailed("The service could not make it.", task=TASK), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_ended_with_an_error_is_told_if_its_clip_can_still_come(studio, error, is_told, monkeypatch):
    async def breaking_off(client, prepared):
        yield Step(request=prepared.request, order="ww-1", task=TASK)
        raise error

    monkeypatch.setattr("wan_widgets.generation.buying.run", breaking_off)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["ended"])
    assert ("ww.resume('video_1')" in studio._record()["text/plain"]) is is_told
