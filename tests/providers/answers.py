"""What services answer, as their pages print it: an order that was accepted, and a task whose clip can be fetched."""

from providers.shapes import URL

TOAPIS_ACCEPTED = {
    "id": "video_01J9HA7JPQ9A0Z6JZ3V8M9W6PZ",
    "object": "generation.task",
    "model": "wan2.6",
    "status": "queued",
    "progress": 0,
    "created_at": 1768380224,
    "metadata": {"aspect_ratio": "16:9"},
}
TOAPIS_URL = "https://files.toapis.com/videos/x/y.mp4?Signature=a%2Bb%3D&Expires=1"
TOAPIS_COMPLETED = TOAPIS_ACCEPTED | {
    "status": "completed",
    "progress": 100,
    "completed_at": 1768380504,
    "expires_at": 1768466904,
    "result": {"type": "video", "data": [{"url": TOAPIS_URL, "format": "mp4"}]},
}

UNIALL_ACCEPTED = {
    "id": "task_a1",
    "task_id": "task_b2",
    "object": "video.generation.job",
    "model": "wan2.6-video-1080p",
    "status": "in_progress",
    "progress": 5,
    "created_at": 1773984104,
}
UNIALL_COMPLETED = UNIALL_ACCEPTED | {
    "status": "completed",
    "progress": 100,
    "error": None,
    "result": {"outputs": [URL], "video_url": URL},
    "video_url": URL,
    "raw_status": "UNIALL_COMPLETED",
}

DASHSCOPE_ID = "0385dc79-5ff8-4d82-bcb6-7a0c0e1f2a3b"
DASHSCOPE_ACCEPTED = {"output": {"task_status": "PENDING", "task_id": DASHSCOPE_ID}, "request_id": "4909100c"}
DASHSCOPE_URL = "https://dashscope-result-sh.oss-accelerate.aliyuncs.com/x.mp4?Expires=1764040000&OSSAccessKeyId=LTAI&Signature=a%2Bb%3D"
DASHSCOPE_OUTPUT = {
    "task_id": DASHSCOPE_ID,
    "task_status": "SUCCEEDED",
    "submit_time": "2025-11-24 10:00:35.452",
    "scheduled_time": "2025-11-24 10:00:35.507",
    "end_time": "2025-11-24 10:13:33.838",
    "orig_prompt": "A kitten",
    "video_url": DASHSCOPE_URL,
}

DASHSCOPE_FINISHED = {"request_id": "caa6", "output": DASHSCOPE_OUTPUT, "usage": {"duration": 10.0, "SR": 720}}

NEWAPI_OBJECT = {
    "id": "task_a1",
    "task_id": "task_a1",
    "object": "video",
    "model": "wan2.6-i2v",
    "status": "queued",
    "progress": 0,
    "created_at": 1790000000,
}
NEWAPI_TASK = {
    "id": 17,
    "task_id": "task_a1",
    "status": "SUCCESS",
    "progress": "100%",
    "fail_reason": "",
    "result_url": URL,
    "submit_time": 1790000000,
    "start_time": 1790000005,
    "finish_time": 1790000200,
    "data": {"output": {"task_status": "SUCCEEDED", "video_url": "https://other.example.com/x.mp4"}},
}
NEWAPI_FLAT = {
    "task_id": "task_a1",
    "status": "completed",
    "url": URL,
    "format": "mp4",
    "metadata": {"duration": 5, "fps": 24, "width": 1280, "height": 720, "seed": 7},
}


def newapi_envelope(**fields):
    """How the gateway wraps a task of its own."""
    return {"code": "success", "message": "", "data": NEWAPI_TASK | fields}


CREATED = 1_768_380_224
AT_OPENAI = {
    "id": "video_123",
    "object": "video",
    "model": "sora-2",
    "status": "queued",
    "progress": 0,
    "created_at": CREATED,
    "size": "1280x720",
    "seconds": "8",
    "completed_at": None,
    "expires_at": None,
    "error": None,
    "remixed_from_video_id": None,
}
AT_SGLANG = {
    "id": "2f0c1f3e-6a55-4ab2-9d2f-9a2c6a0b7e11",
    "object": "video",
    "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
    "status": "queued",
    "progress": 0,
    "created_at": CREATED,
    "size": "832x480",
    "seconds": "5",
    "quality": "standard",
    "url": None,
    "urls": None,
    "expires_at": None,
    "error": None,
    "file_path": "/data/out/2f0c1f3e.mp4",
    "file_paths": None,
}
AT_OMNI = {
    "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
    "prompt": "A cat",
    "id": "video_gen_0f",
    "object": "video",
    "status": "queued",
    "size": "832x480",
    "progress": 0,
    "seconds": "5",
    "quality": "default",
    "created_at": CREATED,
    "completed_at": None,
    "error": None,
    "media_type": "video/mp4",
    "expires_at": None,
    "fps": 16.0,
    "num_frames": 81,
}
