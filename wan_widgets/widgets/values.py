"""The form's values as traits: what a user may assign, and how a value is kept and sent to the browser."""

from typing import Any

import traitlets

from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.wan.field_checks import USUAL_SEED
from wan_widgets.wan.field_types import FormValues
from wan_widgets.wan.pasted import choice, plain, seconds
from wan_widgets.wan.problems import shown
from wan_widgets.wan.sources import (
    REFERENCE_TYPES,
    Kind,
    LocalFile,
    Reference,
    is_single,
    kind_of,
    source_of,
    to_source,
)
from wan_widgets.widgets import intake
from wan_widgets.words import joined, say

_LARGEST = 2**53 - 1  # the largest whole number that JavaScript represents exactly
FIELDS = (
    "mode",
    "model",
    "like",
    "prompt",
    "negative_prompt",
    "image",
    "references",
    "guide_audio",
    "resolution",
    "aspect_ratio",
    "duration",
    "seed",
    "prompt_extend",
    "audio",
    "shot_type",
    "watermark",
    "extra",
)
"""The names of the form's values, which are synced traits. They are the names of the requests' fields."""


def source_text(value: Any) -> Any:
    """The address or the path of a source, as text. Bytes and pictures in memory are stored as a file first."""
    if value is None:
        return ""
    source = to_source(source_of(value)) if not isinstance(value, str) else value
    if isinstance(source, LocalFile):
        if not (source.path or source.data):
            return ""  # the ledger does not keep bytes that were in memory
        return str(source.path or intake.store(source.data or b""))
    return source


class Whole(traitlets.Int[Any, Any]):
    """A whole number that the browser can represent too, also if it comes as 5.0 or as text."""

    def validate(self, obj: Any, value: Any) -> Any:
        number = seconds(value)
        if isinstance(number, int) and abs(number) > _LARGEST:
            large = say("widgets.value.large", name=self.name, value=shown(number))
            limit = say("widgets.value.large.remedy", usual=USUAL_SEED, most=_LARGEST)
            raise traitlets.TraitError(joined(large, limit))
        return super().validate(obj, number)


class Choice(traitlets.Unicode[str, Any]):
    """One of a few words, also with other letters and blanks."""

    def validate(self, obj: Any, value: Any) -> str:
        text: str = super().validate(obj, choice(value))
        return text


class Switch(traitlets.Bool[Any, Any]):
    """On or off, also as numpy writes it."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, plain(value))


class SourceText(traitlets.Unicode[str, Any]):
    """An address or a path, as it was typed. Files, bytes and pictures become the path of a file."""

    def validate(self, obj: Any, value: Any) -> str:
        text: str = super().validate(obj, source_text(value))
        return text


class _ReferenceSource(traitlets.TraitType[Any, Any]):
    """An address or a path, or a reference with its kind given."""

    info_text = "an address, a file, an ImageReference or a VideoReference"

    def validate(self, obj: Any, value: Any) -> str | Reference:
        if isinstance(value, Reference):
            in_memory = isinstance(value.source, LocalFile) and value.source.path is None
            return type(value)(source_text(value)) if in_memory else value
        text = source_text(value)
        if not isinstance(text, str):
            self.error(obj, value)
        return text


class ReferenceSources(traitlets.List[Any]):
    """References in order, as text or with their kinds given. A single one becomes a list."""

    def __init__(self) -> None:
        super().__init__(_ReferenceSource())
        self.tag(sync=True, to_json=_references_to_json, from_json=_references_from_json)

    def validate(self, obj: Any, value: Any) -> list[Any] | None:
        given = None if value is None else [value] if is_single(value) else list(value)
        return super().validate(obj, given)


def _references_to_json(references: list[str | Reference], _form: object) -> list[Any]:
    return [reference_to_json(item) for item in references]


def _references_from_json(items: Any, _form: object) -> Any:
    return [_reference_from_json(item) for item in items] if isinstance(items, list) else items


def reference_to_json(item: str | Reference) -> Any:
    """A reference as JSON for the browser."""
    return {"kind": str(item.kind), "source": source_text(item)} if isinstance(item, Reference) else item


def _reference_from_json(item: Any) -> Any:
    match item:
        case {"kind": "image" | "video" as kind, "source": str(source)}:
            return REFERENCE_TYPES[Kind(kind)](source)
    return item  # the trait refuses all other values


def from_json(name: str, value: Any) -> Any:
    """A value of the form, from the JSON of the browser."""
    return _references_from_json(value, None) if name == "references" else value


def with_mode(values: FormValues) -> FormValues:
    """The values with the mode that they make, as in `ww.generate`: a form must not order a clip without its image."""
    given = [mode for mode, name in (("i2v", "image"), ("r2v", "references")) if _has(values.get(name))]
    return {"mode": given[0], **values} if len(given) == 1 else values


def _has(value: object) -> bool:
    return value is not None and not (isinstance(value, str | bytes | list | tuple) and not value)


def is_given(item: object) -> bool:
    """Whether a reference of the form has a source. A row that was added and not filled in has none."""
    return bool(item.strip()) if isinstance(item, str) else bool(getattr(item, "source", None))


def kind_shown(item: Any) -> str:
    """The kind of a reference, by its name or else its file; empty if it is not known."""
    source = to_source(item) if isinstance(item, str) else item
    known = kind_of(source)
    if known is None and isinstance(source, LocalFile):
        try:
            known = facts(source).kind
        except (OSError, ValueError, NotMedia):
            known = None
    return str(known or "")
