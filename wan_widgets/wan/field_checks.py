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

SHOT_TYPES = ("single", "multi")
_SCHEMES = ("http", "https", "oss")
"""Alibaba uses ``oss`` for files that were uploaded to it. An `Offer` lists the schemes that its service takes."""
USUAL_SEED = 2**31 - 1
"""The largest seed that most services take."""
_PIXELS = "height × width, or height × width × 3 or 4, of whole numbers 0 to 255 or fractions 0.0 to 1.0"


def is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_unicode(text: str) -> bool:
    """Whether the text can be sent. A browser may leave half of an emoji's surrogate pair, which cannot."""
    return not re.search(r"[\ud800-\udfff]", text)


def check_name(name: str, value: object, example: str) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip() or not is_unicode(value):
        yield Problem(name, f"{shown(value)} is not a name.", f"text such as {example}")


def check_seed(seed: object) -> Iterator[Problem]:
    if seed is None or (is_int(seed) and -1 <= seed < 2**64):  # type: ignore[operator]
        return
    too_large = is_int(seed) and seed >= 2**64  # type: ignore[operator]
    message = f"{shown(seed)} is {'too large for a seed' if too_large else 'not a seed'}."
    allowed = f"whole numbers from 0 to {USUAL_SEED} (at some services to {2**64 - 1}); None for a random one"
    yield Problem("seed", message, allowed)


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
        yield Problem(name, f"{type(value).__name__} is not text.", "text, or None")
    elif value and not is_unicode(value):
        remedy = "Type it again; it may have been cut in the middle of an emoji."
        yield Problem(name, "It has half a character, which cannot be sent.", remedy=remedy)


def check_shape(aspect_ratio: object, shot_type: object, *, optional: bool = False) -> Iterator[Problem]:
    ratio = isinstance(aspect_ratio, str) and re.fullmatch(r"0*[1-9][0-9]*:0*[1-9][0-9]*", aspect_ratio)
    if not (ratio or (optional and aspect_ratio is None)):
        yield Problem("aspect_ratio", f"{shown(aspect_ratio)} is not an aspect ratio.", 'width:height, such as "16:9"')
    shots = isinstance(shot_type, str) and shot_type in SHOT_TYPES
    if not (shots or (optional and shot_type is None)):
        yield Problem("shot_type", f"{shown(shot_type)} is not a shot type.", ", ".join(SHOT_TYPES))


def check_source(field: str, given: object, what: str, prefix: str = "") -> Iterator[Problem]:
    """Problems of a source that is neither a file nor an address that a service on the internet could fetch."""
    value: Any = source_of(given)  # type: ignore[arg-type]  # it returns a value of any other type unchanged
    message, allowed, remedy = "", "an http:// or https:// address, or a file", ""
    if isinstance(value, LocalFile):
        message = "" if value.path or value.data else "The file is empty."
    elif is_picture(value) and not is_deep(value):
        message, remedy = "This picture cannot be read to its end, or has no pixels.", "Open its file again."
    elif is_picture(value):
        message, allowed = f"A picture of mode {value.mode} with such values is not {what}.", _PIXELS
    elif is_array(value):
        message, allowed = f"An array of {_array(value)} is not {what}.", _PIXELS
    elif is_open_file(value):
        message, remedy = "This open file gives no bytes.", 'Open it with open(path, "rb"), or give its path.'
    elif not isinstance(value, str):
        message = f"{type(value).__name__} is not {what}."
    elif value[:5].lower() == "data:":
        message, remedy = "Embedded (base64) data is not an address.", "Give the bytes themselves."
    elif not _is_valid_address(value):
        message = f"{shown(value)} is not an address."
        remedy = _remedy(value)
    if message:
        yield Problem(field, f"{prefix}{message}", allowed, remedy)


def _remedy(address: str) -> str:
    """What to give in place of an address that only this machine or this browser knows, or that is misspelled."""
    scheme = address.partition(":")[0].lower()
    if scheme == "file":
        return "Write a file's path without file://."
    if scheme not in _SCHEMES:
        return "Give the path of the file instead."
    return "Write %20 in place of a blank, and / in place of \\." if re.search(r"[\s\\]", address) else ""


def _array(value: Any) -> str:
    return f"{getattr(value, 'dtype', 'unknown')} and shape {getattr(value, 'shape', 'unknown')}"


def _is_valid_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0 and is_unicode(address)
    except ValueError:  # for example, the port is out of range
        return False
    return named and parts.scheme in _SCHEMES and not any(char.isspace() or char == "\\" for char in address)


def check_extra(extra: object) -> Iterator[Problem]:
    remedy = 'For example: extra={"field": 1}.'
    if not isinstance(extra, Mapping) or not all(isinstance(name, str) for name in extra):
        yield Problem("extra", f"{shown(extra)} is not a set of named fields.", "a dict with text as its keys", remedy)
        return
    try:
        as_json(extra)
    except (TypeError, ValueError, RecursionError):
        yield Problem("extra", "It has values that JSON has no way to write.", "text, numbers, lists, dicts", remedy)


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
