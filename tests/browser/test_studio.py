"""The main job in a real JupyterLab: from a prompt to a clip that plays in the notebook."""

import re
import secrets
import subprocess
import sys
import time

import pytest
from playwright.sync_api import Locator, expect

from shared.quick import QUICK

STUDIO = 'import wan_widgets as ww\nstudio = ww.Studio(resolution="720p")\nstudio'
SLEEP = "import time\ntime.sleep(60)"
LONG_TASK = """
import wan_widgets as ww
from wan_widgets.simulator import Script, Simulator
simulator = Simulator()
simulator.script(Script(queued=0, running=60))
studio = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))
studio.submit(ww.TextToVideo(prompt="Long"))
studio
"""
STICKING_OUT = """(root) => {
  const edge = root.getBoundingClientRect().right + 1;
  const nodes = [...root.querySelectorAll("*")].filter((node) => node.checkVisibility());
  return nodes.filter((node) => node.getBoundingClientRect().right > edge).map((node) => node.className);
}"""
LONG = 60_000  # ms: longer than a simulated clip takes


@pytest.fixture(scope="module")
def used(lab):
    """A notebook and its kernel, for all tests that need none of their own."""
    with lab.open([QUICK]) as notebook:
        notebook.run(0)
        yield notebook


@pytest.fixture
def begin(used):
    """Puts cells into that notebook. The kernel has a ledger of its own for them, without the clips of other tests."""

    def begin(*cells, theme="light", width=1200):
        fresh = str(used.path.with_name(f"{secrets.token_hex(4)}.sqlite3"))
        used.evaluate(f"__import__('os').environ.update(WAN_LEDGER={fresh!r})")
        used.set_theme(theme)
        used.page.set_viewport_size({"width": width, "height": 900})
        used.begin_anew([*cells])
        return used

    yield begin
    assert used.errors == []


@pytest.fixture
def notebook(begin):
    notebook = begin(STUDIO, SLEEP)
    notebook.run(0)
    return notebook


@pytest.fixture
def long_notebook(begin):
    """A Studio whose one task takes a minute, beside a cell that keeps the kernel busy for as long."""
    notebook = begin(LONG_TASK, SLEEP)
    notebook.run(0)
    yield notebook
    notebook.interrupt(1)


@pytest.fixture
def studio(notebook):
    studio = notebook.output(0)
    expect(studio.get_by_role("tab", name="Text to video")).to_be_visible()
    return studio


def prompt(studio: Locator, text: str) -> None:
    studio.get_by_role("textbox", name="Prompt", exact=True).fill(text)


def generate(studio: Locator, text: str) -> None:
    prompt(studio, text)
    studio.get_by_role("button", name="Generate").click()


def card(studio: Locator, number: int = 0) -> Locator:
    return studio.get_by_role("article").nth(number)


def assert_plays(video: Locator, width: int, height: int) -> None:
    """The browser has decoded it, at its size, and time passes in it."""
    expect(video).to_have_js_property("readyState", 4, timeout=LONG)
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")
    video.page.wait_for_function("(video) => video.currentTime > 0.2", arg=video.element_handle())
    assert video.evaluate("(video) => [video.videoWidth, video.videoHeight]") == [width, height]


