"""The form: what the clip shall be. Its values are traits, and its problems appear while one types."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

import traitlets

from wan_widgets.client.client import AsyncClient, all_problems, check
from wan_widgets.providers import Provider
from wan_widgets.wan.errors import InvalidRequest, WanError
from wan_widgets.wan.models import Mode, Offer
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.widgets.panel import STATIC, Panel

_log = logging.getLogger(__name__)

Handler = Callable[[VideoRequest], object]

FIELDS = (
    "mode",
    "model",
    "prompt",
    "negative_prompt",
    "image",
    "references",
    "resolution",
    "aspect_ratio",
    "duration",
    "seed",
    "prompt_extend",
    "audio",
    "shot_type",
    "watermark",
)
"""The form's values: synced traits, named as the requests' fields."""
_REMEMBERED = 200  # submissions by their ids


class VideoForm(Panel):
    """A form for every mode of one service.

    ``form.prompt = "..."``, ``form.observe`` and ``traitlets.link`` work as on any widget; `request` is the validated
    request that the values make. What **Generate** does is up to `on_generate`.
    """

    _esm = STATIC / "form.js"

    mode = traitlets.Enum([str(mode) for mode in Mode], default_value=str(Mode.TEXT)).tag(sync=True)
    model = traitlets.Unicode("wan2.6").tag(sync=True)
    prompt = traitlets.Unicode("").tag(sync=True)
    negative_prompt = traitlets.Unicode("").tag(sync=True)
    image = traitlets.Unicode("").tag(sync=True)
    references = traitlets.List(traitlets.Unicode()).tag(sync=True)
    resolution = traitlets.Unicode("1080p").tag(sync=True)
    aspect_ratio = traitlets.Unicode("16:9").tag(sync=True)
    duration = traitlets.Int(5).tag(sync=True)
    seed = traitlets.Int(None, allow_none=True).tag(sync=True)
    prompt_extend = traitlets.Bool(default_value=True).tag(sync=True)
    audio = traitlets.Bool(default_value=True).tag(sync=True)
    shot_type = traitlets.Unicode("single").tag(sync=True)
    watermark = traitlets.Bool(default_value=False).tag(sync=True)

    _service = traitlets.Dict().tag(sync=True)
    """What the browser shows of the provider."""
    _offers = traitlets.Dict().tag(sync=True)
    """What it can do with the chosen model, by mode."""
    _problems: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    """What is wrong with the values as they are: ``{"field", "text"}``."""

    def __init__(self, provider: AsyncClient | Provider | str | None = None, **values: Any) -> None:
        client = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._provider = client.provider
        self._handlers: list[Handler] = []
        self._seen: OrderedDict[str, dict[str, Any]] = OrderedDict()
        service = {"title": self._provider.title, "simulated": self._provider.is_simulated}
        super().__init__(_service=service, **values)
        self.observe(self._on_value, names=list(FIELDS))
        self._on_value({"name": "model"})

    @property
    def request(self) -> VideoRequest:
        """The request that the values make. Raises `InvalidRequest` with all that is wrong with them."""
        draft = self._draft()
        check(self._provider, draft)
        return type(draft)(**{field.name: getattr(draft, field.name) for field in fields(draft)})

    def fill(self, request: VideoRequest) -> None:
        """Put a request's values into the form."""
        values = {name: value for name, value in asdict(request).items() if value is not None}
        seed = {"seed": request.seed}
        blank = {name: "" for name in ("prompt", "negative_prompt") if getattr(request, name) is None}
        self._apply({"mode": str(request.mode), **values, **blank, **seed})

    def on_generate(self, handler: Handler, *, remove: bool = False) -> None:
        """Call `handler(request)` at each click on Generate with a valid request, once for one submission."""
        if remove:
            self._handlers.remove(handler)
        else:
            self._handlers.append(handler)

    def _draft(self) -> VideoRequest:
        """The values of this mode as a request that is not checked yet."""
        kind = REQUEST_TYPES[Mode(self.mode)]
        offer = self._provider.offer(self.model, kind.mode)
        values = {field.name: getattr(self, field.name) for field in fields(kind)}
        if offer is not None and offer.shape_follows_image:
            del values["aspect_ratio"]
        if offer is not None and not offer.shot_types:
            del values["shot_type"]
        if "references" in values:
            values["references"] = tuple(url.strip() for url in values["references"] if url.strip())
        if "image" in values:
            values["image"] = values["image"].strip()
        return kind.draft(values)

    def _on_value(self, change: Mapping[str, Any]) -> None:
        if change["name"] == "model":
            offers = {str(mode): self._provider.offer(self.model, mode) for mode in Mode}
            self._offers = {mode: _for_browser(offer) for mode, offer in offers.items() if offer is not None}
        self._problems = [_shown(problem) for problem in all_problems(self._provider, self._draft())]

    def _hear(self, content: dict[str, Any]) -> None:
        if content.get("kind") == "generate" and isinstance(content.get("id"), str):
            self.send(self._answer(content["id"], content.get("values")))

    def _answer(self, submission: str, values: object) -> dict[str, Any]:
        """What becomes of a click. The clicks of one submission carry one id and are answered alike."""
        if submission in self._seen:
            return self._seen[submission]
        answer: dict[str, Any] = {"kind": "accepted", "id": submission}
        self._seen[submission] = answer
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        try:
            # The values come with the click: a change on its way as a trait may arrive after it.
            given = values if isinstance(values, dict) else {}
            self._apply({name: value for name, value in given.items() if name in FIELDS})
            request = self.request
            for handler in tuple(self._handlers) or (self._unconnected,):
                handler(request)
        except InvalidRequest as error:
            answer |= {"kind": "refused", "problems": [_shown(problem) for problem in error.problems]}
        except WanError as error:
            answer |= {"kind": "refused", "problems": [], "message": str(error)}
        except Exception as error:  # noqa: BLE001  # a handler is other people's code; the click must be answered all the same
            _log.exception("a submission of the form")
            answer |= {"kind": "refused", "problems": [], "message": f"{type(error).__name__}: {error}"}
        return answer

    def _unconnected(self, _request: VideoRequest) -> None:
        raise WanError(self._labels["unconnected"])

    def _apply(self, values: Mapping[str, Any]) -> None:
        with self.hold_trait_notifications():
            for name, value in values.items():
                setattr(self, name, list(value) if name == "references" else value)


def _shown(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "text": problem.text}


def _for_browser(offer: Offer) -> dict[str, Any]:
    sizes = {resolution: {ratio: list(size) for ratio, size in row.items()} for resolution, row in offer.sizes.items()}
    return {**asdict(offer), "sizes": sizes}
