"""Takes a picture of every state of all widgets, in each language, in both themes and in five widths.

    .venv-test/bin/python scripts/gallery.py                    # all of them
    .venv-test/bin/python scripts/gallery.py ended              # the states with this word in their name
    .venv-test/bin/python scripts/gallery.py ended --in zh ru   # in these languages

The pictures are in `gallery/`, which is not committed. Look at them after a change of the look or of a sentence. The
states are those of tests/browser/states.py, which the tests look at too. Chinese needs a font with Chinese letters,
such as that of Debian's package fonts-wqy-zenhei.
"""

import argparse
import asyncio
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the imports below need this

import wan_widgets as ww
from browser.fixtures import FLAGS
from browser.states import STATES, Scene
from browsers import find_browser
from wan_widgets.words.languages import LANGUAGES, Language

FOLDER = ROOT / "gallery"
WIDTHS = (280, 420, 700, 1100, 1500)  # pixels, of the widget
MARGINS = 24  # pixels, of the page around it
HIGHEST = 6000  # pixels
SETTLED = 300  # ms; cards that were out of sight are drawn
LOADED = 1200  # ms; a player shows for a moment that it loads


def main() -> None:
    """Make one clip, and show it and all the rest."""
    chosen = arguments()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        clip = asyncio.run(make_clip(Path(folder)))
        media = clip.read_bytes(), first_frame(clip)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page()
        for name in (each for each in STATES if chosen.part in each):
            for language in chosen.languages:
                for path in photograph(page, name, media, language):
                    print(path.relative_to(ROOT), flush=True)
        browser.close()


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("part", nargs="?", default="", help="a word in the names of the states")
    parser.add_argument("--in", dest="languages", nargs="+", choices=LANGUAGES, default=LANGUAGES, metavar="LANGUAGE")
    return parser.parse_args()


async def make_clip(folder: Path) -> Path:
    """A simulated clip, of which no ledger of the developer's hears."""
    os.environ |= {"WAN_LEDGER": str(folder / "ledger.sqlite3"), "WAN_SIMULATOR_DIR": str(folder / "simulator")}
    async with ww.AsyncClient("simulator") as client:
        request = ww.TextToVideo("A lighthouse at dusk", resolution="720p", seed=12)
        video = await client.generate(request, path=folder / "clip.mp4")
    return video.path


def first_frame(clip: Path) -> bytes:
    """The first frame of a clip as PNG, which stands for all pictures."""
    with av.open(clip) as container:
        frame = next(container.decode(video=0))
    out = io.BytesIO()
    frame.reformat(width=640, height=360).to_image().save(out, "PNG")  # type: ignore[no-untyped-call]
    return out.getvalue()


def photograph(page: Page, name: str, media: tuple[bytes, bytes], language: Language) -> Iterator[Path]:
    """Pictures of one state: the whole page, in a window as high as it is, so that nothing sticks to its foot."""
    for theme in ("light", "dark"):
        page.set_viewport_size({"width": 1100, "height": 1000})
        STATES[name].show(Scene(page, theme, *media, language))
        for width in WIDTHS:
            for height in (
                900,
                HIGHEST,
                HIGHEST,
            ):  # twice: some parts are a share of the window's height, so the page grows with the window
                shown = min(height, max(900, page.evaluate("document.documentElement.scrollHeight")))
                page.set_viewport_size({"width": width + MARGINS, "height": shown})
            page.wait_for_timeout(LOADED if page.locator("video").count() else SETTLED)
            path = FOLDER / f"{re.sub(r'[^a-z]+', '-', name)}-{language}-{width}-{theme}.png"
            page.screenshot(path=path, animations="disabled")
            yield path


if __name__ == "__main__":
    main()
