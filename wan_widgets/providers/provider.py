"""What a provider is: one service's protocol as pure mappings, and its facts as data. No I/O here.

A provider writes a `Call` for what the client should send and reads the `Reply` that came back. A user's own is a
subclass of `Provider` with `name`, `title`, `base_url`, `offers` and the four methods that are abstract.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import Self

from wan_widgets.providers.calls import Call, FilePart, Pace, Reply
from wan_widgets.providers.checks import offer_problems
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import Unsupported
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer, Offers
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.quotes import Quote, quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask


class Provider(ABC):
    """One service. What it can do is data; what it says is read in one place."""

    name: str
    """What users write: ``"toapis"``."""
    title: str
    """What users read: ``"ToAPIs"``."""
    base_url: str = ""
    """Where it answers unless the user says otherwise; empty where only the user can know."""
    prefix: str = "/v1"
    """What the calls' paths begin with, so that a base URL may end with it or not."""
    regions: Mapping[str, str] = MappingProxyType({})
    """Where it answers, by region, if it has such."""
    region: str = ""
    offers: Offers = MappingProxyType({})
    """What it can do, by the models' families, the usual one first."""
    files_in_submit: bool = False
    """Local files go out within the order itself: `encode_submit` puts them in the form."""
    cancels: bool = False
    """A task can be called off: `encode_cancel` has a call for it."""
    finds_orders: bool = False
    """It can be asked what became of an order whose outcome is not known: `find`."""
    knows_order_names: bool = False
    """It finds them by our own name for them, so that none is mistaken for another."""
    key_variables: tuple[str, ...] = ()
    """The environment variables in which this service's key is usually kept."""
    key_host: str | None = None
    """The one host to which a key from those variables may be sent; ``None``: wherever the base URL leads."""
    own_suffix: str = ""
    """What the names of further hosts of its own end with, besides those of `base_url` and `regions`."""
    needs_key: bool = True
    """Whether it answers to nobody without a key."""
    is_simulated: bool = False
    """It charges nothing, and its clips are made up."""
    pace: Pace = Pace(first=5.0, interval=10.0)
    """How often to ask it."""

    @property
    def models(self) -> tuple[str, ...]:
        """The families it has, the usual one first."""
        return tuple(self.offers)

    def family(self, model: str, mode: Mode) -> str | None:
        """The listed family that a name means: ``"wan2.6-flash"`` for ``"wan2.6-r2v-flash"`` among references."""
        if not isinstance(model, str):
            return None
        return next(
            (name for name in (model, model.replace(f"-{mode}", "", 1)) if mode in self.offers.get(name, ())), None
        )

    def offer(self, model: str, mode: Mode, like: str | None = None) -> Offer | None:
        """What it can do with this model in this mode; ``None`` if it cannot do it at all."""
        family = self.family(like or model, mode)
        return self.offers[family][mode] if family else None

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        """Everything in the request that this service or the chosen model refuses."""
        offer = self.offer(request.model, request.mode, request.like)
        if offer is None:
            return (self._unknown_model(request),)
        return tuple(offer_problems(offer, request, self.title))

    def quote(self, request: VideoRequest, input_seconds: float | None = None) -> Quote | None:
        """What a request costs by the published list; ``None`` where none is published."""
        offer = self.offer(request.model, request.mode, request.like)
        return quote(offer.price if offer else None, request, input_seconds)

    def find(self, order: str, request: VideoRequest, since: float) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
        """Look for an order whose outcome is not known: yields calls, is sent their replies, returns what it may be.

        `order`: our own name for it. `since`: the Unix time at which it was sent. Where only `finds_orders`.
        """
        raise Unsupported(f"{self.title} has no way to look for an order.")
        yield  # makes it a generator, as its children are

    def at(self, base_url: str | None, region: str | None) -> Self:
        """The provider as it is at an address or in a region."""
        return self

    @abstractmethod
    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        """How to ask for a clip. `order` is our own name for it, for services that take one."""

    @abstractmethod
    def decode_submit(self, reply: Reply) -> VideoTask:
        """The task that the service made of it; raises the `WanError` that the reply means."""

    @abstractmethod
    def encode_retrieve(self, task_id: str) -> Call:
        """How to ask where a task stands."""

    @abstractmethod
    def decode_retrieve(self, reply: Reply) -> VideoTask:
        """Where it stands; raises the `WanError` that the reply means.

        `VideoTask.video_url` may be a path below the base URL.
        """

    def encode_cancel(self, task_id: str) -> Call | None:
        """How to call a task off; ``None`` where the service has no way to: not `cancels`."""
        return None

    def decode_cancel(self, reply: Reply) -> VideoTask | None:
        """What became of that; ``None`` where the reply only says that it was heard."""
        return self.decode_retrieve(reply)

    def upload(self, part: FilePart, request: VideoRequest) -> Generator[Call, Reply, str]:
        """Send a file: yields calls, is sent their replies, returns the address that the service knows it by."""
        raise Unsupported(f"{self.title} takes no files.")
        yield  # makes it a generator, as its children are

    def encode_balance(self) -> Call | None:
        """How to ask what is left on the account; ``None`` where the service does not tell."""
        return None

    def decode_balance(self, reply: Reply) -> Balance:
        """What is left; raises the `WanError` that the reply means."""
        raise NotImplementedError

    def encode_discover(self) -> Call | None:
        """How to ask a server what it is; ``None`` where that is known."""
        return None

    def decode_discover(self, reply: Reply) -> Self:
        """The provider, as that server turns out to be. Never raises: what is not understood changes nothing."""
        return self

    def _unknown_model(self, request: VideoRequest) -> Problem:
        like = request.like if request.like is not None else request.model
        field = "model" if request.like is None else "like"
        if not any(request.mode in modes for modes in self.offers.values()):
            return Problem("model", f"{self.title} has no {_WORDS[request.mode]}.", remedy="Choose another service.")
        modes = [mode for mode in Mode if self.family(like, mode)] if isinstance(like, str) else []
        if modes:
            allowed = ", ".join(name for name in self.models if request.mode in self.offers[name])
            return Problem(field, f"{like} at {self.title} has no {_WORDS[request.mode]}.", allowed)
        listed = ", ".join(self.models)
        message = f"{self.title} has no model {shown(like)}."
        if field == "like":
            return Problem(field, message, listed)
        example = f'like="{self._nearest(like, request.mode)}"'
        remedy = f"If it has one all the same, say which of these it is like: set {example}."
        return Problem(field, message, listed, remedy, code="unlisted_model")

    def _nearest(self, model: object, mode: Mode) -> str:
        """The family whose fields an unlisted model of this name probably has: the longest that its name begins with.

        A service may send each generation another body, so that the usual family would be a bad guess.
        """
        families = [name for name in self.models if mode in self.offers[name]]
        name = model.lower() if isinstance(model, str) else ""
        spelled = (name, name.replace(f"-{mode}", "", 1))
        return max(families, key=lambda family: len(family) if any(each.startswith(family) for each in spelled) else 0)


_WORDS = {Mode.TEXT: "text to video", Mode.IMAGE: "image to video", Mode.REFERENCE: "reference to video"}
