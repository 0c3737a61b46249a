"""A service that an order of the ledger names, and that is not known here: somebody's own."""

from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.errors import Unsupported
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import say


class UnknownProvider(Provider):
    """It has a name, and nothing can be asked of it."""

    def __init__(self, name: str) -> None:
        self.name = self.title = name

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        raise self._unknown()

    def decode_submit(self, reply: Reply) -> VideoTask:
        raise self._unknown()

    def encode_retrieve(self, task_id: str) -> Call:
        raise self._unknown()

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        raise self._unknown()

    def _unknown(self) -> Unsupported:
        return Unsupported(
            say("providers.unknown_service", name=self.name), remedy=say("providers.unknown_service.remedy")
        )
