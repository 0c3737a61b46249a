"""The values of a form as a request."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from wan_widgets.providers import Provider
from wan_widgets.wan.models import Mode
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.widgets.services import absent
from wan_widgets.widgets.values import is_given


def draft_of(values: Mapping[str, Any], provider: Provider) -> VideoRequest:
    """The values of their mode as a request that is not checked yet. Values that are not shown are left out."""
    kind = REQUEST_TYPES[Mode(values["mode"])]
    offer = provider.offer(values["model"], kind.mode, values["like"] or None)
    names = {field.name for field in fields(kind)} - absent(offer)
    taken = {name: values[name] for name in names}
    if "references" in taken:
        taken["references"] = tuple(item for item in taken["references"] if is_given(item))
    return kind.draft(taken)
