"""The embedded simulator as a provider. It uses the protocol of ToAPIs, but is free and quick and can cancel tasks."""

from decimal import Decimal
from urllib.parse import quote

from wan_widgets.providers.calls import Call, Pace
from wan_widgets.providers.toapis import ToAPIs
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Name


class Simulator(ToAPIs):
    """The package's own simulator. It runs inside this process unless a base URL is given."""

    name = "simulator"
    title = Name("providers.title.simulator")
    base_url = "http://simulator.invalid"
    key_variables: tuple[str, ...] = ()
    needs_key = False
    cancels = True
    is_simulated = True
    pace = Pace(usual=10.0, questions=500.0)

    def quote(self, request: VideoRequest, input_seconds: float | None = None) -> Quote:
        """A price of nothing. The currency ``XXX`` stands for no currency (ISO 4217)."""
        seconds = float(request.duration) if isinstance(request.duration, int) else 0.0
        free = Decimal(0)
        return Quote(amount=free, currency="XXX", seconds=seconds, per_second=free, source="simulated", date="")

    def encode_cancel(self, task_id: str) -> Call:
        return Call("POST", f"/v1/videos/generations/{quote(task_id, safe='')}/cancel")
