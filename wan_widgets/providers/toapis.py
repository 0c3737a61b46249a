"""ToAPIs (toapis.com): its fields, status words, sizes and errors.

Source: the service's own documentation, https://docs.toapis.com (pages wan2.6, wan2.6-flash, video-status, uploads,
user-balance), August 2026.
"""

from collections.abc import Generator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from wan_widgets.providers import replies
from wan_widgets.providers.bodies import address, given, overlaid
from wan_widgets.providers.calls import Call, FilePart, Pace, Reply
from wan_widgets.providers.codes import ADVICE, FAULT, INVALID, Advice, meaning
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import HTTPStatusError, NotFound, UnexpectedReply
from wan_widgets.wan.models import WAN_2_6_SIZES, Mode
from wan_widgets.wan.offers import FileRules, Offer, Offers, PriceList
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind
from wan_widgets.wan.tasks import TaskError, TaskStatus, VideoTask
from wan_widgets.words import say

_SHOTS = ("single", "multi")
_FILES = {
    Kind.IMAGE: FileRules(types=("image/jpeg", "image/png", "image/webp", "image/gif"), max_bytes=10_000_000),
    Kind.VIDEO: FileRules(types=("video/mp4", "video/webm", "video/quicktime"), max_bytes=50_000_000),
}
_UPSTREAM_STOPS = say("providers.toapis.durations")
_MEANINGS: Mapping[str, Advice] = {
    "invalid_request": INVALID,
    "webhook_not_configured": Advice("providers.code.webhook", "providers.code.webhook.remedy"),
    "insufficient_quota": ADVICE[402],
    "content_policy_violation": ADVICE[422],
    "rate_limit_exceeded": ADVICE[429],
    "rate_limit_error": ADVICE[429],
    "rate_limit_unavailable": Advice("providers.code.limiter", "providers.code.limiter.remedy"),
}
_OF_TASKS: Mapping[str, Advice] = {
    **_MEANINGS,
    "internal_error": FAULT,
    "generation_failed": Advice("providers.code.generation", "providers.code.generation.remedy"),
}
_FLASH_PRICE = PriceList(
    currency="CNY",
    per_second={
        ("720p", True): Decimal("0.30"),
        ("720p", False): Decimal("0.15"),
        ("1080p", True): Decimal("0.50"),
        ("1080p", False): Decimal("0.25"),
    },
    source="https://docs.toapis.com/docs/en/api-reference/videos/wan2.6-flash/generation",
    date="2026-08-20",
)
_ONLY_WIDE = {resolution: {"16:9": row["16:9"]} for resolution, row in WAN_2_6_SIZES.items()}
"""The flash page lists no aspect ratios; 16:9 is the default of the model behind it."""


def _flash(**fields: Any) -> Offer:
    """The offer of the page wan2.6-flash. It has no negative prompt, seed, prompt rewriting or shot types."""
    return Offer(
        sizes=_ONLY_WIDE,
        audio="optional",
        negative_prompt_limit=0,
        max_seed=None,
        prompt_extend=False,
        files=_FILES,
        price=_FLASH_PRICE,
        **fields,
    )


_OFFERS: Offers = {
    "wan2.6": {
        Mode.TEXT: Offer(sizes=WAN_2_6_SIZES, durations=(5, 10, 15), shot_types=_SHOTS),
        Mode.IMAGE: Offer(sizes=WAN_2_6_SIZES, durations=(5, 10, 15), shape_follows_image=True, files=_FILES),
        Mode.REFERENCE: Offer(
            sizes=WAN_2_6_SIZES,
            durations=(5, 10),
            durations_why=_UPSTREAM_STOPS,
            shot_types=_SHOTS,
            max_references=3,  # ToAPIs says "several"; the model behind it takes three videos
            max_images=0,
            files=_FILES,
        ),
    },
    "wan2.6-flash": {
        Mode.IMAGE: _flash(durations=(5, 10, 15), shape_follows_image=True),
        Mode.REFERENCE: _flash(durations=(5, 10), durations_why=_UPSTREAM_STOPS, max_references=3, max_images=0),
    },
}


