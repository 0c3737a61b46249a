"""Task ids in the forms that services use. Each holds a number of 128 bits: milliseconds first, then random bits."""

import re
from random import Random
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHANCE = 80
TASK_ID = re.compile(
    r"(?:[a-z]+_)*(?:(?P<ulid>[0-7][0-9A-HJKMNP-TV-Z]{25})"
    r"|(?P<hexadecimal>[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))"
)
"""Only names that match are looked for on disk, so no name can lead out of the directory."""


def new_number(now: float, rng: Random) -> int:
    return int(now * 1000) << CHANCE | rng.getrandbits(CHANCE)


def ulid(number: int) -> str:
    """Write the number as a ULID: such texts sort by time."""
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -5, -5))


def hexadecimal(number: int) -> str:
    return f"{number:032x}"


def uuid(number: int) -> str:
    return str(UUID(int=number))


def created_at(task_id: str) -> float:
    """Read the time back out of an id."""
    match = TASK_ID.fullmatch(task_id)
    if match is None:
        raise ValueError(f"{task_id!r} is not the id of a task")
    if match["hexadecimal"]:
        number = int(match["hexadecimal"].replace("-", ""), 16)
    else:
        number = 0
        for letter in match["ulid"]:
            number = number << 5 | CROCKFORD.index(letter)
    return (number >> CHANCE) / 1000
