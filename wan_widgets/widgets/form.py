"""The form in which a user writes a request. Its values are traits, and problems appear while the user types."""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from functools import partial
from typing import Any, Unpack

import traitlets

from wan_widgets.client import AsyncClient
from wan_widgets.files.origin import Input
from wan_widgets.files.recipe import Recipe
from wan_widgets.files.shapes import nearest_ratio, shape_remark
from wan_widgets.generation import worker
from wan_widgets.generation.discovery import asking, asking_now, changed, discovered, up_to_date
from wan_widgets.generation.future import VideoFuture
from wan_widgets.generation.prepared import Prepared, prepare
from wan_widgets.generation.request import wanted
from wan_widgets.money.listening import listeners
from wan_widgets.pacing import patience
from wan_widgets.providers import Provider
from wan_widgets.service.checking import all_problems
from wan_widgets.wan.errors import ConfigurationError, NotFound, WanError
from wan_widgets.wan.field_types import FormValues, spelled_out
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.widgets import services, thumbnails
from wan_widgets.widgets.adapting import adapted, usual_mode
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.widgets.clicks import Clicks, Taken
from wan_widgets.widgets.drafts import draft_of
from wan_widgets.widgets.intake import Intake
from wan_widgets.widgets.meanwhile import ended, meanwhile
from wan_widgets.widgets.money import budgets_left, quote_shown
from wan_widgets.widgets.recipes import filled_from, with_missing_file
from wan_widgets.widgets.record import Recorded
from wan_widgets.widgets.values import (
    FIELDS,
    Choice,
    ReferenceSources,
    SourceText,
    Switch,
    Whole,
    from_json,
    kind_shown,
    with_mode,
)
from wan_widgets.words import Said, Text, say

Handler = Callable[[VideoRequest], object]
Values = Mapping[str, Any]


