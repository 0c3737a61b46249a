"""Changing a form's choices to those that another service or model has. Text that a person typed never changes."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.providers import Provider
from wan_widgets.providers.usual import nearest, usual_model
from wan_widgets.wan.models import Mode
from wan_widgets.wan.sources import kind_of


def adapted(values: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """The choices in `values` that this provider does not have, each with the nearest one that it has."""
    mode = Mode(values["mode"])
    model, like = values["model"], values["like"]
    offer = provider.offer(model, mode, like or None)
    if offer is None:
        modes = [mode, *Mode]
        mode = next((each for each in modes if usual_model(provider, each)), mode)
        model, like = usual_model(provider, mode) or model, ""
        offer = provider.offer(model, mode)
    fitting = {"mode": str(mode), "model": model, "like": like}
    if offer is not None:
        kinds = map(kind_of, values["references"]) if mode is Mode.REFERENCE else ()
        fitting |= nearest(offer, values, kinds)
    return {name: value for name, value in fitting.items() if value != values[name]}


def usual_mode(provider: Provider, model: str, like: str) -> Mode | None:
    """The first mode that a model has."""
    return next((mode for mode in Mode if provider.offer(model, mode, like or None)), None)