def assert_still_runs(notebook, index: int) -> None:
    expect(notebook.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-InputPrompt")).to_have_text("[*]:")


def test_text_becomes_a_playing_video(lab):
    notebook = lab.open([STUDIO])
    notebook.run(0)
    studio = notebook.output(0)
    studio.get_by_role("radio", name="720×1280").click()
    generate(studio, "A lighthouse at dusk")

    expect(card(studio)).to_contain_text("Completed", timeout=LONG)
    video = card(studio).locator("video")
    assert_plays(video, 720, 1280)
    assert video.evaluate("(video) => [video.loop, video.poster.startsWith('blob:')]") == [True] * 2
    assert "/files/" in video.get_attribute("src"), "the kernel does not send it"
    expect(card(studio).get_by_role("link", name="Download")).to_have_attribute(
        "download", re.compile(r"^a-lighthouse-at-dusk-\w+\.mp4$")
    )
    assert notebook.evaluate("str(studio.videos[0].path.exists()) + str(studio.tasks[0].status)") == "Truecompleted"
    [path] = notebook.path.parent.glob("wan_outputs/*.mp4")

    notebook.restart_kernel()
    notebook.run(0)

    assert_plays(card(studio).locator("video"), 720, 1280)
    expect(card(studio)).to_contain_text(path.name)
    assert notebook.evaluate("[task.status.value for task in studio.tasks]") == ["completed"]
    assert notebook.errors == []


def test_a_failing_task_says_why_and_what_to_do(studio):
    generate(studio, "FAIL on purpose")

    expect(card(studio)).to_contain_text("Failed", timeout=LONG)
    expect(card(studio)).to_contain_text("Take FAIL from the start of the prompt")
    expect(card(studio)).to_contain_text("Nothing was charged")
    prompt(studio, "What I was about to write")
    card(studio).get_by_role("button", name="Edit in form").click()
    expect(studio.get_by_role("textbox", name="Prompt", exact=True)).to_have_value("FAIL on purpose")
    studio.page.keyboard.press("ControlOrMeta+z")
    expect(studio.get_by_role("textbox", name="Prompt", exact=True)).to_have_value("What I was about to write")


def test_cancel_answers_at_once_while_another_cell_blocks(long_notebook):
    notebook, studio = long_notebook, long_notebook.output(0)
    expect(card(studio)).to_contain_text("In progress", timeout=LONG)
    notebook.start(1)

    begun = time.monotonic()
    card(studio).get_by_role("button", name="Cancel").click()
    expect(card(studio)).to_contain_text("Cancelled", timeout=5000)

    assert time.monotonic() - begun < 5
    assert_still_runs(notebook, 1)


def test_status_keeps_moving_while_a_cell_sleeps(long_notebook):
    notebook, studio = long_notebook, long_notebook.output(0)
    expect(card(studio)).to_contain_text("In progress", timeout=LONG)
    notebook.start(1)
    bar = card(studio).get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    before = int(bar.get_attribute("aria-valuenow"))

    notebook.page.wait_for_function(
        "([bar, before]) => Number(bar.getAttribute('aria-valuenow')) >= before + 4", arg=[bar.element_handle(), before]
    )

    assert_still_runs(notebook, 1)
    card(studio).get_by_role("button", name="Cancel").click()


def test_keys_on_the_widget_never_reach_command_mode(studio, notebook):
    cells = "window.notebookPanel.content.widgets.length"
    before = notebook.page.evaluate(cells)
    for control in (studio.get_by_role("radio", name="1280×720"), studio.get_by_role("tab", name="Text to video")):
        control.focus()
        for key in ("b", "a", "d", "d", "z", "x", "ArrowDown", "ArrowUp", "Shift+Enter", "m"):
            notebook.page.keyboard.press(key)

    assert notebook.page.evaluate(cells) == before
    assert notebook.page.evaluate("window.notebookPanel.content.activeCellIndex") == 0
    assert notebook.outputs(1) == []


def test_a_double_click_is_one_submission_and_two_clicks_are_two(studio, notebook):
    prompt(studio, "REJECT this twice")
    button = studio.get_by_role("button", name="Generate")
    button.dblclick()
    expect(studio.get_by_role("article")).to_have_count(1)
    expect(card(studio)).to_contain_text("Refused")
    expect(button).to_have_attribute("data-state", "idle")

    generate(studio, "REJECT the other")

    expect(studio.get_by_role("article")).to_have_count(2)
    expect(card(studio, 0)).to_contain_text("REJECT the other")
    expect(card(studio, 1)).to_contain_text("REJECT this twice")
    assert notebook.evaluate("len(studio.tasks)") == 0


def test_a_reload_of_the_page_shows_the_clip_again(studio, notebook):
    generate(studio, "A short one")
    assert_plays(card(studio).locator("video"), 1280, 720)

    notebook.reload()

    assert_plays(card(notebook.output(0)).locator("video"), 1280, 720)


def test_the_saved_notebook_is_small_and_has_no_key(begin):
    key = "sk-planted-0123456789"
    plant = f"import os; os.environ['K'] = bytes.fromhex('{key.encode().hex()}').decode()"
    client = 'ww.Studio(ww.AsyncClient("simulator", api_key=os.environ["K"]), '
    notebook = begin(plant, STUDIO.replace("ww.Studio(", client), "studio.videos[0]")
    notebook.run(0)
    notebook.run(1)
    generate(notebook.output(1), "A small notebook")
    assert_plays(card(notebook.output(1)).locator("video"), 1280, 720)
    notebook.run(2)

    notebook.save()

    text = notebook.path.read_text("utf-8")
    assert key not in text
    assert len(text) < 100_000
    assert_plays(notebook.output(2).locator("video"), 1280, 720)


def test_generate_in_a_cell_ends_with_a_player(begin):
    notebook = begin('import wan_widgets as ww\nww.generate("A kitten runs", resolution="720p", seed=71)')
    notebook.run(0)

    assert_plays(notebook.output(0).locator("video"), 1280, 720)
    assert (notebook.path.parent / "wan_outputs" / "a-kitten-runs-71.mp4").exists()


def test_a_service_without_cancelling_says_so_and_can_be_followed_again(begin, tmp_path):
    command = [sys.executable, "-m", "wan_widgets.simulator", "--port", "0", "--directory", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = re.search(r"http://\S+?:\d+", server.stdout.readline())[0]
        notebook = begin(
            f'import wan_widgets as ww\nclient = ww.AsyncClient("toapis", base_url="{address}", api_key="k")',
            'task = await client.submit(ww.TextToVideo(prompt="SLOW"))\nview = ww.TaskView(task, client)\nview',
        )
        notebook.run_all()
        view = notebook.output(1)
        expect(view).to_contain_text("may still be billed")
        view.get_by_role("button", name="Stop following").click()
        expect(view).to_contain_text("Not followed")
        view.get_by_role("button", name="Follow again").click()
        expect(view.get_by_role("button", name="Stop following")).to_be_visible()
        server.terminate()


@pytest.mark.parametrize(("theme", "width"), [("light", 600), ("dark", 600), ("dark", 1200)])
def test_nothing_sticks_out_in_either_theme_and_width(begin, theme, width):
    notebook = begin(STUDIO, theme=theme, width=width)
    notebook.run(0)
    root = notebook.output(0).locator(".ww-studio")
    expect(root.get_by_role("button", name="Generate")).to_be_visible()
    for mode in ("Image to video", "Reference to video", "Text to video"):
        root.get_by_role("tab", name=mode).click()
        sticking_out = root.evaluate(STICKING_OUT)
        assert sticking_out == []
