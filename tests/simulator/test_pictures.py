import io
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import av
import numpy as np
import pytest
from PIL import Image

from wan_widgets.simulator import fetch
from wan_widgets.simulator.fetch import fetch_all
from wan_widgets.simulator.film.pictures import MAX_SIDE, read_picture, size_like
from wan_widgets.simulator.film.render import render
from wan_widgets.simulator.protocols.toapis.orders import parse_order
from wan_widgets.simulator.records import new_record
from wan_widgets.simulator.scripts import Script


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


PNG = encoded(Image.new("RGB", (300, 400), (200, 40, 40)))


class Files(BaseHTTPRequestHandler):
    """A picture, a page, a dead link, an endless file, and a server that never finishes its answer."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/picture.png")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/gone" else 200)
        self.end_headers()
        try:
            self._send()
        except OSError:
            # The simulator has heard enough and closed the connection.
            return

    def _send(self) -> None:
        match self.path:
            case "/picture.png" | "/gone":
                self.wfile.write(PNG)
            case "/page.html":
                self.wfile.write(b"<!doctype html><title>No picture</title>")
            case "/endless":
                for _ in range(1000):
                    self.wfile.write(b"x" * 1_000_000)
            case "/stalls":
                self.wfile.write(PNG[:100])
                self.wfile.flush()
                self.server.released.wait(60)

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def files() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.anyio
async def test_what_can_be_had_is_fetched_and_the_rest_is_empty(files, monkeypatch):
    monkeypatch.setattr(fetch, "MAX_BYTES", 3_000_000)
    urls = [f"{files}/{name}" for name in ("picture.png", "moved", "page.html", "gone", "endless")]
    picture, moved, page, gone, endless, refused, nonsense = await fetch_all(
        [*urls, "http://127.0.0.1:9/x.png", "https://ex\u0000ample/"]
    )
    assert picture == moved == PNG
    assert page.startswith(b"<!doctype")
    assert gone == refused == nonsense == b""
    assert len(endless) == 3_000_000


@pytest.mark.anyio
@pytest.mark.parametrize("value", ["fe80::/10", "[::1]", "10.0.0.0/8,::1"])
async def test_no_setting_of_proxies_stops_it(files, monkeypatch, value):
    monkeypatch.setenv("NO_PROXY", value)
    assert await fetch_all([f"{files}/picture.png"]) == [PNG]
    monkeypatch.setenv("ALL_PROXY", "http://[::1")
    assert len(await fetch_all([f"{files}/picture.png"])) == 1


@pytest.mark.anyio
async def test_a_server_that_stalls_costs_two_seconds(service, clock, files, monkeypatch):
    made = []
    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", lambda _, pictures, path: made.append(pictures))
    references = {"reference_urls": [f"{files}/stalls", f"{files}/picture.png"]}
    task_id = (await service.submit(metadata=references)).json()["id"]
    clock.now += 10
    started = time.monotonic()
    await service.http.get(f"/files/{task_id}.mp4")
    assert 1.9 < time.monotonic() - started < 10
    ((stalled, fetched),) = made
    assert stalled is None
    assert fetched.size == (300, 400)


def test_images_are_read_upright_on_white_and_not_too_large():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert read_picture(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif)).size == (20, 40)
    assert read_picture(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0)))).getpixel((0, 0)) == (255, 255, 255)
    assert max(read_picture(encoded(Image.new("L", (5000, 10)))).size) == MAX_SIDE
    assert read_picture(encoded(Image.new("P", (9, 9)), "GIF")).mode == "RGB"


def test_the_first_frame_of_a_video_is_a_picture(tmp_path):
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in (200, 20):
            frame = av.VideoFrame.from_ndarray(np.full((72, 64), level, np.uint8), "yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    picture = read_picture(path.read_bytes())
    assert picture.size == (64, 48)
    assert max(picture.getpixel((30, 20))) > 180


@pytest.mark.parametrize("data", [b"", b"<!doctype html>", PNG[:60], b"GIF89a", b"\x00\x00\x00\x18ftypmp42"])
def test_what_is_no_picture_is_none(data):
    assert read_picture(data) is None


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_not_unpacked():
    bomb = encoded(Image.new("1", (10_000, 6_000)))
    assert len(bomb) < 20_000
    assert read_picture(bomb) is None


@pytest.mark.parametrize(
    ("picture", "resolution", "size"),
    [
        ((750, 1000), "720p", (816, 1104)),
        ((1280, 720), "720p", (1280, 720)),
        ((720, 1280), "720p", (720, 1280)),
        ((500, 500), "720p", (960, 960)),
        ((500, 500), "1080p", (1440, 1440)),
        ((1920, 1080), "1080p", (1920, 1072)),
        ((2600, 1), "720p", (2704, 336)),
    ],
)
def test_a_clip_has_the_images_shape_and_the_area_of_the_tier(picture, resolution, size):
    assert size_like(Image.new("L", picture), resolution) == size


def test_a_clip_of_references_is_rendered_with_them(tmp_path, usual_fps):
    body = {"model": "wan2.6", "resolution": "720p", "aspect_ratio": "9:16"}
    body["metadata"] = {"reference_urls": ["http://a.test/1", "http://a.test/2"]}
    names = {"task_id": "video_" + "0" * 26, "protocol": "toapis", "owner": "o"}
    record = new_record(parse_order(body), Script(), **names, now=1.79e9, seed=1)
    path = tmp_path / "clip.mp4"
    render(record, [read_picture(PNG), None], path)
    with av.open(str(path)) as container:
        assert container.streams.video[0].frames == 5 * usual_fps
