"""What the tests say to DashScope, in short, and files to say it with."""

import base64
import io
import json
import re
import wave
from pathlib import Path

import httpx
from PIL import Image

API = "/api/v1"
VIDEO = f"{API}/services/aigc/video-generation/video-synthesis"
FRAMES = f"{API}/services/aigc/image2video/video-synthesis"
IMAGE = "https://files.test/a.jpg"
CLIP = "https://files.test/a.mp4?sig=1"
SOUND = "https://files.test/a.mp3"
TEXT = {"prompt": "A kitten"}
OTHER = {"Authorization": "Bearer other"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Studio:
    """Submissions and tasks."""

    def __init__(self, http: httpx.AsyncClient, clock, directory: Path) -> None:
        self.http = http
        self.clock = clock
        self._tasks = directory / "tasks"

    async def submit(
        self, model="wan2.6-t2v", inputs=TEXT, *, path=VIDEO, headers=None, **parameters
    ) -> httpx.Response:
        body = {"model": model, "input": inputs, "parameters": parameters}
        return await self.http.post(path, json=body, headers={"X-DashScope-Async": "enable"} | (headers or {}))

    async def start(self, model="wan2.6-t2v", inputs=TEXT, **more) -> str:
        answer = await self.submit(model, inputs, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["output"]["task_id"]

    async def order(self, model, inputs=TEXT, **more) -> dict:
        """Submit, and read what was made of it."""
        return self.record(await self.start(model, inputs, **more))["order"]

    def record(self, task_id: str) -> dict:
        return json.loads((self._tasks / f"{task_id}.json").read_text())

    async def task(self, task_id: str, **more) -> dict:
        answer = await self.http.get(f"{API}/tasks/{task_id}", **more)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert UUID.fullmatch(body.pop("request_id"))
        return body

    async def output(self, task_id: str, **more) -> dict:
        return (await self.task(task_id, **more))["output"]

    async def fault(self, model, inputs=TEXT, **more) -> tuple[str, str]:
        """Submit what will fail, and read why."""
        task_id = await self.start(model, inputs, **more)
        self.clock.now += 60
        output = await self.output(task_id)
        assert output.keys() == {"task_id", "task_status", "code", "message"}
        assert output["task_status"] == "FAILED"
        return output["code"], output["message"]


def media(*roles: str, **more) -> dict:
    """Make the input with a file for each role."""
    urls = {"video": CLIP, "clip": CLIP, "audio": SOUND}
    items = [{"type": role, "url": urls.get(role.rpartition("_")[2], IMAGE), **more} for role in roles]
    return {**TEXT, "media": items}


def picture(width: int = 320, height: int = 240, kind: str = "PNG", mode: str = "RGB", color: str = "#102030") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (width, height), color).save(buffer, kind)
    return buffer.getvalue()


def sound(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * round(8000 * seconds))
    return buffer.getvalue()


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
