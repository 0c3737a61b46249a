"""The HTTP side: routes, keys and errors. What a task is and when it ends is in `records`."""

import json
import logging
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from random import Random
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from wan_widgets.simulator.clips import Clips
from wan_widgets.simulator.errors import RefusalError, invalid, not_found, unauthorized
from wan_widgets.simulator.records import Record, describe, new_record
from wan_widgets.simulator.scripts import Script, prompt_script
from wan_widgets.simulator.store import TASK_ID, Store, digest
from wan_widgets.simulator.submissions import MODEL, parse_submission

log = logging.getLogger(__name__)


def create_app(
    store: Store, *, clock: Callable[[], float], rng: Random, scripts: deque[Script], speed: float
) -> Starlette:
    service = Service(store, clock, rng, scripts, speed)
    tasks = "/v1/videos/generations"
    return Starlette(
        routes=[
            Route(tasks, service.submit, methods=["POST"]),
            Route(tasks + "/{task_id:path}", service.retrieve),
            Route(tasks + "/{task_id:path}/cancel", service.cancel, methods=["POST"]),
            Route("/v1/models", service.models),
            Route("/files/{task_id}.mp4", service.download),
        ],
        exception_handlers={RefusalError: _refuse, HTTPException: _refuse_route, Exception: _apologize},
    )


class Service:
    """The handlers and what they share."""

    def __init__(
        self, store: Store, clock: Callable[[], float], rng: Random, scripts: deque[Script], speed: float
    ) -> None:
        self._store = store
        self._clips = Clips(store)
        self._clock = clock
        self._rng = rng
        self._scripts = scripts
        self._speed = speed

    async def submit(self, request: Request) -> Response:
        owner = _owner(request)
        submission = parse_submission(await _json(request))
        script = self._scripts.popleft() if self._scripts else prompt_script(submission.prompt)
        if script.refusal:
            status, code, message = script.refusal
            raise RefusalError(status, code, message, retry_after=script.retry_after)
        now = self._clock()
        self._store.prune(now)
        record = new_record(submission, script, owner=owner, now=now, rng=self._rng, speed=self._speed)
        self._store.add(record)
        metadata = {"aspect_ratio": submission.aspect_ratio} if submission.aspect_ratio else {}
        return JSONResponse(describe(record, now, _clip_url(request, record)) | {"metadata": metadata})

    async def retrieve(self, request: Request) -> Response:
        record = self._find(request)
        return JSONResponse(describe(record, self._clock(), _clip_url(request, record)))

    async def cancel(self, request: Request) -> Response:
        record = self._find(request)
        now = self._clock()
        status = record.state(now).status
        if record.state(now).is_terminal:
            raise RefusalError(409, "task_not_cancellable", f"The task is already {status}.")
        record = record.cancel(now)
        self._store.save(record)
        return JSONResponse(describe(record, now, ""))

    async def models(self, request: Request) -> Response:
        """List the model, if videos are asked for: without a type the service lists its text models."""
        _owner(request)
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "simulator"}
        listed = request.query_params.get("type") in {"video", "all"}
        data = [model | {"supported_endpoint_types": ["video"]}] if listed else []
        return JSONResponse({"success": True, "object": "list", "data": data})

    async def download(self, request: Request) -> Response:
        """Send the clip. Like a real file host this asks for no key: whoever knows the address may have it."""
        task_id = request.path_params["task_id"]
        record = self._store.find(task_id) if TASK_ID.fullmatch(task_id) else None
        now = self._clock()
        if record is None or record.state(now).status != "completed":
            raise RefusalError(404, "file_not_found", "There is no such file.")
        if now >= record.expires_at:
            self._store.clip(record).unlink(missing_ok=True)
            raise RefusalError(403, "file_expired", "The file has expired: clips are kept for 24 hours.")
        mounts: dict[str, httpx.AsyncBaseTransport] = {str(request.base_url): httpx.ASGITransport(app=request.app)}
        path = await self._clips.rendered(record, mounts)
        return FileResponse(path, media_type="video/mp4")

    def _find(self, request: Request) -> Record:
        task_id = request.path_params["task_id"]
        record = self._store.find(task_id, owner=_owner(request))
        if record is None:
            raise not_found(f"Task {task_id[:80]!r} was not found.")
        return record


def _owner(request: Request) -> str:
    """Check the key and tell its owners apart, without keeping it."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise unauthorized("The API key is missing: send the header 'Authorization: Bearer <key>'.")
    if key.strip() == "wrong":
        raise unauthorized("The API key is not valid: the simulator takes any key but 'wrong'.")
    return digest(key.strip())


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise invalid(f"The body is not valid JSON: {error}.") from error


def _clip_url(request: Request, record: Record) -> str:
    return f"{request.base_url}files/{record.id}.mp4"


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return JSONResponse(error.body(), error.status, error.headers)


async def _refuse_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).name.lower()
    refusal = RefusalError(error.status_code, code, f"{error.detail}: there is no such route here.")
    return JSONResponse(refusal.body(), error.status_code, error.headers)


async def _apologize(_: Request, error: Exception) -> Response:
    log.error("The simulator failed", exc_info=error)
    return JSONResponse(RefusalError(500, "internal_error", f"The simulator failed: {error!r}").body(), 500)
