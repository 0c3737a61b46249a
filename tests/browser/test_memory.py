"""What outlives a kernel, and what must never be found anywhere: the key."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.test_services import IMPATIENT, address, choose  # noqa: F401  # the first is a fixture
from browser.test_studio import assert_plays, card, generate
from shared.quick import QUICK

KEY = "sk-planted-7f3a9c51e0b84d26"
STUDIO = "import wan_widgets as ww\nstudio = ww.Studio(resolution='720p')\nstudio"
FROM_A_FILE = """
import os, logging
logging.basicConfig(level=logging.DEBUG, filename="everything.log")
os.environ["WAN_API_KEY"] = open({path!r}).read()
"""
ERRORS = """
import traceback
try:
    ww.generate("A kitten", provider=studio.form.client, resolution="720p", audio=True)
except ww.WanError:
    traceback.print_exc()
print(repr(studio.form.client), studio.form.client.__dict__, studio._cards, ww.tasks())
ww.tasks()
"""


@pytest.fixture
def parrot():
    """A service that says the key back, as an error, in every way."""

    class Parrot(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("content-length", 0)))
            heard = self.headers.get("authorization", "")
            body = f'{{"error": {{"code": "{heard}", "message": "Bad key {heard}"}}}}'.encode()
            self.send_response(401)
            self.send_header("X-Request-Id", heard)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _body(request) -> bytes:
    return request.post_data_buffer or b""


def _content(path: Path) -> bytes | None:
    """What is in a file. The kernel still works, so a file that was listed may be gone."""
    try:
        return path.read_bytes() if path.is_file() else None
    except FileNotFoundError:
        return None


def test_what_was_not_finished_goes_on_after_the_kernel_was_restarted(lab):
    pace = f"{QUICK}os.environ['WAN_SIMULATOR_SPEED'] = '1'\n"  # time enough to be interrupted
    with lab.open([pace + STUDIO, "ww.tasks()"]) as notebook:
        notebook.run(0)
        generate(notebook.output(0), "A lighthouse at dusk")
        expect(card(notebook.output(0))).to_contain_text("In progress", timeout=60_000)
        task_id = card(notebook.output(0)).locator(".ww-id").inner_text()

        notebook.restart_kernel()
        notebook.run(0)

        studio = notebook.output(0)
        expect(studio.get_by_role("article")).to_have_count(1)
        expect(card(studio)).to_contain_text("A lighthouse at dusk")
        expect(card(studio).locator(".ww-id")).to_have_text(task_id)
        expect(card(studio)).to_contain_text("Completed", timeout=40_000)
        assert_plays(card(studio).locator("video"), 1280, 720)
        notebook.run(1)
        expect(notebook.output(1)).to_contain_text("completed")
        expect(notebook.output(1)).to_contain_text(task_id)
        assert len(list(notebook.path.parent.glob("wan_outputs/*.mp4"))) == 1
        assert notebook.errors == []


def test_a_planted_key_is_nowhere_after_a_whole_visit(lab, address, parrot, tmp_path):  # noqa: F811
    secret = tmp_path / "key"
    secret.write_text(KEY)
    heard: list[bytes] = []

    def listen(socket):
        for way in ("framesent", "framereceived"):
            socket.on(way, lambda frame: heard.append(frame if isinstance(frame, bytes) else frame.encode()))

    with lab.open([FROM_A_FILE.format(path=str(secret)) + IMPATIENT, STUDIO, ERRORS]) as notebook:
        notebook.page.on("websocket", listen)
        notebook.page.on("console", lambda message: heard.append(message.text.encode()))
        notebook.page.on("request", lambda request: heard.extend([str(request.headers).encode(), _body(request)]))
        notebook.reload(save=False)
        notebook.run(0)
        notebook.run(1)
        studio = notebook.output(1)
        for count, place in enumerate(("", "/v1"), 1):
            choose(studio, "toapis", address + place)
            generate(studio, "An owl")
            expect(studio.get_by_role("article")).to_have_count(count)
            expect(card(studio)).to_contain_text("Completed", timeout=40_000)
            studio.get_by_role("radio", name="720×1280").click()
        choose(studio, "dashscope", parrot)
        generate(studio, "A refusal")
        expect(card(studio)).to_contain_text("Refused")
        expect(card(studio)).to_contain_text("***")
        studio.locator("header .ww-service").click()
        notebook.page.keyboard.press("Escape")
        notebook.run(2)
        notebook.save()
        stored = notebook.page.evaluate("[localStorage, sessionStorage].map((storage) => ({...storage}))")
        heard.append((notebook.page.content() + str(stored)).encode())
        folders = [notebook.path.parent, Path(lab.server.folder)]
        kept = {
            path: content for folder in folders for path in folder.rglob("*") if (content := _content(path)) is not None
        }

        assert sum(map(len, heard)) > 100_000
        assert {"everything.log", "notebook.ipynb"} <= {path.name for path in kept}
        assert any("ledger" in path.name for path in kept)
        assert [path for path, content in kept.items() if KEY.encode() in content] == []
        assert not [message for message in heard if KEY.encode() in message]
