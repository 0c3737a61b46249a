"""Making a request from a prompt and its inputs."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import fields as dataclass_fields
from typing import Any

from wan_widgets.providers import Provider
from wan_widgets.providers.usual import usual_fields
from wan_widgets.service.checking import all_problems, check_type
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import InvalidRequest, Misuse
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import REQUEST_TYPES, ImageToVideo, ReferenceToVideo, TextToVideo, VideoRequest
from wan_widgets.wan.sources import to_reference, to_references
from wan_widgets.words import Several, joined, say

_NEAR = 0.65  # "aspect" is near to "aspect_ratio", and "weather" is not to "watermark"
_CLIENT_ARGUMENTS = ("api_key", "base_url", "insecure_http", "region")


def route(
    prompt: VideoRequest | str | None = None,
    *,
    image: Any = None,
    references: Any = None,
    provider: Provider | None = None,
    base_url: str | None = None,
    **fields: Any,
) -> VideoRequest:
    """The request that a prompt and its inputs make. Fields that are not given get the provider's usual values.

    Raises `InvalidRequest`. If a provider is given, the error also has what that provider refuses at `base_url`.
    """
    if isinstance(prompt, VideoRequest):
        if image is not None or references is not None or fields:
            raise Misuse(say("generation.request.both"))
        return prompt
    return formed(prompt=prompt, image=image, references=references, provider=provider, base_url=base_url, **fields)


def formed(
    *,
    image: Any = None,
    references: Any = None,
    provider: Provider | None = None,
    base_url: str | None = None,
    is_whole: bool = False,
    **fields: Any,
) -> VideoRequest:
    """The request with these fields. Unless it `is_whole`, the provider's usual values are added. Raises as `route`."""
    if image is not None and references is not None:
        remedy = say("generation.request.two_starts.remedy")
        raise InvalidRequest([Problem("references", say("generation.request.two_starts"), remedy=remedy)])
    kind: type[VideoRequest] = TextToVideo
    if references is not None:
        kind, fields["references"] = ReferenceToVideo, to_references(references)
    elif image is not None:
        kind, fields["image"] = ImageToVideo, to_reference(image)
    if provider is not None and not is_whole:
        fields = usual_fields(provider, kind.mode, fields) | fields
    try:
        return kind(**fields)
    except InvalidRequest:
        if provider is None:
            raise
        raise InvalidRequest(all_problems(provider, kind.draft(fields), base_url)) from None


def wanted(service: Service, request: VideoRequest | str) -> VideoRequest:
    """The request that is given; for a text, the one that this prompt makes at the service. Raises `InvalidRequest`."""
    if isinstance(request, str):
        return route(request, provider=service.provider, base_url=service.base_url)
    check_type(request)
    return request


NAMES = frozenset(each.name for kind in REQUEST_TYPES.values() for each in dataclass_fields(kind))
"""The fields that requests have."""


def check_names(
    fields: Iterable[str],
    known: Collection[str] = NAMES - {"image", "references"},
    unknown: str = "generation.field.unknown",
) -> None:
    """Raise `Misuse` for a name that is not known. The message names the one that was probably meant.

    `unknown` is the key of the sentence that says so.
    """
    for name in fields:
        if name in known:
            continue
        near = difflib.get_close_matches(name, known, 1, _NEAR)
        hint = say("generation.field.there_are", names=Several(tuple(sorted(known)), "plain"))
        if name in _CLIENT_ARGUMENTS:
            hint = say("generation.field.of_client", example=f"provider=ww.AsyncClient(…, {name}=…)")
        elif near:
            hint = say("generation.field.meant", name=near[0])
        raise Misuse(joined(say(unknown, name=name), hint))
