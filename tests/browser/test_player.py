"""The plain player that `ww.generate` shows, in a real JupyterLab: it plays, or a sentence says why it does not."""

import re

from playwright.sync_api import expect

from browser.test_studio import assert_plays
from shared.quick import QUICK

INSIDE = "import wan_widgets as ww\nvideo = ww.generate('A kitten', resolution='720p', seed=1)\nvideo"
OUTSIDE = "import tempfile\nww.generate('An owl', resolution='720p', seed=1, path=tempfile.mkdtemp() + '/owl.mp4')"
GONE = "video.path.unlink()\nvideo"
BACK = "video.path.write_bytes(ww.generate('A dog', resolution='720p', seed=1).path.read_bytes())\nvideo"


def test_a_player_that_cannot_play_says_why_and_what_helps(lab):
    with lab.open([QUICK, INSIDE, OUTSIDE, GONE, BACK]) as notebook:
        for cell in range(3):
            notebook.run(cell)
        expect(notebook.output(1).locator("video")).to_be_visible(timeout=60_000)
        assert_plays(notebook.output(1).locator("video"), 1280, 720)
        expect(notebook.output(1).locator("details")).to_be_hidden()
        expect(notebook.output(2).get_by_text("or this page plays no videos")).to_be_visible(timeout=60_000)
        expect(notebook.output(2).get_by_text('video.at("clip.mp4")')).to_be_visible()
        expect(notebook.output(2).locator("video")).to_have_js_property("controls", False)
        expect(notebook.output(2).locator("video")).to_have_attribute("poster", re.compile("^data:image/webp;"))
        notebook.run(3)
        expect(notebook.output(3).get_by_text("ww.wait('")).to_be_visible()
        expect(notebook.output(3).locator("video")).to_have_count(0)
        notebook.run(4)
        expect(notebook.output(4).locator("video")).to_be_visible(timeout=60_000)
        expect(notebook.output(3).get_by_text("cannot be played here")).to_be_visible()
