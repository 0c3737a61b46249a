"""Requests to ``/v1/videos`` that show how an engine speaks: those that the recordings answer, by the same names."""

import base64
import io
import json
import re
from collections.abc import Container
from typing import Any, NamedTuple

import httpx
from PIL import Image

VIDEOS = "/v1/videos"
USUAL = {"prompt": "a cat", "size": "832x480", "seconds": "1", "fps": "8", "num_frames": "9", "seed": "5"}
ID = re.compile(r"(?:video_gen_)?[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEADERS = ("content-type", "allow", "accept-ranges", "content-disposition", "content-range", "etag", "retry-after")
LONG = 1000
"""Seconds after which every task has ended."""

ORDERS: dict[str, dict[str, str | None]] = {
    "no prompt": {"prompt": None},
    "empty prompt": {"prompt": ""},
    "blank prompt": {"prompt": "  "},
    "prompt json": {"prompt": '{"a":1}'},
    "prompt long": {"prompt": "x" * 5000},
    "neg": {"negative_prompt": "fog"},
    "neg json": {"negative_prompt": '{"a":1}'},
    "no model": {"model": None},
    "other model": {"model": "nope"},
    "no size": {"size": None},
    "size star": {"size": "832*480"},
    "size 0": {"size": "0x0"},
    "size odd": {"size": "833x481"},
    "size small": {"size": "10x10"},
    "size huge": {"size": "20000x20000", "num_frames": "1"},
    "size 720p": {"size": "1280x720"},
    "size word": {"size": "720p"},
    "width height": {"size": None, "width": "640", "height": "384"},
    "seconds 2.5": {"seconds": "2.5"},
    "seconds abc": {"seconds": "abc"},
    "seconds 0": {"seconds": "0"},
    "seconds -1": {"seconds": "-1"},
    "seconds 100": {"seconds": "100"},
    "seconds only": {"seconds": "2", "num_frames": None, "fps": None},
    "seconds and fps": {"seconds": "2", "num_frames": None, "fps": "16"},
    "nothing of time": {"seconds": None, "num_frames": None, "fps": None},
    "fps 0": {"fps": "0"},
    "fps 7.5": {"fps": "7.5"},
    "fps 1000": {"fps": "1000"},
    "frames 0": {"num_frames": "0"},
    "frames 2": {"num_frames": "2"},
    "frames 10": {"num_frames": "10"},
    "seed neg": {"seed": "-1"},
    "seed big": {"seed": str(2**31)},
    "seed 2**63": {"seed": str(2**63)},
    "seed 2**64": {"seed": str(2**64)},
    "seed abc": {"seed": "abc"},
    "seed empty": {"seed": ""},
    "steps 0": {"num_inference_steps": "0"},
    "steps 500": {"num_inference_steps": "500"},
    "steps abc": {"num_inference_steps": "abc"},
    "guidance 100": {"guidance_scale": "100"},
    "unknown field": {"foo": "bar"},
    "extra_params": {"extra_params": '{"num_inference_steps":3}'},
    "extra_params bad": {"extra_params": "{"},
    "extra_body bad": {"extra_body": "{"},
    "n 2": {"n": "2"},
    "num_outputs 2": {"num_outputs_per_prompt": "2"},
    "enhance": {"enhance_prompt": "true"},
    "audio gen": {"generate_sound": "true"},
}
LISTS: dict[str, dict[str, Any]] = {
    "list": {},
    "list limit=0": {"limit": 0},
    "list limit=1": {"limit": 1},
    "list limit=1000": {"limit": 1000},
    "list order=asc": {"order": "asc", "limit": 2},
    "list order=x": {"order": "x"},
    "list after=nope": {"after": "nope"},
}


def encoded(size: tuple[int, int], kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (9, 99, 9)).save(buffer, kind)
    return buffer.getvalue()


PNG = encoded((640, 400), "PNG")
FILE = ("input_reference", ("a.png", PNG, "image/png"))
DATA_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
DESCRIBED = json.dumps({"image_url": DATA_URL})
NOBODY = "http://127.0.0.1:9/a.png"
"""An address at which nothing listens."""


def field(name: str, value: str) -> tuple[str, tuple[None, str]]:
    return name, (None, value)


PICTURES: dict[str, list[Any]] = {
    "img file": [FILE],
    "img file no type": [("input_reference", ("a.png", PNG))],
    "img two files": [FILE, ("input_reference", ("b.png", PNG, "image/png"))],
    "img text": [field("input_reference", "http://x/a.png")],
    "img gif": [("input_reference", ("a.gif", encoded((64, 40), "GIF"), "image/gif"))],
    "img junk": [("input_reference", ("a.png", b"not an image", "image/png"))],
    "img reference_url data": [field("reference_url", DATA_URL)],
    "img reference_url junk": [field("reference_url", "nonsense")],
    "img reference_url file": [field("reference_url", "/etc/hostname")],
    "img unreachable url reference_url": [field("reference_url", NOBODY)],
    "img image_reference data": [field("image_reference", DESCRIBED)],
    "img image_reference bad json": [field("image_reference", "{")],
    "img image_reference file_id": [field("image_reference", '{"file_id":"x"}')],
    "img unreachable image_reference": [field("image_reference", json.dumps({"image_url": NOBODY}))],
    "img both urls": [field("reference_url", DATA_URL), field("image_reference", DESCRIBED)],
    "img file+image_reference": [FILE, field("image_reference", DESCRIBED)],
    "NOIMG": [],
}


class Answer(NamedTuple):
    """What came, in the form of the recordings: ids are `<id>`, files `<file>`."""

    status: int
    headers: dict[str, str]
    body: Any


class Prober:
    """Asks a simulator whose clock it turns. Only the probes in `wanted` are asked."""

    def __init__(self, http: httpx.AsyncClient, clock: Any, model: str, *, needs_image: bool, wanted: Container[str]):
        self.answers: dict[str, Answer] = {}
        self._http = http
        self._clock = clock
        self._usual = USUAL | {"model": model}
        self._pictures = [FILE] if needs_image else []
        self._wanted = wanted
        self._ids: dict[str, str] = {}

    async def run(self) -> dict[str, Answer]:
        await self._server()
        await self._one_clip()
        await self._endings()
        await self._lists()
        await self._bodies()
        for name, fields in ORDERS.items():
            await self._order(name, self._pictures, **fields)
        for name, pictures in PICTURES.items():
            await self._order(name, pictures)
        return self.answers

    async def _server(self) -> None:
        model = self._usual["model"]
        paths = {"models": "", "one model": f"/{model}", "model unknown": "/nope"}
        for name, path in paths.items():
            await self._ask(name, "GET", f"/v1/models{path}")
        for name in ("health", "version", "server_info"):
            await self._ask(name, "GET", f"/{name}")

    async def _one_clip(self) -> None:
        video = await self._order("create", self._pictures)
        content = f"{video}/content"
        await self._ask("retrieve at once", "GET", video)
        await self._ask("content too early", "GET", content)
        self._clock.now += LONG
        await self._ask("retrieve done", "GET", video)
        await self._ask("content", "GET", content)
        await self._ask("content range", "GET", content, headers={"Range": "bytes=0-99"})
        await self._ask("content HEAD", "HEAD", content)
        for variant in ("video", "0", "1", "thumbnail"):
            await self._ask(f"content variant={variant}", "GET", content, params={"variant": variant})
        await self._ask("delete done", "DELETE", video)
        await self._ask("retrieve deleted", "GET", video)

    async def _endings(self) -> None:
        failed = await self._order("create FAIL", self._pictures, prompt="FAIL now")
        self._clock.now += LONG
        await self._ask("retrieve failed", "GET", failed)
        await self._ask("content failed", "GET", f"{failed}/content")
        await self._ask("delete failed", "DELETE", failed)
        running = await self._order("create SLOW", self._pictures, prompt="SLOW now")
        self._clock.now += 30
        await self._ask("retrieve running", "GET", running)
        await self._ask("delete running", "DELETE", running)
        await self._ask("retrieve deleted running", "GET", running)
        for name, method, path in (
            ("retrieve unknown", "GET", ""),
            ("delete unknown", "DELETE", ""),
            ("content unknown", "GET", "/content"),
            ("remix", "POST", "/remix"),
            ("PUT", "PUT", ""),
        ):
            await self._ask(name, method, f"{VIDEOS}/nope{path}")

    async def _lists(self) -> None:
        for name in ("for list 1", "for list 2"):
            await self._order(name, self._pictures)
            self._clock.now += 0.1  # both are made within one second, one after the other
        self._clock.now += LONG
        for name, params in LISTS.items():
            await self._ask(name, "GET", VIDEOS, params=params)

    async def _bodies(self) -> None:
        numbers = {"num_frames": 9, "fps": 8, "seed": 5}
        await self._ask("json body", "POST", VIDEOS, json=self._usual | numbers)
        await self._ask("json bad", "POST", VIDEOS, content=b"{", headers={"Content-Type": "application/json"})
        await self._ask("urlencoded", "POST", VIDEOS, data=self._usual)
        await self._ask("empty", "POST", VIDEOS)

    async def _order(self, name: str, pictures: list[Any], **fields: str | None) -> str:
        """Order a clip, and look at it when it is done where the recording does so. Returns its path."""
        if name not in self._wanted:
            return ""
        texts = [field(key, value) for key, value in (self._usual | fields).items() if value is not None]
        answer = await self._ask(name, "POST", VIDEOS, files=[*texts, *pictures])
        if answer.is_error:
            return ""
        self._ids[answer.json()["id"]] = name
        path = f"{VIDEOS}/{answer.json()['id']}"
        if f"{name} done" in self._wanted:
            self._clock.now += LONG
            await self._ask(f"{name} done", "GET", path)
        return path

    async def _ask(self, name: str, method: str, path: str, **options: Any) -> httpx.Response:
        answer = await self._http.request(method, path, **options)
        if name in self._wanted:
            headers = {key: self._anonymous(name, answer.headers[key]) for key in HEADERS if key in answer.headers}
            self.answers[name] = Answer(answer.status_code, headers, self._body(name, method, answer))
        return answer

    def _body(self, name: str, method: str, answer: httpx.Response) -> Any:
        if method == "HEAD" or not answer.content:
            return "<nothing>"
        if answer.headers["Content-Type"] != "application/json":
            return "<file>"
        return json.loads(self._anonymous(name, answer.text))

    def _anonymous(self, name: str, text: str) -> str:
        """Take the ids out. In a list they say whose they are."""
        known = self._ids if name.startswith("list") else {}
        return ID.sub(lambda match: f"<id of {known[match[0]]}>" if match[0] in known else "<id>", text)
