"""Checks of single fields. They hold at every service."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from wan_widgets.wan.pasted import plain
from wan_widgets.wan.pictures import is_array, is_deep, is_picture
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.sources import LocalFile, is_open_file, source_of
from wan_widgets.words import Said, Several, Text, say

SHOT_TYPES = ("single", "multi")
_SCHEMES = ("http", "https", "oss")
"""Alibaba uses ``oss`` for files that were uploaded to it. An `Offer` lists the schemes that its service takes."""
USUAL_SEED = 2**31 - 1
"""The largest seed that most services take."""
_PIXELS = say("wan.source.allowed.pixels")


def is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_unicode(text: str) -> bool:
    """Whether the text can be sent. A browser may leave half of an emoji's surrogate pair, which cannot."""
    return not re.search(r"[\ud800-\udfff]", text)


def check_name(name: str, value: object, allowed: Said) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip() or not is_unicode(value):
        yield Problem(name, say("wan.name.none", value=shown(value)), allowed)


def check_seed(seed: object) -> Iterator[Problem]:
    if seed is None or (is_int(seed) and -1 <= seed < 2**64):  # type: ignore[operator]
        return
    too_large = is_int(seed) and seed >= 2**64  # type: ignore[operator]
    message = say("wan.seed.large" if too_large else "wan.seed.none", value=shown(seed))
    yield Problem("seed", message, say("wan.seed.allowed", usual=USUAL_SEED, most=2**64 - 1))


def names_within(extra: object) -> set[str]:
    """The names of all fields in a request's `extra`, at any depth, in small letters."""
    found: set[str] = set()
    rest, seen = [extra], set[int]()
    while rest:
        item = rest.pop()
        if id(item) in seen:  # the `extra` of a draft may contain itself
            continue
        seen.add(id(item))
        if isinstance(item, Mapping):
            found |= {str(name).lower() for name in item}
            rest += item.values()
        elif isinstance(item, list | tuple):
            rest += item
    return found


def check_text(name: str, value: object) -> Iterator[Problem]:
    if value is not None and not isinstance(value, str):
        yield Problem(name, say("wan.text.none", type=type(value).__name__), say("wan.text.allowed"))
    elif value and not is_unicode(value):
        yield Problem(name, say("wan.text.half"), remedy=say("wan.text.half.remedy"))


def check_shape(aspect_ratio: object, shot_type: object, *, optional: bool = False) -> Iterator[Problem]:
    ratio = isinstance(aspect_ratio, str) and re.fullmatch(r"0*[1-9][0-9]*:0*[1-9][0-9]*", aspect_ratio)
    if not (ratio or (optional and aspect_ratio is None)):
        message = say("wan.aspect_ratio.none", value=shown(aspect_ratio))
        yield Problem("aspect_ratio", message, say("wan.aspect_ratio.allowed", example='"16:9"'))
    shots = isinstance(shot_type, str) and shot_type in SHOT_TYPES
    if not (shots or (optional and shot_type is None)):
        yield Problem("shot_type", say("wan.shot_type.none", value=shown(shot_type)), Several(SHOT_TYPES, "plain"))


def check_source(field: str, given: object, what: Text, number: int | None = None) -> Iterator[Problem]:
    """Problems of a source that is neither a file nor an address that a service on the internet could fetch."""
    value: Any = source_of(given)  # type: ignore[arg-type]  # it returns a value of any other type unchanged
    message: Said = ""
    allowed, remedy = say("wan.source.allowed"), _remedy(value)
    if isinstance(value, LocalFile):
        message = "" if value.path or value.data else say("wan.source.empty_file")
    elif is_picture(value) and not is_deep(value):
        message = say("wan.source.broken_picture")
    elif is_picture(value):
        message, allowed = say("wan.source.picture_mode", mode=value.mode, what=what), _PIXELS
    elif is_array(value):
        message, allowed = say("wan.source.array", **_array(value), what=what), _PIXELS
    elif is_open_file(value):
        message = say("wan.source.open_file")
    elif not isinstance(value, str):
        message = say("wan.source.type", type=type(value).__name__, what=what)
    elif value[:5].lower() == "data:":
        message = say("wan.source.embedded")
    elif not _is_valid_address(value):
        message = say("wan.source.no_address", value=shown(value))
    if message:
        yield Problem(field, message, allowed, remedy, number)


def _remedy(value: Any) -> Said:
    """What to give in place of a source that cannot be read."""
    if is_picture(value):
        return "" if is_deep(value) else say("wan.source.broken_picture.remedy")
    if is_open_file(value):
        return say("wan.source.open_file.remedy", example='open(path, "rb")')
    return _remedy_of_address(value) if isinstance(value, str) else ""


def _remedy_of_address(address: str) -> Said:
    """What to give in place of an address that only this machine or this browser knows, or that is misspelled."""
    scheme = address.partition(":")[0].lower()
    if scheme == "data":
        return say("wan.source.embedded.remedy")
    if scheme == "file":
        return say("wan.source.file_scheme.remedy")
    if scheme not in _SCHEMES:
        return say("wan.source.path.remedy")
    return say("wan.source.blanks.remedy") if re.search(r"[\s\\]", address) else ""


def _array(value: Any) -> dict[str, str]:
    return {"dtype": str(getattr(value, "dtype", "?")), "shape": str(getattr(value, "shape", "?"))}


def _is_valid_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0 and is_unicode(address)
    except ValueError:  # for example, the port is out of range
        return False
    return named and parts.scheme in _SCHEMES and not any(char.isspace() or char == "\\" for char in address)


def check_extra(extra: object) -> Iterator[Problem]:
    remedy = say("wan.extra.remedy", example='extra={"field": 1}')
    if not isinstance(extra, Mapping) or not all(isinstance(name, str) for name in extra):
        yield Problem("extra", say("wan.extra.none", value=shown(extra)), say("wan.extra.allowed"), remedy)
        return
    try:
        as_json(extra)
    except (TypeError, ValueError, RecursionError):
        yield Problem("extra", say("wan.extra.unwritable"), say("wan.extra.values"), remedy)


def as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the fields as JSON reads them back; raises if JSON cannot write them or UTF-8 cannot encode them."""
    written = json.dumps(dict(fields), allow_nan=False, ensure_ascii=False, default=_plain)
    copied: dict[str, Any] = json.loads(written.encode())
    return copied


def _plain(value: Any) -> Any:
    """What JSON can write in place of a single value of numpy or the like. Raises `TypeError` if there is nothing."""
    if (found := plain(value)) is value:
        raise TypeError(f"{type(value).__name__} is no JSON")
    return found
