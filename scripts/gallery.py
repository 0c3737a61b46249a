"""Takes a picture of every state of the Studio, in both themes and several widths, and of the record that stays.

    .venv-test/bin/python scripts/gallery.py [folder] [part of a state's name]

The folder is `gallery/`, which is not committed. Look at the pictures after a change of the look.
"""

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]  # the imports below need this

from browser.fixtures import FLAGS  # noqa: E402
from browser.states import STATES, Scene  # noqa: E402
from browsers import find_browser  # noqa: E402

import wan_widgets as ww  # noqa: E402

WIDTHS = (280, 420, 700, 1100, 1500)
MARGINS = 24  # pixels, of the page around the widget
HIGHEST = 6000  # pixels
SETTLED = 300  # ms; cards that were out of sight are drawn


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "gallery")
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        film = asyncio.run(make_clip(Path(place)))
        clip, picture = film.read_bytes(), frame_of(film)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page()
        for name in STATES:
            if wanted in name:
                for path in photograph(page, name, folder, clip, picture):
                    print(path, flush=True)
        browser.close()


async def make_clip(folder: Path) -> Path:
    async with ww.AsyncClient("simulator") as client:
        request = ww.TextToVideo("A lighthouse at dusk", resolution="720p", duration=5, seed=12)
        video = await client.generate(request, path=folder / "a.mp4")
    return video.path


def frame_of(clip: Path) -> bytes:
    import av

    with av.open(clip) as container:
        frame = next(container.decode(video=0)).to_image().resize((640, 360))
    out = io.BytesIO()
    frame.save(out, "PNG")
    return out.getvalue()


def photograph(page: Page, name: str, folder: Path, clip: bytes, picture: bytes) -> Iterator[Path]:
    slug = re.sub(r"\W+", "-", name)
    for theme in ("light", "dark"):
        page.set_viewport_size({"width": 1100, "height": 1000})
        view = STATES[name].show(Scene(page, theme, clip, picture))
        for width in WIDTHS:
            page.set_viewport_size({"width": width + MARGINS, "height": 900})
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width + MARGINS, "height": min(height, HIGHEST)})
            page.wait_for_timeout(4 * SETTLED if "plays" in name else SETTLED)  # a player shows for a moment that it loads
            path = folder / f"{slug}-{width}-{theme}.png"
            page.screenshot(path=path, animations="disabled")
            yield path


if __name__ == "__main__":
    main()
