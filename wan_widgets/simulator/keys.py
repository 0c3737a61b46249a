"""Whose request it is. Any key will do but one."""

from starlette.requests import Request

from wan_widgets.simulator.errors import unauthorized
from wan_widgets.simulator.store import digest

REFUSED_KEY = "wrong"


def owner_of(request: Request) -> str:
    """Check the key and tell its owners apart, without keeping it."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise unauthorized("The API key is missing: send the header 'Authorization: Bearer <key>'.")
    if key.strip() == REFUSED_KEY:
        raise unauthorized(f"The API key is not valid: the simulator takes any key but {REFUSED_KEY!r}.")
    return digest(key.strip())


def owner_or_anyone(request: Request) -> str:
    """Let those in who send no key at all, as engines on one's own machine do."""
    return owner_of(request) if request.headers.get("Authorization") else digest("")
