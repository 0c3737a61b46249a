"""The types of the fields of requests: for type checkers, for completion in a cell, and for the tooltip of a call."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, TypeVar

from wan_widgets.wan.sources import Media, Reference

F = TypeVar("F", bound=Callable[..., Any])


References = Media | Reference | Iterable[Media | Reference]


class RequestFields(TypedDict, total=False):
    """The fields of a request, but for its prompt, its image and its references."""

    model: str
    resolution: str
    aspect_ratio: str
    duration: int
    negative_prompt: str | None
    like: str | None
    seed: int | None
    prompt_extend: bool
    audio: bool
    guide_audio: Media | None
    shot_type: str
    watermark: bool
    extra: Mapping[str, Any]


class FormValues(RequestFields, total=False):
    """The values that a form can be given."""

    mode: str
    prompt: str
    image: Media | None
    references: References


def spelled_out(fields: type) -> Callable[[F], F]:
    """Show the fields of a ``TypedDict`` as arguments of the function that takes them as ``**fields``."""

    def spell_out(function: F) -> F:
        signature = inspect.signature(function)
        kept = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
        hints = inspect.get_annotations(fields, eval_str=True)
        kind = inspect.Parameter.KEYWORD_ONLY
        added = [inspect.Parameter(name, kind, default=..., annotation=hint) for name, hint in hints.items()]
        function.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
        return function

    return spell_out
