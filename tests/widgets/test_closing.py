"""What is closed is gone, and what could not be made can be thrown away."""

import gc
import time
import weakref

import pytest

import wan_widgets as ww
from wan_widgets.generation import worker
from wan_widgets.simulator import Script, Simulator
from wan_widgets.widgets.task import TaskView
from widgets.test_board import until

PATIENCE = 60


def are_gone(widgets):
    """Whether nobody holds them any more, once the worker is done with them."""
    deadline = time.monotonic() + PATIENCE
    while any(widget() is not None for widget in widgets):
        if time.monotonic() > deadline:
            return False
        gc.collect()
        time.sleep(0.01)
    return True


def closed(make):
    widget = make()
    widget.close()
    return weakref.ref(widget)


@pytest.mark.parametrize("make", [ww.VideoForm, ww.Studio, lambda: TaskView("t", "simulator")])
def test_what_is_closed_is_held_by_nobody(make):
    assert are_gone([closed(make) for _ in range(10)])


def test_a_studio_closes_its_form_and_leaves_it():
    studio = ww.Studio()
    form, left = studio.form, weakref.ref(studio)
    studio.close()
    studio.close()
    assert form.comm is None
    del studio
    assert are_gone([left])


@pytest.mark.parametrize("prompt", ["A kitten", ""])
@pytest.mark.parametrize(
    "order",
    [lambda studio, prompt: studio.submit(prompt), lambda studio, _: studio.form.submit()],
    ids=["studio", "form"],
)
def test_what_is_closed_says_so_before_anything_else(order, prompt):
    studio = ww.Studio(prompt=prompt)
    studio.close()
    with pytest.raises(ww.WanError, match=r"is closed\. Nothing was ordered"):
        order(studio, prompt)
    assert ww.tasks() == []


def test_a_clip_that_nobody_waits_for_is_sent_no_further(tmp_path):
    studio = ww.Studio()
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(30 * 2**20))
    worker.call(lambda: studio._spawn(studio._clips.send("w", path), studio._sendings))
    until(lambda: studio._clips._windows)
    studio.close()
    until(lambda: not studio._sendings)
    assert not studio._clips._windows


def test_what_is_ordered_goes_on_when_its_studio_is_closed(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    simulator = Simulator(tmp_path / "simulator")
    simulator.script(Script(queued=0, running=0))
    studio = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))
    studio.submit(ww.TextToVideo(prompt="An owl", resolution="720p"))
    studio.close()
    until(lambda: studio.videos)
    assert studio.videos[0].path.exists()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("make", [ww.VideoForm, ww.Studio])
def test_what_could_not_be_made_is_thrown_away_quietly(make, capsys):
    with pytest.raises(ww.ConfigurationError):
        make("no such service")
    with pytest.raises(TypeError):
        make("simulator", promt="x")
    gc.collect()
    assert capsys.readouterr().err == ""
    made = make.__new__(make)
    made.close()
