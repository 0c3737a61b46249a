"""Takes the pictures in docs/ in a real JupyterLab: the Studio in light, dark and narrow, and the choice of a service.

    .venv-test/bin/python scripts/screenshots.py

Run it after every change that alters what the pictures show, and look at them.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the imports below need this

from browser.fixtures import FLAGS
from browser.lab import Lab
from browser.server import LabServer
from browsers import find_browser

CELL = """import os
import wan_widgets as ww

os.environ["WAN_LEDGER"] = os.path.abspath("ledger.sqlite3")  # else it would ask before it repeats a clip
ww.Studio(resolution="720p", seed=12)
"""
SERVICES_CELL = """import os
import wan_widgets as ww

os.environ["DASHSCOPE_API_KEY"] = "any"  # the picture shows that a key was found; it is never sent
ww.Studio(mode="r2v", prompt="character1 pours character2 a cup of tea", references=["https://example.com/anna.mp4"])
"""
GALLERY_CELLS = [
    """import os
import wan_widgets as ww
import wan_widgets.simulator.orders
from wan_widgets.experiments import gallery

wan_widgets.simulator.orders.USUAL_FPS = 6  # the pictures stand still
os.environ["WAN_LEDGER"] = os.path.abspath("gallery.sqlite3")
prompts = ["A lighthouse at dusk, calm sea", "A lighthouse at noon, calm sea", "A lighthouse in fog, calm sea"]
shapes = ["16:9", "16:9", "9:16", "16:9", "1:1", "16:9", "4:3"]
for seed in range(10):
    shape = shapes[seed % len(shapes)]
    request = ww.TextToVideo(prompts[seed % 3], aspect_ratio=shape, seed=seed, resolution="720p")
    await ww.AsyncClient().generate(request)
gallery.mark([gallery.page().items[number].id for number in (1, 6)], star=True)""",
    "ww.Gallery()",
]
PROMPT = "A lighthouse at dusk, slow dolly forward, the sea is calm"
PICTURES = (("studio-light", "light", 1280), ("studio-dark", "dark", 1280), ("studio-narrow", "light", 640))


def main() -> None:
    """Make one clip in each theme and width, and take a picture of the Studio with it."""
    (ROOT / "docs").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        server = LabServer(Path(folder))
        try:
            lab = Lab(server, browser.new_context())
            for name, theme, width in PICTURES:
                notebook = lab.open([CELL], theme=theme, width=width, height=1600, fresh=True)
                notebook.run(0)
                picture = photograph(notebook.output(0).locator(".ww-studio"))
                save(name, picture)
            save("studio-services", photograph_services(lab))
            save("gallery", photograph_gallery(lab))
            lab.close()
        finally:
            server.stop()


def photograph(studio: Locator) -> bytes:
    """A picture of the Studio with a clip that was just made."""
    studio.get_by_role("textbox", name="Prompt", exact=True).fill(PROMPT)
    studio.get_by_role("button", name="Generate").click()
    video = studio.locator("video")
    expect(video).to_have_js_property("readyState", 4, timeout=30_000)
    video.evaluate("(video) => { video.currentTime = 2; }")
    expect(video).to_have_js_property("seeking", value=False)
    studio.get_by_role("textbox", name="Prompt", exact=True).blur()
    studio.page.mouse.move(0, 0)
    studio.page.wait_for_timeout(1000)  # the player shows a spinner for a moment after a seek
    return studio.screenshot(animations="disabled")


def photograph_services(lab: Lab) -> bytes:
    """A picture of the panel that chooses a service, above the form."""
    notebook = lab.open([SERVICES_CELL], width=1280, height=1600, fresh=True)
    notebook.run(0)
    studio = notebook.output(0).locator(".ww-studio")
    studio.locator("header .ww-service").click()
    studio.get_by_role("radio", name="Alibaba Model Studio").click()
    studio.page.mouse.move(0, 0)
    picture: bytes = studio.screenshot(animations="disabled")
    return picture


def photograph_gallery(lab: Lab) -> bytes:
    """A picture of the gallery with two clips selected."""
    notebook = lab.open(GALLERY_CELLS, width=1280, height=1200, fresh=True)
    notebook.run(0, timeout=120_000)
    notebook.run(1)
    shown = notebook.output(1).locator(".ww-gallery")
    expect(shown.locator(".ww-tile img[src^='blob:']")).to_have_count(10, timeout=20_000)
    for number in (1, 3):
        shown.locator(".ww-tile").nth(number).click(modifiers=["Control"])
    notebook.page.evaluate("document.activeElement.blur()")
    notebook.page.mouse.move(0, 0)
    picture: bytes = shown.screenshot(animations="disabled")
    return picture


def save(name: str, picture: bytes) -> None:
    path = ROOT / "docs" / f"{name}.png"
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
