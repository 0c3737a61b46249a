"""Real kernels of every version at hand: a clip is ordered as the form does it, in cells, and through an interrupt."""

import json
import re
import time

import pytest

from shared import kernels
from shared.quick import QUICK

KERNELS = [
    ("3.11", "6.31.0", False),
    ("3.11", "7.1.0", True),
    ("3.11", "7.4.0", False),
    ("3.11", "7.4.0", True),
    ("3.12", "7.4.0", True),
    ("3.13", "7.4.0", True),
    ("3.14", "7.4.0", True),
]
AT_HAND = [each for each in KERNELS if kernels.python(each[0])]
BEGIN = f"""{QUICK}
import asyncio, time
import wan_widgets as ww
studio = ww.Studio(resolution="720p", prompt="A kitten")
studio"""
SLOW = """
from wan_widgets.simulator import Script, Simulator
simulator = Simulator()
simulator.script(Script(queued=0, running=4))
slow = ww.AsyncClient("simulator", transport=simulator.transport())
ww.generate("A slow boat", provider=slow, resolution="720p", seed=3)"""


def name(python: str, ipykernel: str, subshells: bool) -> str:
    how = "" if ipykernel.startswith("6.") else ", with subshells" if subshells else ", without subshells"
    return f"Python {python}, ipykernel {ipykernel.partition('.')[0]}{how}"


def marked(*kernel):
    row, words = name(*kernel), "yes, tried without a browser"
    marks = [pytest.mark.promise(row, promise, words) for promise in ("live", "sweep", "gallery")]
    return pytest.param(kernel, id="-".join(map(str, kernel)), marks=marks)


@pytest.fixture(scope="module", params=[marked(*kernel) for kernel in AT_HAND])
def kernel(request, tmp_path_factory):
    python, ipykernel, subshells = request.param
    folder = tmp_path_factory.mktemp("kernel")
    with kernels.running(kernels.environment(python, ipykernel), folder) as kernel:
        kernel.has_subshells, kernel.folder = subshells, folder
        if subshells:
            kernel.make_subshell()
        kernel.studio = kernels.shown(kernel.run(BEGIN))
        kernel.form = kernel.text("print(studio.form.model_id)").strip()
        yield kernel


def press(kernel, prompt, seed):
    values = {"prompt": prompt, "seed": seed, "resolution": "720p"}
    kernel.send(kernel.form, {"kind": "generate", "id": prompt, "values": values})


def answers(kernel, wanted):
    """What the widgets have told the browser, as one text, if the wanted text is in it."""
    told = [json.dumps(each["content"]["data"], default=str) for each in kernel.said if each["msg_type"] == "comm_msg"]
    return [text for text in told if wanted in text]


def test_a_click_orders_a_clip_which_arrives_and_is_in_the_record(kernel):
    [anchor, record, *written_anew] = [bundle["text/html"] for bundle in kernel.studio]
    assert {*written_anew} <= {record}
    assert anchor.startswith('<div class="ww-anchor-')
    assert "run this cell to open it" in record
    press(kernel, "A cow", 11)
    kernel.wait(lambda: answers(kernel, "accepted"))
    kernel.wait(lambda: [*kernel.folder.glob("wan_outputs/a-cow-11.mp4")])
    kernel.wait(lambda: any("ww-clips-1" in bundle.get("text/html", "") for bundle in kernels.shown(kernel.said)))
    assert kernel.text("print(studio.videos[0].seed)") == "11\n"


def test_a_click_while_a_cell_runs_is_answered_at_once_or_after_it(kernel):
    cell = kernel.start("time.sleep(3)")
    kernel.wait(lambda: any(each["parent_header"].get("msg_id") == cell for each in kernel.said))
    begun = time.monotonic()
    press(kernel, "A busy bee", 12)
    kernel.wait(lambda: answers(kernel, "busy-bee") or answers(kernel, "A busy bee"))
    took = time.monotonic() - begun
    assert took < 1.5 if kernel.has_subshells else took > 1.5
    kernel.finish(cell)
    kernel.wait(lambda: [*kernel.folder.glob("wan_outputs/a-busy-bee-12.mp4")])


def test_generate_in_a_cell_shows_its_clip(kernel):
    outputs = kernel.run('ww.generate("An owl", resolution="720p", seed=4)')
    [player] = [each["content"]["data"]["text/html"] for each in outputs if each["msg_type"] == "execute_result"]
    assert 'src="wan_outputs/an-owl-4.mp4"' in player
    assert str(kernel.folder) not in player


def test_a_cell_can_wait_for_a_clip_of_the_studio(kernel):
    request = 'ww.TextToVideo(prompt="A hen", resolution="720p", seed=6)'
    assert (
        kernel.text(f"print((await studio.submit({request})).seed, studio.submit({request}).result().seed)") == "6 6\n"
    )


def test_an_interrupt_keeps_the_order(kernel):
    cell = kernel.start(SLOW)
    kernel.wait(lambda: any("in progress" in json.dumps(each["content"], default=str) for each in kernel.said))
    kernel.interrupt()
    outputs = kernel.finish(cell)
    way_back = re.search(r"ww\.wait\('[^']+'\)", kernels.printed(outputs))
    assert way_back, kernels.printed(outputs)
    assert kernel.text(f"print({way_back[0]}.seed)") == "3\n"
    kernel.finish(kernel.start("time.sleep(0)"))


def test_a_sweep_is_started_by_a_click_and_its_record_has_the_clips(kernel):
    made = kernel.run('sweep = ww.Sweep("A {bird}", bird=["crow", "hen"], seed=3, resolution="720p")\nsweep')
    assert "press “Start”" in kernels.shown(made)[1]["text/html"]
    view = kernel.text("print(sweep.view.model_id)").strip()
    kernel.send(view, {"kind": "start", "turn": 0})
    record = f"ww-record-{view} ww-clips-2"  # the Studio has a record of two clips, too
    kernel.wait(lambda: any(record in bundle.get("text/html", "") for bundle in kernels.shown(kernel.said)))
    assert kernel.text("print(sweep.wait(60), len(list(sweep.cells)))") == "True 2\n"


def test_a_gallery_sends_its_clips_and_leaves_them_as_pictures(kernel):
    kernel.run("gallery = ww.Gallery()\ngallery")
    kernel.wait(lambda: any("The gallery had" in bundle.get("text/html", "") for bundle in kernels.shown(kernel.said)))
    model, number = kernel.text("print(gallery.model_id, gallery._list['number'])").split()
    kernel.send(model, {"kind": "items", "number": int(number), "start": 0, "count": 9})
    kernel.wait(lambda: answers(kernel, "a-crow-3.mp4"))


def test_the_versions_are_those_of_the_row(kernel, request):
    python, ipykernel, _ = request.node.callspec.params["kernel"]
    found = kernel.text("import sys, ipykernel; print(sys.version_info[:2], ipykernel.__version__)")
    assert found == f"({python.replace('.', ', ')}) {ipykernel}\n"
