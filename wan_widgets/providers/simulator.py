"""The embedded simulator, as a provider: ToAPIs' mapping, quicker, free, and with a way to cancel."""

from dataclasses import dataclass
from urllib.parse import quote

from wan_widgets.providers.protocol import Call, Pace
from wan_widgets.providers.toapis import ToAPIs


@dataclass(frozen=True)
class Simulator(ToAPIs):
    """The package's own simulator; inside this process unless a base URL says otherwise."""

    base_url: str = "http://simulator.invalid"
    name: str = "simulator"
    title: str = "Simulator"
    key_variables: tuple[str, ...] = ()
    is_simulated: bool = True
    pace: Pace = Pace(first=0.5, interval=0.5, longest=10.0)

    def encode_cancel(self, task_id: str) -> Call:
        return Call("POST", f"/v1/videos/generations/{quote(task_id, safe='')}/cancel")
