"""A provider for the render server of a laboratory, which has its own fields and status words."""

from urllib.parse import quote

import wan_widgets as ww
from wan_widgets.providers import replies

SIZES = {"480p": {"16:9": ww.Size(832, 480), "9:16": ww.Size(480, 832)}}
WORDS = {
    "waiting": ww.TaskStatus.QUEUED,
    "drawing": ww.TaskStatus.IN_PROGRESS,
    "ready": ww.TaskStatus.COMPLETED,
    "broken": ww.TaskStatus.FAILED,
}
# The form, its size table and every check use this offer; ww.Offer documents its other fields.
LACKS = {"audio": "never", "negative_prompt_limit": 0, "watermark": False, "prompt_extend": False}
OFFER = ww.Offer(sizes=SIZES, durations=(2, 5), **LACKS)
OFFERS = {"kitten-1": {ww.Mode.TEXT: OFFER, ww.Mode.IMAGE: OFFER}}


class Lab(ww.Provider):
    name = "lab"
    title = "The lab"
    base_url = "https://render.lab.example"
    offers = OFFERS
    key_variables = ("LAB_KEY",)  # the key is sent as a bearer token; without keys, set needs_key = False
    pace = ww.Pace(usual=40, questions=10)  # seconds a task takes; questions a second that the lab allows

    def encode_submit(self, request: ww.VideoRequest, *, order: str | None = None) -> ww.Call:
        job = {"engine": request.model, "script": request.prompt, "dice": request.seed}
        job |= {"pixels": SIZES[request.resolution][request.aspect_ratio], "frames": 16 * request.duration}
        if isinstance(request, ww.ImageToVideo):
            job["opening"] = request.image  # an address; to take files, set `files` in the offer and write `upload`
        return ww.Call("POST", "/jobs", json={**job, **request.extra})

    def decode_submit(self, reply: ww.Reply) -> ww.VideoTask:
        return self.decode_retrieve(reply)

    def encode_retrieve(self, task_id: str) -> ww.Call:
        return ww.Call("GET", f"/jobs/{quote(task_id, safe='')}")  # quoted, so that it stays one part of the path

    def decode_retrieve(self, reply: ww.Reply) -> ww.VideoTask:
        if reply.status_code >= 400:
            raise replies.status_error(reply, self.title, message=reply.content.decode(errors="replace"))
        job = replies.json_object(reply, self.title)  # raises UnexpectedReply for anything but a JSON object
        number, stage, film = replies.text(job.get("number")), str(job.get("stage")), job.get("film")
        if not number:
            raise ww.UnexpectedReply("The lab gave the job no number.")
        return ww.VideoTask(
            id=number,
            status=WORDS.get(stage, ww.TaskStatus.IN_PROGRESS),
            provider=self.name,
            progress=replies.percent(job.get("percent")),
            video_url=film if str(film).startswith("/films/") else None,  # below the base URL; or a whole address
            error=replies.task_error(job.get("reason")) if stage == "broken" else None,
        )


# ww.Studio(ww.AsyncClient(Lab())) shows its form; ww.generate("A kitten", provider=Lab()) makes a clip.
