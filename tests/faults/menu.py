"""Everything that can go wrong between a client and a service, one fault a request.

A fault says whether the request takes effect all the same, what the service claims to believe, and what leaves the
socket: bytes, pauses, an ending. What no client can survive is not here: a task that is said to have failed and has
not, a clip with a changed bit and no checksum.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from random import Random

from faults.truth import DONE, QUEUED, Reading, Task
from faults.wire import Reply, Request, as_json, as_page


class Ending(Enum):
    """How a connection ends before its time."""

    CLOSE = "FIN"
    RESET = "RST"


Move = bytes | float | Ending
"""To be sent; seconds to let pass; the end."""


@dataclass(frozen=True)
class Scene:
    """What a fault has before it."""

    request: Request
    reply: Reply
    """What would be right."""
    full: bytes
    """Of a clip all of it, where the reply may be a part."""
    refusal: Callable[[int], Reply]
    """The protocol's own error for a status."""
    chance: Random
    stall: float
    """Seconds after which a stalled connection is closed."""


@dataclass(frozen=True)
class Fault:
    """One way to treat a request."""

    name: str
    moves: Callable[[Scene], Iterator[Move]]
    acts: bool = True
    """What was asked for happens: an order is accepted, and charged."""
    lie: Callable[[Reading], Reading] = lambda reading: reading
    effect: Callable[[Task], None] = lambda task: None
    """What it does to the task itself, after the reply is made up."""
    honest: bool = False
    """The right reply goes out in full."""


def _whole(scene: Scene) -> Iterator[Move]:
    yield scene.reply.raw


def _close(scene: Scene) -> Iterator[Move]:
    yield Ending.CLOSE


def _reset(scene: Scene) -> Iterator[Move]:
    yield Ending.RESET


def _stall(scene: Scene) -> Iterator[Move]:
    yield scene.stall
    yield Ending.CLOSE


def _cut_head(scene: Scene) -> Iterator[Move]:
    yield scene.reply.raw[: scene.chance.randrange(1, len(scene.reply.head) - 4)]
    yield Ending.CLOSE


def _cut_body(scene: Scene) -> Iterator[Move]:
    yield scene.reply.head + scene.reply.body[: scene.chance.randrange(len(scene.reply.body))]
    yield Ending.CLOSE


def _twice(scene: Scene) -> Iterator[Move]:
    yield scene.reply.raw * 2


def _drip(scene: Scene) -> Iterator[Move]:
    raw, step = scene.reply.raw, len(scene.reply.raw) // 10 + 1
    for start in range(0, len(raw), step):
        yield raw[start : start + step]
        yield 0.01


def _longer(scene: Scene) -> Iterator[Move]:
    yield _announced(scene.reply, len(scene.reply.body) + 100)
    yield Ending.CLOSE


