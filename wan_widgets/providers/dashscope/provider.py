"""Model Studio as a provider. It puts the modules of this folder together."""

import copy
from collections.abc import Generator
from typing import Self
from urllib.parse import quote

from wan_widgets.providers.calls import Call, FilePart, Pace, Reply
from wan_widgets.providers.dashscope import regions, search, tasks, uploads
from wan_widgets.providers.dashscope.bodies import has_uploaded, order_body
from wan_widgets.providers.dashscope.offers import family_named, offers_in, regions_with, wire_model
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.errors import ConfigurationError, InvalidRequest
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Name, Several, say

_ORDER = "/api/v1/services/aigc/video-generation/video-synthesis"


class DashScope(Provider):
    """Alibaba Cloud's Model Studio (DashScope), which runs the Wan models itself.

    `region` is one of `regions`. Each region has its own keys and models. `workspace` is the id that the console shows,
    ``"llm-…"``; with it the workspace's own address is used. Some regions have no other. Raises `ConfigurationError`
    for a region or workspace that does not exist, and for a region that needs a workspace.
    """

    name = "dashscope"
    title = Name("providers.title.dashscope")
    prefix = "/api/v1"
    key_variables: tuple[str, ...] = ("DASHSCOPE_API_KEY",)
    own_suffix = ".maas.aliyuncs.com"  # each workspace has its own host
    cancels = True
    finds_orders = True
    pace = Pace(usual=150.0, questions=20.0)

    def __init__(self, region: str = "beijing", workspace: str | None = None) -> None:
        self.workspace = workspace
        self.regions = regions.addresses(workspace)
        self.region = regions.checked_region(region, self.title)
        self.base_url = self._address(region)
        self.offers = offers_in(region)

    def at(self, base_url: str | None, region: str | None) -> Self:
        """The provider in a region, or in the region that an address belongs to.

        Raises `ConfigurationError` if the two contradict each other, or the region has no shared address.
        """
        named = regions.region_of(base_url) if base_url else None
        if named and region and named != region:
            values = {"address": base_url, "named": named, "region": region}
            raise ConfigurationError(
                say("providers.region.contradiction", **values), remedy=say("providers.region.contradiction.remedy")
            )
        twin = copy.copy(self)
        twin.region = regions.checked_region(region or named or self.region, self.title)
        twin.base_url = base_url.rstrip("/").removesuffix(self.prefix) if base_url else self._address(twin.region)
        twin.offers = offers_in(twin.region)
        return twin

    def family(self, model: str, mode: Mode) -> str | None:
        """The listed family that a name means. The service's own names are known too: ``"wan3.0-video"``."""
        family = family_named(model, mode)
        return family if family in self.offers else super().family(model, mode)

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        found = super().problems(request)
        offer = self.offer(request.model, request.mode, request.like)
        switch = offer is not None and bool(offer.shot_types) and offer.prompt_extend
        if switch and getattr(request, "shot_type", None) == "multi" and request.prompt_extend is False:
            remedy = say("providers.shot_type.not_rewritten.remedy")
            found += (Problem("shot_type", say("providers.shot_type.not_rewritten"), "single", remedy),)
        return found

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        family = self.family(request.like or request.model, request.mode)
        if family is None:
            raise InvalidRequest(self.problems(request))
        body = order_body(request, self._model(request), family, self.offers[family][request.mode])
        headers = {"X-DashScope-Async": "enable"}
        if has_uploaded(body):
            headers["X-DashScope-OssResourceResolve"] = "enable"
        return Call("POST", _ORDER, json=body, headers=headers | self._headers)

    def decode_submit(self, reply: Reply) -> VideoTask:
        return tasks.task_of(reply, self.name, self.title)

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", f"/api/v1/tasks/{quote(task_id, safe='')}", headers=self._headers)

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return tasks.task_of(reply, self.name, self.title)

    def encode_cancel(self, task_id: str) -> Call:
        """The call that cancels a task. The service accepts it only while the task waits."""
        return Call("POST", f"/api/v1/tasks/{quote(task_id, safe='')}/cancel", headers=self._headers)

    def decode_cancel(self, reply: Reply) -> None:
        tasks.accepted(reply, self.title)

    def upload(self, part: FilePart, request: VideoRequest) -> Generator[Call, Reply, str]:
        model = quote(self._model(request), safe="")
        ask = Call("GET", f"/api/v1/uploads?action=getPolicy&model={model}", headers=self._headers)
        return uploads.uploaded(ask, part, self.title)

    def find(self, order: str, request: VideoRequest, since: float) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
        def ask(path: str) -> Call:
            return Call("GET", f"/api/v1/tasks{path}", headers=self._headers)

        model = quote(self._model(request), safe="")
        return search.matching(ask, model, request.prompt, since, (self.name, self.title))

    @property
    def _headers(self) -> dict[str, str]:
        """The header that names the workspace, where the address does not name it."""
        is_clear = self.workspace is None or regions.is_of_workspace(self.base_url)
        return {} if is_clear else {"X-DashScope-WorkSpace": str(self.workspace)}

    def _address(self, region: str) -> str:
        if address := self.regions[region]:
            return address
        raise regions.needs_workspace(region, self.title)

    def _model(self, request: VideoRequest) -> str:
        """The service's name of the model."""
        family = None if request.like else self.family(request.model, request.mode)
        return wire_model(family, request.mode) if family else request.model

    def _unknown_model(self, request: VideoRequest) -> Problem:
        wanted = request.like or request.model
        family = family_named(wanted, request.mode)
        if family is None or family in self.offers:
            return super()._unknown_model(request)
        remedy = say("providers.model.elsewhere.remedy", regions=Several(tuple(regions_with(family)), "plain"))
        field = "like" if request.like else "model"
        message = say("providers.model.elsewhere", service=self.title, region=self.region, model=wanted)
        return Problem(field, message, Several(self.models, "plain"), remedy)
