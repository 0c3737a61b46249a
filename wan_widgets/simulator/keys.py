"""Whose request it is. Every key is accepted but one."""

from starlette.requests import Request

from wan_widgets.simulator.errors import unauthorized
from wan_widgets.simulator.store import digest

REFUSED_KEY = "wrong"


def owner_of(request: Request) -> str:
    """Check the key and return a digest of it. The digest tells owners apart, and the key itself is not kept."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise unauthorized("The API key is missing: send the header 'Authorization: Bearer <key>'.")
    if key.strip() == REFUSED_KEY:
        raise unauthorized(f"The API key is not valid: the simulator takes any key but {REFUSED_KEY!r}.")
    return digest(key.strip())


def owner_or_anyone(request: Request) -> str:
    """Like `owner_of`, but accept a request without a key, as engines on your own machine do."""
    return owner_of(request) if request.headers.get("Authorization") else digest("")