def _shorter(scene: Scene) -> Iterator[Move]:
    yield _announced(scene.reply, len(scene.reply.body) - scene.chance.randrange(1, len(scene.reply.body) // 2))
    yield Ending.CLOSE


def _announced(reply: Reply, length: int) -> bytes:
    return replace(reply, headers=reply.headers | {"Content-Length": str(length)}).raw


def _instead(make: Callable[[Scene], Reply]) -> Callable[[Scene], Iterator[Move]]:
    def moves(scene: Scene) -> Iterator[Move]:
        yield make(scene).raw

    return moves


def _named(name: str, acts: bool) -> str:
    return f"{name}, but done" if acts else name


OK = Fault("none", _whole, honest=True)
CUT_HEAD = Fault("cut within the head", _cut_head)
CUT_BODY = Fault("cut within the body", _cut_body)
TWICE = Fault("sent twice", _twice, honest=True)
DRIP = Fault("a slow drip", _drip, honest=True)
LONGER = Fault("a length too long", _longer)
SHORTER = Fault("a length too short", _shorter)


def reset(*, acts: bool = False) -> Fault:
    return Fault(_named("reset", acts), _reset, acts)


def hang_up(*, acts: bool = False) -> Fault:
    return Fault(_named("closed without a word", acts), _close, acts)


def stall(*, acts: bool = False) -> Fault:
    return Fault(_named("stalled, then closed", acts), _stall, acts)


def status(code: int, *, page: bool = False, retry_after: float | None = None, acts: bool = False) -> Fault:
    """An error, as the protocol words it or as a gateway's page."""

    def reply(scene: Scene) -> Reply:
        said = as_page(code) if page else scene.refusal(code)
        return said if retry_after is None else replace(said, headers={"Retry-After": f"{retry_after:g}"})

    detail = " page" * page + f" with Retry-After {retry_after}" * (retry_after is not None)
    return Fault(_named(f"{code}{detail}", acts), _instead(reply), acts)


PAGE = Fault("200 page", _instead(lambda scene: as_page()))
GARBAGE = Fault("JSON that is none", _instead(lambda scene: Reply(body=b'{"id": "vid\xff\xfe", "status": que')))
WRONG_SHAPE = Fault("JSON of another shape", _instead(lambda scene: as_json([{"message": "ok"}])))
ODD_WORD = Fault("an unknown status", _whole, lie=lambda known: replace(known, word="warming_up", url=None))
GONE_BACK = Fault("a status gone back", _whole, lie=lambda known: replace(known, word=QUEUED, progress=0, url=None))
NO_ADDRESS = Fault("completed without an address", _whole, lie=lambda known: replace(known, url=None))
TOO_SOON = Fault("completed too soon", _whole, lie=lambda known: known if known.url else replace(known, word=DONE))


def _noise(scene: Scene) -> Reply:
    return replace(scene.reply, body=scene.chance.randbytes(len(scene.reply.body)))


def _all_of_it(scene: Scene) -> Reply:
    """From a server that has never heard of ranges."""
    return replace(scene.reply, status=200, body=scene.full, headers={})


def _another_part(scene: Scene) -> Reply:
    """It says truly what it sends, but that is not what was asked for."""
    size = len(scene.full)
    headers = scene.reply.headers | {"Content-Range": f"bytes 0-{size - 1}/{size}"}
    return replace(scene.reply, body=scene.full, headers=headers)


def _expire(task: Task) -> None:
    task.address += 1


def _renew(task: Task) -> None:
    task.version += 1


NOISE = Fault("noise of the right length", _instead(_noise))
EXPIRED = Fault("the address has expired", _instead(lambda scene: scene.refusal(403)), effect=_expire)
CHANGED = Fault("cut, and the file is another after it", _cut_body, effect=_renew)
RANGE_IGNORED = Fault("all in place of the part", _instead(_all_of_it))
RANGE_REFUSED = Fault("416 for a good range", _instead(lambda scene: scene.refusal(416)))
RANGE_ELSEWHERE = Fault("another part", _instead(_another_part))

ERRORS = tuple(status(code) for code in (408, 429, 500, 503))
ERRORS += (status(429, retry_after=1), status(502, page=True), status(504, page=True))
LATE_ERRORS = (status(408, acts=True), status(500, acts=True), status(502, page=True, acts=True))
LATE_ERRORS += (status(504, page=True, acts=True),)
LINE = (reset(), hang_up(), stall())
LATE_LINE = (reset(acts=True), hang_up(acts=True), stall(acts=True), CUT_HEAD, CUT_BODY, LONGER, SHORTER)
NONSENSE = (PAGE, GARBAGE, WRONG_SHAPE)

MENU = {
    "submit": (*LINE, *LATE_LINE, *ERRORS, *LATE_ERRORS, *NONSENSE, DRIP),
    "poll": (
        *(*LINE, CUT_HEAD, CUT_BODY, LONGER, SHORTER, *ERRORS, *NONSENSE, DRIP),
        *(ODD_WORD, GONE_BACK, NO_ADDRESS),
    ),
    "download": (
        *(*LINE, CUT_HEAD, CUT_BODY, CUT_BODY, CUT_BODY, LONGER, SHORTER, *ERRORS, PAGE, DRIP),
        *(NOISE, EXPIRED, CHANGED),
    ),
    "upload": (*LINE, CUT_HEAD, CUT_BODY, *ERRORS, *NONSENSE, DRIP),
}
"""What is drawn from, by what is asked for."""
OF_PARTS = (RANGE_IGNORED, RANGE_REFUSED, RANGE_ELSEWHERE)


def choice(kind: str, request: Request) -> tuple[Fault, ...]:
    """What may meet a request."""
    if request.range is None:
        return MENU[kind]
    # Noise in a part of a film looks like a film.
    return tuple(fault for fault in MENU[kind] if fault is not NOISE) + OF_PARTS