class VideoForm(Recorded):
    """A form for every mode of a service, and for the choice of the service.

    ``form.prompt = "..."``, ``form.observe`` and ``traitlets.link`` work as on any widget. `request` is the checked
    request that the values make. `on_generate` says what a click on **Generate** does.
    """

    _esm = STATIC / "form.js"

    mode = traitlets.Enum([str(mode) for mode in Mode], default_value=str(Mode.TEXT)).tag(sync=True)
    model = traitlets.Unicode("wan2.6").tag(sync=True)
    like = traitlets.Unicode("").tag(sync=True)
    prompt = traitlets.Unicode("").tag(sync=True)
    negative_prompt = traitlets.Unicode("").tag(sync=True)
    image = SourceText("").tag(sync=True)
    references = ReferenceSources()
    guide_audio = SourceText("").tag(sync=True)
    resolution = Choice("1080p").tag(sync=True)
    aspect_ratio = Choice("16:9").tag(sync=True)
    duration = Whole(5).tag(sync=True)
    seed = Whole(None, allow_none=True).tag(sync=True)
    prompt_extend = Switch(default_value=True).tag(sync=True)
    audio = Switch(default_value=True).tag(sync=True)
    shot_type = Choice("single").tag(sync=True)
    watermark = Switch(default_value=False).tag(sync=True)
    extra = traitlets.Dict().tag(sync=True)

    _service = traitlets.Dict().tag(sync=True)
    """The service in use."""
    _services: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    """The services to choose from."""
    _offers = traitlets.Dict().tag(sync=True)
    """What the service can do, by mode."""
    _kinds: traitlets.List[str] = traitlets.List().tag(sync=True)
    """The kind of each reference; empty text if it is not known."""
    _problems: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    """The problems of the present values, each as ``{"field", "text"}``."""
    _remark = traitlets.Unicode("").tag(sync=True)
    """What happens to the image, if that is not what everybody expects."""
    _quote = traitlets.Dict().tag(sync=True)
    """What the clip will cost."""
    _budgets: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    """What is left of the budgets."""

    @spelled_out(FormValues)
    def __init__(self, provider: AsyncClient | Provider | str | None = None, **values: Unpack[FormValues]) -> None:
        client = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._from_code = {client.provider.name: client}
        self._has_named_model = "model" in values
        self._client, self._trouble = _told(client, lambda: discovered(client, patience.AT_THE_START))
        self._wish = client
        self._handlers: list[Handler] = []
        self._buy: Callable[[AsyncClient, Prepared], VideoFuture] | None = None
        self._question: Callable[[Prepared], str] = _no_question
        self._proposes = False
        self._clicks = Clicks(self._tell, self._shown)
        self._intake = Intake()
        self._lacking: tuple[Input, ...] = ()
        values = with_mode(values)
        super().__init__(**values)
        self._fit_usual_values(values)
        self.observe(self._on_value, names=list(FIELDS))
        self._show_service()
        self._proposes = True
        if "aspect_ratio" not in values:
            self._propose_ratio()
        listeners.add(self)

    @property
    def client(self) -> AsyncClient:
        """The client for the service that is chosen now."""
        return self._client

    @property
    def request(self) -> VideoRequest:
        """The request that the values make. Raises `InvalidRequest` with all their problems."""
        self.check_service()
        return prepare(self._client, self._draft()).written

    def check_service(self) -> None:
        """Raise `ConfigurationError` if the server does not say which model it has, and nobody has named one."""
        if self._trouble:  # it may answer by now
            client = self._client
            self._present(client, self._values(), lambda: discovered(client, patience.WHEN_ASKED))

    def _present(
        self, client: AsyncClient, values: Values, answered: Callable[[], AsyncClient]
    ) -> tuple[AsyncClient, Values]:
        """The service and the values of an order after its server was asked which model it has; the form shows it.

        `answered` is what `up_to_date` returns or raises. Raises `ConfigurationError` if an engine has another model by
        now, or if a server says nothing and nobody has named a model.
        """
        found, trouble = (answered(), "") if client.is_discovered else _told(client, answered)
        if found is client and not trouble:
            return client, values
        if client is self._client:  # no other service was chosen meanwhile
            with self._as_given():
                self._settle(found, trouble)
        if client.is_discovered:
            raise changed(found.provider)
        if trouble and not (self._has_named_model or values["like"]):
            raise ConfigurationError(trouble)
        return found, {**values, **adapted(values, found.provider)}

    def use(self, provider: AsyncClient | Provider | str) -> None:
        """Use another service. Choices that it does not have become the nearest that it has; typed text stays."""
        client = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._from_code[client.provider.name] = client
        self._has_named_model = False
        self._wish = client
        self._switch_to(client, patience.AT_THE_START)

    def _switch_to(self, client: AsyncClient, seconds: float) -> None:
        self._settle(*_told(client, lambda: discovered(client, seconds)))

    def _settle(self, client: AsyncClient, trouble: Said = "") -> None:
        """Use a client from now on. If its server says nothing of itself, the form says why, and orders nothing."""
        self._client, self._trouble = client, trouble
        self._adapt()
        self._show_service()

    def fill(self, request: VideoRequest | Recipe | str) -> None:
        """Put a request's values into the form. Choices that the service does not have become the nearest that it has.

        Bytes in memory are stored as files. Where a file of a recipe is not here, its field says which one to add.
        """
        if isinstance(request, Recipe):
            self._lacking = request.missing
            request = request.filled()
        else:
            request = wanted(self._client, request)
        values = {field.name: getattr(request, field.name) for field in fields(request)}
        blank = {name: "" for name in ("prompt", "negative_prompt", "like", "guide_audio") if values[name] is None}
        given = {name: value for name, value in values.items() if value is not None}
        with self.hold_sync(), self._as_given():
            self._apply({"mode": str(request.mode), **given, **blank, "seed": request.seed})
            self._adapt()
        if "aspect_ratio" not in given:
            self._propose_ratio()

    def submit(self) -> VideoFuture | None:
        """Do what a click on Generate does with the present values, without a question.

        In a Studio this orders the clip, and returns something to wait for: ``video = await studio.form.submit()``. In
        a form that stands alone it calls the handlers. Raises `InvalidRequest` before anything is sent.
        """
        if self.comm is None:
            raise WanError(say("closed"))
        client = self._client
        client, values = self._present(client, self._values(), lambda: up_to_date(client, patience.WHEN_ASKED))
        return self._take_request(client, prepare(client, draft_of(values, client.provider)))

    def on_generate(self, handler: Handler, *, remove: bool = False) -> None:
        """Call `handler(request)` at each click on Generate with a valid request. A double click counts once."""
        if remove:
            self._handlers.remove(handler)
        else:
            self._handlers.append(handler)

    def close(self) -> None:
        """Remove the widget, its handlers, and files that have not arrived completely."""
        if hasattr(self, "_intake"):  # it is missing if the constructor failed
            self._intake.close()
            self._handlers.clear()
            self._buy, self._question = None, _no_question
            listeners.discard(self)
        super().close()

    def _draft(self) -> VideoRequest:
        return draft_of(self._values(), self._client.provider)

    def _fit_usual_values(self, given: Mapping[str, Any]) -> None:
        """Replace usual values that this service does not have. Values that were given stay."""
        provider = self._client.provider
        if "mode" not in given and "model" in given and (mode := usual_mode(provider, self.model, self.like)):
            self.mode = str(mode)
        changes = adapted(self._values(), provider)
        self._apply({name: value for name, value in changes.items() if name not in given})

    def _adapt(self) -> None:
        self._apply(adapted(self._values(), self._client.provider))

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}

    def _show_service(self) -> None:
        with self.hold_sync(), self._speaking():
            named = self.model if self._has_named_model else None
            self._service = services.service_in_use(self._client, named) | {"trouble": str(self._trouble)}
            self._services = services.services(self._from_code, self._client)
            self._on_value({"name": "model"})

    def _propose_ratio(self) -> None:
        """Choose the aspect ratio that is nearest to the image, where the image itself does not decide."""
        draft = self._draft()
        offer = self._client.provider.offer(self.model, draft.mode, self.like or None)
        if self._proposes and (ratio := nearest_ratio(draft, offer)):
            self.aspect_ratio = ratio

    def _on_value(self, change: Mapping[str, Any]) -> None:
        with self._speaking():
            self._show_value(change)

    def _show_value(self, change: Mapping[str, Any]) -> None:
        if change["name"] in ("image", "mode", "model"):
            self._propose_ratio()
        provider = self._client.provider
        if change["name"] in ("model", "like"):
            self._offers = services.offers(provider, self.model, self.like)
        self._kinds = [kind_shown(item) for item in self.references]
        draft = self._draft()
        self._problems = self._shown(all_problems(provider, draft, self._client.base_url))
        offer = provider.offer(draft.model, draft.mode, draft.like)
        self._remark = str(shape_remark(draft, offer))
        self._show_money(draft)

    def hear_of_money(self) -> None:
        """Show the price and what is left anew, after code has set a budget or a price."""
        with self._speaking():
            self._show_money(self._draft())

    def _speak_anew(self) -> None:
        self._show_service()

    def _show_money(self, draft: VideoRequest) -> None:
        self._quote = quote_shown(self._client, draft)
        self._budgets = budgets_left(self._client, draft)

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        kind = str(content.get("kind"))
        if kind == "generate" and isinstance(content.get("id"), str):
            values, sure = content.get("values"), content.get("sure") is True
            self._clicks.hear(content["id"], lambda: self._take_click(values, sure=sure))
        elif kind == "choose":
            meanwhile(self._choose(content))
        elif kind == "discover":
            meanwhile(self._ask_again())
        elif kind == "services":  # a key may have been set meanwhile
            self._services = services.services(self._from_code, self._client, look=True)
        elif kind == "budgets":  # an order was written down, or has ended
            self._budgets = budgets_left(self._client, self._draft())
        elif kind == "adapt":
            self._adapt()
        elif kind == "recipe" or kind.startswith("file-"):
            self._hear_of_files(content, buffers)
        elif kind == "thumbnail":
            worker.submit(self._send_thumbnail(content))

    def _hear_of_files(self, content: dict[str, Any], buffers: list[Any]) -> None:
        taking = partial(filled_from, self) if content["kind"] == "recipe" else self._intake.hear
        if answer := taking(content, buffers):
            self.send(answer)
            if answer["kind"] == "file-stored" and self._lacking:  # it may be the one that a field waits for
                self._on_value({"name": ""})

    def _tell(self, answer: dict[str, Any]) -> None:
        self.send(answer)

    async def _send_thumbnail(self, content: dict[str, Any]) -> None:
        self.send(*await thumbnails.answer(content))

    async def _choose(self, content: Mapping[str, Any]) -> None:
        """Use the service that was chosen in the browser, or answer why that is not possible."""
        name, region, base_url = (str(content.get(field) or "") for field in ("name", "region", "base_url"))
        answer = {"id": content.get("id")}
        try:
            await self._take(services.chosen(name, region, base_url, self._from_code))
        except WanError as error:
            self.send(answer | {"kind": "not-chosen", "message": str(error)})
        else:
            self.send(answer | {"kind": "chosen"})

    async def _take(self, wish: AsyncClient) -> None:
        """Use a service as soon as its server has said what it has, unless another one is wished for meanwhile."""
        self._wish = wish
        answered = await ended(asking(wish, patience.WHEN_ASKED))
        with suppress(NotFound):  # it has no list of its models, but a person can name one
            answered()
        if wish is self._wish:
            self._has_named_model = False
            self._settle(*_told(wish, answered))

    async def _ask_again(self) -> None:
        """Ask the server again which says nothing of itself, because a person wishes it."""
        client = self._client
        answered = await ended(asking(client, patience.WHEN_ASKED))
        if client is self._client:
            self._settle(*_told(client, answered))
        self.send({"kind": "discovered"})

    def sell_through(
        self, buy: Callable[[AsyncClient, Prepared], VideoFuture], question: Callable[[Prepared], str]
    ) -> None:
        """Give each request to `buy`. If `question` returns a text, the user must agree to it first."""
        self._buy, self._question = buy, question

    def _take_click(self, values: object, *, sure: bool) -> Taken | Awaitable[Taken]:
        """Take the values of a click at once. An engine is asked first which model it has, because that may change.

        What happens in the form while it is asked, or while the worker buys, does not change what is bought.
        """
        # The values come with the click, because the message that changes a trait may arrive after it.
        given = values if isinstance(values, dict) else {}
        with self._as_given():
            self._apply({name: from_json(name, value) for name, value in given.items() if name in FIELDS})
        client, present = self._client, self._values()
        asked = asking_now(client, patience.WHEN_ASKED)
        if asked.done():  # nothing had to be asked
            return self._taken(client, present, asked.result, sure=sure)
        return self._taken_later(client, present, asked, sure=sure)

    async def _taken_later(
        self, client: AsyncClient, values: Values, asked: "Future[AsyncClient]", *, sure: bool
    ) -> Taken:
        return self._taken(client, values, await ended(asked), sure=sure)

    def _taken(self, client: AsyncClient, values: Values, answered: Callable[[], AsyncClient], *, sure: bool) -> Taken:
        client, values = self._present(client, values, answered)
        draft = draft_of(values, client.provider)
        on_worker = self._buy is not None and not self._handlers  # those of `on_generate` belong on this thread
        return Taken(lambda: self._bought(client, prepare(client, draft), sure=sure), on_worker)

    def _bought(self, client: AsyncClient, prepared: Prepared, *, sure: bool) -> str:
        """Buy, unless there is a question first, which is returned."""
        question = "" if sure else self._question(prepared)
        if not question:
            self._take_request(client, prepared)
        return question

    def _take_request(self, client: AsyncClient, prepared: Prepared) -> VideoFuture | None:
        if self._buy is None and not self._handlers:
            raise WanError(say("unconnected"))
        future = None if self._buy is None else self._buy(client, prepared)
        for handler in tuple(self._handlers):
            handler(prepared.written)  # with an open seed, so that each order of the handler makes another clip
        return future

    def _shown(self, problems: Sequence[Problem]) -> list[dict[str, str]]:
        """Problems as texts for the form. Some have another remedy here than in code."""
        named = (with_missing_file(each, self._lacking) for each in problems)
        return [{"field": each.field, "text": replace(each, remedy=self._remedy(each)).text} for each in named]

    def _remedy(self, problem: Problem) -> Said:
        if problem.key == "providers.references.unknown_kind":
            return say("kind.tell")
        if problem.key == "providers.model.unlisted" and isinstance(problem.remedy, Text):
            return say("providers.model.unlisted.remedy.form", label=say("like"), like=problem.remedy.values["like"])
        return problem.remedy

    @contextmanager
    def _as_given(self) -> Generator[None, None, None]:
        """Values that change in this block were chosen together: no aspect ratio is proposed for the image."""
        before, self._proposes = self._proposes, False
        try:
            yield
        finally:
            self._proposes = before

    def _apply(self, values: Mapping[str, Any]) -> None:
        with self.hold_trait_notifications():
            for name, value in values.items():
                setattr(self, name, value)


def _no_question(_prepared: Prepared) -> str:
    return ""


def _told(client: AsyncClient, answered: Callable[[], AsyncClient]) -> tuple[AsyncClient, Said]:
    """The client with what its server says of itself, and why it says nothing."""
    try:
        return answered(), ""
    except WanError as error:
        return client, error.message