class ToAPIs(Provider):
    """The gateway toapis.com."""

    name = "toapis"
    title = "ToAPIs"
    base_url = "https://toapis.com"
    pace = Pace(questions=50.0)  # 3,000 a minute
    finds_orders = True
    knows_order_names = True
    key_variables: tuple[str, ...] = ("TOAPIS_API_KEY", "TOAPIS_KEY")
    offers = _OFFERS

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        offer = self.offer(request.model, request.mode, request.like)
        body: dict[str, Any] = {
            "model": request.model if request.like else self.family(request.model, request.mode),
            "prompt": request.prompt,
            "resolution": request.resolution,
            "duration": request.duration,
            "negative_prompt": request.negative_prompt,
            "seed": request.seed,
            "audio": request.audio,
            "watermark": request.watermark,
            "client_business_id": order,
        }
        if offer and offer.prompt_extend:
            body["prompt_extend"] = request.prompt_extend
        if isinstance(request, ImageToVideo):
            body["image_urls"] = [address(request.image)]
        elif offer and offer.shot_types:
            body["aspect_ratio"] = getattr(request, "aspect_ratio", None)
            body["shot_type"] = getattr(request, "shot_type", None)
        if isinstance(request, ReferenceToVideo):
            body["metadata"] = {"reference_urls": [address(item) for item in request.references]}
        return Call("POST", "/v1/videos/generations", json=overlaid(given(body), request.extra))

    def decode_submit(self, reply: Reply) -> VideoTask:
        return self._task(self._body(reply))

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", f"/v1/videos/generations/{quote(task_id, safe='')}")

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return self._task(self._body(reply))

    def find(self, order: str, request: VideoRequest, since: float) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
        reply = yield self.encode_retrieve(order)  # the service also finds a task by its `client_business_id`
        try:
            return (self.decode_retrieve(reply),)
        except NotFound:
            return ()

    def upload(self, part: FilePart, request: VideoRequest) -> Generator[Call, Reply, str]:
        reply = yield Call("POST", f"/v1/uploads/{part.kind}s", form=(("file", part), ("purpose", "generation")))
        body = self._beside_tasks(reply)
        if url := replies.web_address(replies.mapping(body.get("data")).get("url")):
            return url
        raise UnexpectedReply(say("providers.upload.no_address", service=self.title))

    def encode_balance(self) -> Call:
        return Call("GET", "/v1/user/balance")

    def decode_balance(self, reply: Reply) -> Balance:
        body = self._beside_tasks(reply)
        remaining = _amount(body.get("remain_balance"))
        unlimited = body.get("unlimited_quota") is True or ("unlimited_quota" not in body and remaining == -1)
        if remaining is None and not unlimited:
            raise UnexpectedReply(say("providers.balance.none", service=self.title))
        return Balance(
            remaining=None if unlimited else remaining, used=_amount(body.get("used_balance")), currency="USD"
        )

    def _body(self, reply: Reply) -> Mapping[str, Any]:
        """The reply's JSON object; raises the error that the reply reports, in any of the documented shapes."""
        if reply.status_code // 100 != 2:
            try:
                body = replies.json_object(reply, self.title)
            except UnexpectedReply:
                body = {}
            error = body.get("error")
            error = error if isinstance(error, Mapping) else {"message": error or body.get("message")}
            word = error.get("type") if isinstance(error.get("code"), int) else error.get("code")
            advice = meaning(replies.text(word), _MEANINGS)
            charges = not self.is_simulated
            raise replies.status_error(reply, self.title, word, error.get("message"), advice, charges=charges)
        return replies.json_object(reply, self.title)

    def _beside_tasks(self, reply: Reply) -> Mapping[str, Any]:
        """The body of a reply about an upload or a balance. These may report a failure with HTTP 200."""
        body = self._body(reply)
        if body.get("success") is False:
            said = replies.text(body.get("message"))
            happened = (
                say("providers.code.refused_saying", service=self.title, said=replies.quoted(said))
                if said
                else say("providers.code.refused_silently", service=self.title)
            )
            raise HTTPStatusError(happened, status_code=reply.status_code)
        return body

    def _task(self, body: Mapping[str, Any]) -> VideoTask:
        first = replies.first(body.get("data"))  # an older create reply wraps the task in a list
        task_id = replies.text(body.get("id") or body.get("task_id") or first.get("task_id") or first.get("id"))
        if not task_id:
            error = body.get("error")
            said = replies.text(error.get("message") if isinstance(error, Mapping) else error or body.get("message"))
            raise replies.no_task_id(self.title, said)
        word = body.get("status") or first.get("status")
        result = replies.mapping(body.get("result"))
        url = replies.web_address(
            # The documented field comes first, then those of the service's older pages.
            *(replies.first(result.get("data")).get("url"), body.get("url"), first.get("url")),
            body.get("video_url"),
        )
        status, note = replies.standing(word, self.title, error=body.get("error"), url=url)
        return VideoTask(
            id=task_id,
            status=status,
            provider=self.name,
            model=replies.text(body.get("model")),
            progress=replies.percent(body.get("progress")),
            created_at=replies.moment(body.get("created_at")),
            completed_at=replies.moment(body.get("completed_at")),
            expires_at=replies.moment(body.get("expires_at")),
            video_url=url,
            error=self._error(body.get("error"), word) if status is TaskStatus.FAILED else None,
            note=note,
        )

    def _error(self, error: object, word: object) -> TaskError:
        charged = "providers.charged.simulated" if self.is_simulated else "providers.charged.console"
        return replies.task_error(error, word, service=self.title, meanings=_OF_TASKS, charged=charged)


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
