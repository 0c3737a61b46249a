"""The embedded simulator, as a provider: ToAPIs' mapping, quicker, free, and with a way to cancel."""

from urllib.parse import quote

from wan_widgets.providers.calls import Call, Pace
from wan_widgets.providers.toapis import ToAPIs


class Simulator(ToAPIs):
    """The package's own simulator; inside this process unless a base URL says otherwise."""

    name = "simulator"
    title = "Simulator"
    base_url = "http://simulator.invalid"
    key_variables: tuple[str, ...] = ()
    needs_key = False
    is_simulated = True
    pace = Pace(first=0.5, interval=0.5, longest=10.0)

    def encode_cancel(self, task_id: str) -> Call:
        return Call("POST", f"/v1/videos/generations/{quote(task_id, safe='')}/cancel")
