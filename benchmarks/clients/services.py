"""The protocols of the other services on the fault server, from the types and documentation of their SDKs."""

from datetime import UTC, datetime
from typing import Any

from faults.protocols import Protocol, Route, ToAPIs
from faults.truth import DONE, QUEUED, RUNNING, Reading


def _when(reading: Reading) -> str:
    return datetime.fromtimestamp(reading.created, UTC).isoformat()


class OpenAIVideos(Protocol):
    submit = r"POST /v1/videos"
    poll = r"GET /v1/videos/(?P<name>[^/]+)"
    download = r"GET /v1/videos/(?P<name>[^/]+)/content"
    words = {QUEUED: "queued", RUNNING: "in_progress", DONE: "completed"}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        return {
            "id": reading.task_id,
            "object": "video",
            "model": "sora-2",
            "status": self.word(reading),
            "progress": reading.progress,
            "created_at": int(reading.created),
            "seconds": "4",
            "size": "720x1280",
        }

    def refusal(self, status: int) -> dict[str, Any]:
        return {"error": {"message": f"Refused with {status}.", "type": "some_error", "param": None, "code": None}}


class Runway(Protocol):
    submit = r"POST /v1/text_to_video"
    poll = r"GET /v1/tasks/(?P<name>[^/]+)"
    words = {QUEUED: "PENDING", RUNNING: "RUNNING", DONE: "SUCCEEDED"}

    def accepted(self, reading: Reading, base: str) -> dict[str, Any]:
        return {"id": reading.task_id, "estimatedCost": {"credits": 25}}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        known: dict[str, Any] = {"id": reading.task_id, "status": self.word(reading), "createdAt": _when(reading)}
        if reading.word == DONE:
            return known | {"output": [reading.url] if reading.url else [], "cost": {"credits": 25}}
        return known | {"progress": reading.progress / 100, "estimatedCost": {"credits": 25}}

    def refusal(self, status: int) -> dict[str, Any]:
        return {"error": f"Refused with {status}."}


class Fal(Protocol):
    submit = r"POST /fal-ai/wan/v2\.6/text-to-video"
    poll = r"GET /fal-ai/wan/requests/(?P<name>[^/]+?)(/(?P<form>status))?"
    words = {QUEUED: "IN_QUEUE", RUNNING: "IN_PROGRESS", DONE: "COMPLETED"}

    def accepted(self, reading: Reading, base: str) -> dict[str, Any]:
        here = f"{base}/fal-ai/wan/requests/{reading.task_id}"
        known = {"request_id": reading.task_id, "status": "IN_QUEUE", "queue_position": 0}
        return known | {"response_url": here, "status_url": f"{here}/status", "cancel_url": f"{here}/cancel"}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        if route.form == "status":
            known = {"request_id": reading.task_id, "status": self.word(reading), "logs": None, "metrics": {}}
            return known | ({"queue_position": 0} if reading.word == QUEUED else {})
        video = {"url": reading.url, "content_type": "video/mp4"} if reading.url else None
        return {"video": video, "seed": 1}

    def refusal(self, status: int) -> dict[str, Any]:
        return {"detail": f"Refused with {status}."}


class Replicate(Protocol):
    submit = r"POST /v1/(models/[^/]+/[^/]+/)?predictions"
    poll = r"GET /v1/predictions/(?P<name>[^/]+)"
    words = {QUEUED: "starting", RUNNING: "processing", DONE: "succeeded"}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        return {
            "id": reading.task_id,
            "model": "wan-video/wan-2.6-t2v",
            "version": "hidden",
            "status": self.word(reading),
            "input": {},
            "output": reading.url,
            "logs": "",
            "error": None,
            "metrics": {},
            "created_at": _when(reading),
            "urls": {"get": f"{base}/v1/predictions/{reading.task_id}"},
        }

    def refusal(self, status: int) -> dict[str, Any]:
        return {"title": "Refused", "detail": f"Refused with {status}.", "status": status}


class Luma(Protocol):
    submit = r"POST /dream-machine/v1/generations(/video)?"
    poll = r"GET /dream-machine/v1/generations/(?P<name>[^/]+)"
    words = {QUEUED: "queued", RUNNING: "dreaming", DONE: "completed"}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        return {
            "id": reading.task_id,
            "generation_type": "video",
            "state": self.word(reading),
            "created_at": _when(reading),
            "assets": {"video": reading.url} if reading.url else None,
            "model": "ray-2",
        }

    def refusal(self, status: int) -> dict[str, Any]:
        return {"detail": f"Refused with {status}."}


class DashScope(Protocol):
    submit = r"POST /api/v1/services/aigc/video-generation/video-synthesis"
    poll = r"GET /api/v1/tasks/(?P<name>[^/]+)/?"
    words = {QUEUED: "PENDING", RUNNING: "RUNNING", DONE: "SUCCEEDED"}

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        output = {"task_id": reading.task_id, "task_status": self.word(reading)}
        if reading.url:
            output["video_url"] = reading.url
        return {"request_id": "0f0f0f0f", "output": output}

    def refusal(self, status: int) -> dict[str, Any]:
        return {"code": "SomeError", "message": f"Refused with {status}.", "request_id": "0f0f0f0f"}


__all__ = ["DashScope", "Fal", "Luma", "OpenAIVideos", "Replicate", "Runway", "ToAPIs"]
