"""The requests and the replies that the suite tries: orders for each offer, and every kind of garbage."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from wan_widgets.providers.calls import Call, Reply
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.wan.sources import LocalFile

PROMPT = "A kitten runs through tall grass"
IMAGE = "https://example.com/kitten.png"
CLIP = "https://example.com/kitten.mp4"
SOUND = "https://example.com/purring.mp3"
IDS = ("task-1", "../../balance", "a b", "a/b", "a?b#c", "%2e%2e", "a%20b", "猫")
"""Ids of tasks. Each must stay one part of the path."""

HOSTILE = "\x1b[31mred\x07\nnext line\u202e" + "x" * 10_000
"""A text that would colour a terminal, turn the line round and fill the page."""
PAGE = b"<html><head><title>502 Bad\n Gateway</title></head></html>"
NO_JSON = (b"", b" \n", PAGE, b"\n<!DOCTYPE html><body>", b"Oops", b'{"id": "task-1"', b"\xff\xfe\x00", b"[" * 100_000)
"""Bodies that are no JSON at all: nothing, web pages, text, a reply that was cut off, and depth without end."""
NO_OBJECT = (b"null", b"true", b"5", b"NaN", b'"queued"', b"[]", b"[[]]", b"1" + b"0" * 5000)
"""Bodies that are JSON but no object."""
NO_TASK = (b"{}", b'{"id": null}', b'{"id": ""}', b'{"data": []}', b'{"data": {}, "output": []}', b'{"error": 5}')
"""JSON objects that describe no task."""


def refusals(said: str) -> Iterator[bytes]:
    """The shapes in which services say that they refuse something."""
    yield from (json.dumps(said).encode(), said.encode())
    bodies: tuple[dict[str, Any], ...] = (
        {"error": {"message": said, "code": "some_word", "type": "some_type"}},
        {"error": {"message": said, "code": 17}},
        {"error": said},
        {"message": said, "code": "some_word", "request_id": "request-1"},
        {"code": "some_word", "message": said, "data": None},
        {"detail": said},
        {"detail": [{"loc": ["body", "size"], "msg": said}]},
        {"success": False, "message": said},
        {"error": []},
        {"message": {}},
    )
    yield from (json.dumps(body).encode() for body in bodies)


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(10**18), 1e308, float("nan"), float("inf")),
    *("", " ", "none of your words", HOSTILE, "1e999", "file:///etc/passwd", "javascript:x", "https://[", "\ud800"),
    *([], {}, [[]], [None], {"": []}, {"id": {"id": []}}, ["x", 5]),
)
"""What may stand in any field of a reply."""
ODD_VALUES: tuple[Any, ...] = (None, [], {}, 5, 5.5, True, b"x", 10**5000, "x" * 5000, "\ud800", object())
"""What may stand in any field of a half-filled form."""


def changed(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body again and again, each time with another value in one field, at any depth, or without the field."""
    for place in _places(body):
        for value in VALUES:
            yield f"{'.'.join(map(str, place))} = {ascii(value)[:40]}", _with(body, place, value)
        yield f"no {'.'.join(map(str, place))}", _without(body, place)


def words(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body again and again, each time with a word that nobody knows in place of one of its texts."""
    for place in _places(body):
        if isinstance(_at(body, place), str):
            yield ".".join(map(str, place)), _with(body, place, "none of your words")


def reply(body: bytes | Mapping[str, Any], status: int = 200, **headers: str) -> Reply:
    """A reply with these bytes or this JSON object. Names of headers have underscores here."""
    content = body if isinstance(body, bytes) else json.dumps(dict(body)).encode()
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


def fields_of(family: str, mode: Mode, offer: Offer, **fields: Any) -> dict[str, Any]:
    """The values of a request that the offer covers, with its first choice in every field that is not given."""
    resolution = fields.get("resolution") or next(iter(offer.sizes))
    values: dict[str, Any] = {
        "prompt": PROMPT,
        "model": family,
        "resolution": resolution,
        "duration": offer.durations[0],
        "audio": offer.audio != "never",
    }
    if mode is Mode.IMAGE:
        values["image"] = IMAGE
    if mode is Mode.REFERENCE:
        values["references"] = (a_reference(offer),)
    if not offer.shape_follows_image:
        values["aspect_ratio"] = next(iter(offer.sizes.get(resolution) or next(iter(offer.sizes.values()))))
    return values | fields


def order(family: str, mode: Mode, offer: Offer, **fields: Any) -> VideoRequest:
    """A request that the offer covers."""
    return REQUEST_TYPES[mode](**fields_of(family, mode, offer, **fields))


def a_reference(offer: Offer) -> str:
    """A reference of a kind that the offer takes."""
    return CLIP if offer.max_images == 0 else IMAGE


def leaves(value: object) -> Iterator[object]:
    """Every value in a body or a form that has no parts."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def values_in(call: Call) -> list[object]:
    """Every value that the call sends."""
    return [*leaves(call.json), *(value for _, value in call.form), *call.headers.values()]


def sends_text(call: Call, text: str) -> bool:
    """Whether the text is among what the call sends, also within JSON that is written as text."""
    sent = [value for value in values_in(call) if isinstance(value, str)]
    return text in sent or any(text in value for value in sent if value.startswith(("{", "[")))


def fingerprint(call: Call) -> str:
    """A text that is the same for two calls only where they send the same."""
    form = [(name, repr(value) if isinstance(value, LocalFile) else value) for name, value in call.form]
    return json.dumps([call.method, call.path, call.json, form, dict(call.headers)], sort_keys=True, default=repr)


_Place = tuple[str | int, ...]


def _places(value: object, place: _Place = ()) -> Iterator[_Place]:
    if place:
        yield place
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _places(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*place, index))


def _at(body: Any, place: _Place) -> Any:
    for part in place:
        body = body[part]
    return body


def _with(body: Mapping[str, Any], place: _Place, value: object) -> dict[str, Any]:
    made = copy.deepcopy(dict(body))
    _at(made, place[:-1])[place[-1]] = value
    return made


def _without(body: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    made = copy.deepcopy(dict(body))
    del _at(made, place[:-1])[place[-1]]
    return made
