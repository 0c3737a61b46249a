"""The descriptions of tasks: in OpenAI's form, and in the gateway's own envelope."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wan_widgets.simulator.protocols.dashscope import tasks as upstream
from wan_widgets.simulator.records import Record

ID_PREFIX = "task_"
STATUSES: Mapping[str, tuple[str, str, str]] = {
    "queued": ("queued", "QUEUED", "20%"),
    "in_progress": ("in_progress", "IN_PROGRESS", "30%"),
    "completed": ("completed", "SUCCESS", "100%"),
    "failed": ("failed", "FAILURE", "100%"),
    "cancelled": ("failed", "FAILURE", "100%"),
}
"""OpenAI's status word, the envelope's status word, and the progress. There are no values between these."""


def upstream_answer(record: Record, now: float, url: str) -> dict[str, Any]:
    """The answer of the service behind the gateway. There the task has another id."""
    answer = upstream.answer(record, now, url)
    answer["output"]["task_id"] = str(UUID(record.id.removeprefix(ID_PREFIX)))
    return answer


def updated_at(record: Record, now: float) -> int:
    times = (record.created_at, record.starts_at, record.ends_at)
    return int(max(time for time in times if time <= max(now, record.created_at)))


def openai_video(record: Record, now: float) -> dict[str, Any]:
    word, _, progress = STATUSES[record.state(now).status]
    return {
        "id": record.id,
        "task_id": record.id,
        "object": "video",
        "model": record.order.model,
        "status": word,
        "progress": int(progress.removesuffix("%")),
        "created_at": int(record.created_at),
    }


def described_video(record: Record, now: float, url: str) -> dict[str, Any]:
    output = upstream_answer(record, now, url)["output"]
    # The gateway writes `completed_at` even before the task ends: it is the time of the last change.
    video = openai_video(record, now) | {"completed_at": updated_at(record, now)}
    video["metadata"] = {"url": output.get("video_url", "")}
    if "code" in output:
        video["error"] = {"message": output["message"], "code": output["code"]}
    return video


def envelope(record: Record, now: float, url: str) -> dict[str, Any]:
    status = record.state(now).status
    _, word, progress = STATUSES[status]
    answer = upstream_answer(record, now, url)
    output = answer["output"]
    task: dict[str, Any] = {
        "task_id": record.id,
        "action": "generate" if record.order.sources else "textGenerate",
        "status": word,
        "fail_reason": "",
        "submit_time": int(record.created_at),
        "start_time": int(record.starts_at) if now >= record.starts_at else 0,
        "finish_time": int(record.ends_at) if now >= record.ends_at else 0,
        "progress": progress,
        "data": answer,
    }
    if "code" in output:
        task["fail_reason"] = f"task failed, code: {output['code']} , message: {output['message']}"
    if "video_url" in output:
        task["result_url"] = output["video_url"]
    return {"code": "success", "message": "", "data": task}
