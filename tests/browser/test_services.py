"""The same job at every service, chosen in the form: from a prompt to a clip that plays, in every mode that it has.

One simulator in a process of its own speaks all the protocols. Everything is ordered first, in one notebook, and then
looked at, for the clips take their time together.
"""

import hashlib
import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from browser.media import make_clip, make_image, serve
from browser.test_studio import assert_plays
from shared.quick import QUICK, SIMULATOR
from wan_widgets.providers import PROVIDERS
from wan_widgets.providers.usual import usual_model
from wan_widgets.wan.models import Mode

PLACES = {"simulator": "", "toapis": "", "uniall": "/uniall/v1", "dashscope": "/api/v1", "newapi": "/newapi/v1"}
PLACES["openai-videos"] = "/v1"
PAIRS = [(name, str(mode)) for name, provider in PROVIDERS.items() for mode in Mode if usual_model(provider, mode)]
LOCAL = {("toapis", "i2v"), ("toapis", "r2v")}  # the first frame and a reference are files
IMPATIENT = """
from wan_widgets.providers import PROVIDERS, Pace
for provider in PROVIDERS.values():
    type(provider).pace = Pace(usual=2, questions=500)  # real tasks take minutes
"""
CELL = f"""{QUICK}{IMPATIENT}
os.environ["WAN_API_KEY"] = "sk-planted-0123456789"
import wan_widgets as ww
studio = ww.Studio(resolution="720p")
studio
"""
PATIENCE = 60_000  # ms


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the simulator answers."""
    folder = tmp_path_factory.mktemp("simulator")
    command = [sys.executable, "-P", "-c", SIMULATOR, "--port", "0", "--directory", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        yield re.search(r"http://\S+?:\d+", server.stdout.readline())[0]
        server.terminate()


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A picture, and a video of more than the 10 MiB that break a notebook's connection when they come at once."""
    folder = tmp_path_factory.mktemp("media")
    make_image(folder / "square.png", 640, 640)
    clip = make_clip(folder / "reference.mp4")
    padding = 11 * 2**20
    large = clip.read_bytes() + padding.to_bytes(4) + b"free" + os.urandom(padding - 8)
    (folder / "large.mp4").write_bytes(large)
    with serve(folder) as place:
        yield folder, place


def choose(studio, name, base_url):
    studio.locator("header .ww-service").click()
    panel = studio.get_by_role("dialog", name="Service")
    panel.get_by_role("radio", name=PROVIDERS[name].title).click()
    panel.get_by_role("textbox", name="Base URL").fill(base_url)
    panel.get_by_role("button", name="Use").click()
    expect(panel).to_be_hidden()


def fill(studio, name, mode, media):
    folder, place = media
    studio.locator(f".ww-tabs [data-mode={mode}]").click()
    studio.get_by_role("textbox", name="Prompt", exact=True).fill(f"{name} {mode}")
    is_local = (name, mode) in LOCAL
    stored = re.compile(r"inputs/(square|large)-\w+\.(png|mp4)")
    if mode == "i2v" and is_local:
        studio.locator('[data-field="image"] input[type=file]').set_input_files(folder / "square.png")
        expect(studio.get_by_role("textbox", name="Image", exact=True)).to_have_value(stored, timeout=PATIENCE)
    elif mode == "i2v":
        studio.get_by_role("textbox", name="Image", exact=True).fill(f"{place}/square.png")
    elif mode == "r2v" and is_local:
        studio.locator('[data-field="references"] input[type=file]').set_input_files(folder / "large.mp4")
        expect(studio.get_by_role("textbox", name="Reference 1")).to_have_value(stored, timeout=PATIENCE)
    elif mode == "r2v":
        studio.get_by_role("textbox", name="Reference 1").fill(f"{place}/reference.mp4")


def order(studio, name, mode, media):
    fill(studio, name, mode, media)
    lengths = studio.locator('[data-field="duration"]')
    if lengths.get_by_role("slider").is_visible():
        lengths.get_by_role("slider").press("Home")
    else:
        lengths.get_by_role("radio").first.click()
    count = studio.get_by_role("article").count()
    studio.get_by_role("button", name="Generate").click()
    expect(studio.get_by_role("article")).to_have_count(count + 1)


@pytest.fixture(scope="module")
def notebook(lab, address, media):
    """Everything that can be ordered, ordered in the form."""
    with lab.open([CELL]) as notebook:
        notebook.run(0)
        studio = notebook.output(0)
        for name, place in PLACES.items():
            choose(studio, name, address + place if name != "simulator" else "")
            for mode in (mode for provider, mode in PAIRS if provider == name):
                order(studio, name, mode, media)
        yield notebook
        assert notebook.errors == []


@pytest.mark.parametrize(("name", "mode"), PAIRS)
def test_every_service_makes_a_clip_in_every_mode(notebook, name, mode):
    card = notebook.output(0).get_by_role("article").filter(has_text=re.compile(rf"{name} {mode}"))

    expect(card).to_contain_text("Completed", timeout=PATIENCE)
    card.scroll_into_view_if_needed()
    video = card.locator("video")
    width, height = map(int, card.locator(".ww-facts li").first.text_content().split("×"))
    assert abs(width * height / (1280 * 720) - 1) < 0.1
    assert width == height or mode != "i2v" or name == "openai-videos", "the image is square; engines have their sizes"
    assert_plays(video, width, height)
    video.evaluate("(video) => video.pause()")
    others = [] if name == "openai-videos" else [PROVIDERS[name].title]  # who made it, where it is not the one in use
    expect(card.locator(".ww-facts")).to_contain_text(others)


def test_a_large_file_from_the_browser_arrives_as_it_was(notebook, media):
    folder, _ = media
    digest = hashlib.sha256((folder / "large.mp4").read_bytes()).hexdigest()
    path = next((notebook.path.parent / "wan_outputs" / "inputs").glob("large-*.mp4"))

    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert path.name == f"large-{digest[:12]}.mp4"


def test_the_key_is_nowhere_in_the_page_or_the_notebook(notebook):
    assert notebook.evaluate("{client.key_origin for client in [studio.form.client]}") == {"WAN_API_KEY"}
    notebook.save()
    assert notebook.path.read_text("utf-8").count("planted") == 1  # in the cell that set it
    assert "planted" not in notebook.output(0).evaluate("(root) => root.innerHTML")
