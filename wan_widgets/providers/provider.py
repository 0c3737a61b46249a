"""What a provider is: the protocol of one service as pure functions, and the service's facts as data. No I/O here.

A provider writes the `Call` that the client sends, and reads the `Reply` that comes back. To add a service of your own,
write a subclass of `Provider` with `name`, `title`, `base_url`, `offers` and the four abstract methods.
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
from wan_widgets.words import Several, say


class Provider(ABC):
    """One service: its abilities as data, and its protocol. Other code never reads its field names."""

    name: str
    """The name that users write: ``"toapis"``."""
    title: str
    """The name that users read: ``"ToAPIs"``."""
    base_url: str = ""
    """The service's usual address; empty where only the user can know it."""
    prefix: str = "/v1"
    """The beginning of the paths of all calls. A base URL may end with it or not."""
    regions: Mapping[str, str] = MappingProxyType({})
    """The address of each region, if the service has regions."""
    region: str = ""
    offers: Offers = MappingProxyType({})
    """What the service can do, by model family. The usual family comes first."""
    files_in_submit: bool = False
    """Local files are sent within the order: `encode_submit` puts them in the form."""
    cancels: bool = False
    """A task can be cancelled: `encode_cancel` returns a call for it."""
    finds_orders: bool = False
    """The service can be asked what became of an order whose outcome is not known: see `find`."""
    knows_order_names: bool = False
    """The service finds an order by our own name for it, so it never returns another order."""
    key_variables: tuple[str, ...] = ()
    """The environment variables in which this service's key is usually kept."""
    key_host: str | None = None
    """The only host that may get a key from those variables; ``None``: any host that the user sets as base URL."""
    own_suffix: str = ""
    """The end of the names of further hosts that belong to the service, besides those of `base_url` and `regions`."""
    needs_key: bool = True
    """Whether the service requires a key."""
    memory_outlives_process: bool = True
    """The service still knows its tasks after it was restarted. Engines keep them in memory only."""
    bills: bool = True
    """The service charges for its clips. An engine of one's own does not."""
    is_simulated: bool = False
    """The service charges nothing, and its clips are artificial."""
    pace: Pace = Pace()
    """How long tasks usually take, and how often the service may be asked about them."""

    @property
    def models(self) -> tuple[str, ...]:
        """The model families that the service has. The usual one comes first."""
        return tuple(self.offers)

    def family(self, model: str, mode: Mode) -> str | None:
        """The listed family that a name means: ``"wan2.6-r2v-flash"`` with references means ``"wan2.6-flash"``."""
        if not isinstance(model, str):
            return None
        return next(
            (name for name in (model, model.replace(f"-{mode}", "", 1)) if mode in self.offers.get(name, ())), None
        )

    def offer(self, model: str, mode: Mode, like: str | None = None) -> Offer | None:
        """What the service can do with this model in this mode; ``None`` if it does not offer it."""
        family = self.family(like or model, mode)
        return self.offers[family][mode] if family else None

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        """A problem for everything in the request that this service or the chosen model refuses."""
        offer = self.offer(request.model, request.mode, request.like)
        if offer is None:
            return (self._unknown_model(request),)
        return tuple(offer_problems(offer, request, self.title))

    def quote(self, request: VideoRequest, input_seconds: float | None = None) -> Quote | None:
        """The price of a request by the published list; ``None`` where none is published."""
        offer = self.offer(request.model, request.mode, request.like)
        return quote(offer.price if offer else None, request, input_seconds)

    def find(self, order: str, request: VideoRequest, since: float) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
        """Look for an order whose outcome is not known. A generator: yields calls, is sent their replies.

        `order` is our own name for it, and `since` is the Unix time at which it was sent. Returns the tasks that may
        have come of it. Raises `Unsupported` where `finds_orders` is false.
        """
        raise Unsupported(say("providers.no_search", service=self.title))
        yield  # this makes it a generator, like those of subclasses

    def at(self, base_url: str | None, region: str | None) -> Self:
        """The provider with the facts that hold at an address or in a region."""
        return self

    @abstractmethod
    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        """The call that orders a clip. `order` is our own name for the order, for services that take one."""

    @abstractmethod
    def decode_submit(self, reply: Reply) -> VideoTask:
        """The task that the service made of the order; raises the `WanError` that the reply reports."""

    @abstractmethod
    def encode_retrieve(self, task_id: str) -> Call:
        """The call that asks for the state of a task."""

    @abstractmethod
    def decode_retrieve(self, reply: Reply) -> VideoTask:
        """The task in its present state; raises the `WanError` that the reply reports.

        `VideoTask.video_url` may be a path below the base URL.
        """

    def encode_cancel(self, task_id: str) -> Call | None:
        """The call that cancels a task; ``None`` where the service cannot, and `cancels` is false."""
        return None

    def decode_cancel(self, reply: Reply) -> VideoTask | None:
        """The task after the cancellation; ``None`` where the reply only says that it was received."""
        return self.decode_retrieve(reply)

    def upload(self, part: FilePart, request: VideoRequest) -> Generator[Call, Reply, str]:
        """Send a file. A generator: yields calls, is sent their replies, returns the file's address at the service.

        Raises `Unsupported` where the service takes no files.
        """
        raise Unsupported(say("providers.no_files", service=self.title))
        yield  # this makes it a generator, like those of subclasses

    def encode_balance(self) -> Call | None:
        """The call that asks for the account's balance; ``None`` where the service does not tell it."""
        return None

    def decode_balance(self, reply: Reply) -> Balance:
        """The account's balance; raises the `WanError` that the reply reports."""
        raise NotImplementedError

    def encode_discover(self) -> Call | None:
        """The call that asks a server which engine and models it has; ``None`` where that is known."""
        return None

    def decode_discover(self, reply: Reply) -> Self:
        """The provider with what the server said of itself; raises the `WanError` that the reply reports."""
        return self

    def _unknown_model(self, request: VideoRequest) -> Problem:
        like = request.like if request.like is not None else request.model
        field = "model" if request.like is None else "like"
        if not any(request.mode in modes for modes in self.offers.values()):
            message = say(_NO_MODE[request.mode], service=self.title)
            return Problem("model", message, remedy=say("providers.no_mode.remedy"))
        modes = [mode for mode in Mode if self.family(like, mode)] if isinstance(like, str) else []
        if modes:
            allowed = tuple(name for name in self.models if request.mode in self.offers[name])
            message = say(_MODEL_WITHOUT[request.mode], model=like, service=self.title)
            return Problem(field, message, Several(allowed, "plain"))
        listed = Several(self.models, "plain")
        values = {"service": self.title, "model": shown(like)}
        if field == "like":
            return Problem(field, say("providers.model.unknown", **values), listed)
        remedy = say("providers.model.unlisted.remedy", like=self._nearest(like, request.mode))
        return Problem(field, say("providers.model.unlisted", **values), listed, remedy)

    def _nearest(self, model: object, mode: Mode) -> str:
        """The family that an unlisted model is probably like: the longest family name that its own name begins with.

        The body of an order may differ between families, so the usual family would be a bad guess.
        """
        families = [name for name in self.models if mode in self.offers[name]]
        name = model.lower() if isinstance(model, str) else ""
        spelled = (name, name.replace(f"-{mode}", "", 1))
        return max(families, key=lambda family: len(family) if any(each.startswith(family) for each in spelled) else 0)


_NO_MODE = {
    Mode.TEXT: "providers.no_mode.t2v",
    Mode.IMAGE: "providers.no_mode.i2v",
    Mode.REFERENCE: "providers.no_mode.r2v",
}
_MODEL_WITHOUT = {
    Mode.TEXT: "providers.model.no_mode.t2v",
    Mode.IMAGE: "providers.model.no_mode.i2v",
    Mode.REFERENCE: "providers.model.no_mode.r2v",
}
