"""The descriptions of tasks, alone and in lists."""

from datetime import datetime, timedelta, timezone
from typing import Any

from wan_widgets.simulator.protocols.dashscope.models import MODELS, Model
from wan_widgets.simulator.protocols.dashscope.orders import IMAGE_TO_VIDEO, VIDEO_GENERATION
from wan_widgets.simulator.records import Record

STATUSES = {
    "queued": "PENDING",
    "in_progress": "RUNNING",
    "completed": "SUCCEEDED",
    "failed": "FAILED",
    "cancelled": "CANCELED",
}
BEIJING = timezone(timedelta(hours=8))
"""The documentation names no time zone, but its samples fit this one."""
REGION = "cn-beijing"
ACCOUNT = "1000000000000000"
REWRITTEN = "{prompt} (rewritten by the simulator)"


def unknown(task_id: str) -> dict[str, Any]:
    return {"task_id": task_id, "task_status": "UNKNOWN"}


def answer(record: Record, now: float, url: str) -> dict[str, Any]:
    """Describe a task, without the id of the request. `url` is the address that its clip has or will have."""
    status = STATUSES[record.state(now).status]
    output: dict[str, Any] = {"task_id": record.id, "task_status": status}
    match status:
        case "FAILED":
            code, message = record.error or ("InternalError", "")
            return {"output": output | {"code": code, "message": message}}
        case "PENDING":
            return {"output": output | _times(record, "submit_time")}
        case "RUNNING":
            return {"output": output | _times(record, "submit_time", "scheduled_time")}
        case "CANCELED":
            return {"output": output | _times(record, "submit_time", "end_time")}
    output |= _times(record, "submit_time", "scheduled_time", "end_time") | _prompts(record)
    return {"output": output | {"video_url": f"{url}?Expires={record.expires_at}"}, "usage": usage(record)}


def _times(record: Record, *names: str) -> dict[str, str]:
    ended = record.ends_at if record.cancelled_at is None else record.cancelled_at
    times = {"submit_time": record.created_at, "scheduled_time": record.starts_at, "end_time": ended}
    return {name: written(times[name]) for name in names}


def written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, BEIJING).replace(tzinfo=None).isoformat(" ", "milliseconds")


def _prompts(record: Record) -> dict[str, str]:
    prompt = record.order.prompt
    if not prompt:
        return {}
    prompts = {"orig_prompt": prompt}
    if MODELS[record.order.model].version < "2.6" and record.order.prompt_extend:
        prompts["actual_prompt"] = REWRITTEN.format(prompt=prompt)
    return prompts


def usage(record: Record) -> dict[str, Any]:
    """What would be billed. Each model family has its own fields for it."""
    order, model = record.order, MODELS[record.order.model]
    tier = int(order.resolution.removesuffix("p"))
    size = f"{order.size.width}*{order.size.height}" if order.size else ""
    seconds = int(order.duration)
    match model.version, model.task:
        case "2.2" | "2.5", "t2v":
            return {"video_duration": seconds, "video_ratio": size, "video_count": 1}
        case "2.2", "kf2v":
            return {"video_duration": seconds, "video_count": 1, "SR": tier}
        case "2.2" | "2.5", _:
            return {"duration": seconds, "video_count": 1, "SR": tier}
    return _newer_usage(record, model) | {"video_count": 1, "SR": tier} | ({"size": size} if _says_size(model) else {})


def _says_size(model: Model) -> bool:
    return model.version == "2.6" and model.task in {"t2v", "r2v"}


def _newer_usage(record: Record, model: Model) -> dict[str, Any]:
    order = record.order
    taken, made = order.wire["input_seconds"], order.duration
    if model.version == "3.0":
        times = {"duration": taken + made, "input_video_duration": taken, "output_video_duration": made}
        return {name: float(value) for name, value in times.items()} | {"fps": 30, "ratio": order.wire["ratio"]}
    counted: dict[str, Any] = {
        "duration": float(taken + made) if taken else int(made),
        "input_video_duration": round(taken),
        "output_video_duration": int(made),
    }
    if model.version == "2.7" and model.task != "i2v":
        counted["ratio"] = order.wire["ratio"]
    if model.version == "2.6" and model.task == "i2v" and model.sound == "switch":
        counted["audio"] = order.audio
    return counted


def listed(record: Record, now: float) -> dict[str, Any]:
    """Describe a task for a list of tasks."""
    status = record.state(now).status
    service = IMAGE_TO_VIDEO if MODELS[record.order.model].task == "kf2v" else VIDEO_GENERATION
    entry: dict[str, Any] = {
        "api_key_id": record.owner[:6],
        "caller_parent_id": ACCOUNT,
        "caller_uid": ACCOUNT,
        "gmt_create": int(record.created_at * 1000),
        "model_name": record.order.model,
        "region": REGION,
        "request_id": record.id,
        "status": STATUSES[status],
        "task_id": record.id,
        "user_api_unique_key": f"apikey:v1:aigc:{service}:video-synthesis:{record.order.model}",
    }
    if now >= record.starts_at and status != "cancelled":
        entry["start_time"] = int(record.starts_at * 1000)
    if record.state(now).is_terminal:
        ended = record.ends_at if record.cancelled_at is None else record.cancelled_at
        entry["end_time"] = int(ended * 1000)
    return entry
