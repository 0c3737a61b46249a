"""Typed access to a JSON object. The refusal of a wrong type names the field. Null counts as absent."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request

from wan_widgets.simulator.errors import RefusalError, invalid


class Fields:
    """The fields of one object in a request."""

    def __init__(self, values: Mapping[str, Any], *, prefix: str = "") -> None:
        self._values = values
        self._prefix = prefix

    def text(self, name: str) -> str | None:
        value: str | None = self._read(name, str, "a string")
        # JSON can contain half a surrogate pair, but UTF-8 files cannot.
        return None if value is None else value.encode(errors="replace").decode()

    def mapping(self, name: str) -> Mapping[str, Any]:
        return self._read(name, dict, "an object") or {}

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._read(name, bool, "true or false")
        return default if value is None else value

    def integer(self, name: str, *, default: int) -> int:
        value = self._read(name, int, "an integer")
        return default if value is None else value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in allowed:
            raise self.refused(name, f"{value!r} is not available; use one of {', '.join(allowed)}")
        return value

    def texts(self, name: str) -> list[str] | None:
        values: list[str] | None = self._read(name, list, "an array of strings")
        if values is not None and not all(isinstance(value, str) for value in values):
            raise self.refused(name, "every item must be a string")
        return values

    def refused(self, name: str, problem: str) -> RefusalError:
        """Make the refusal of one field."""
        return invalid(f"{self._prefix}{name}: {problem}.", param=f"{self._prefix}{name}")

    def _read(self, name: str, kind: type, words: str) -> Any:
        value = self._values.get(name)
        if value is None:
            return None
        # In Python True is an int, but in JSON it is no number.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.refused(name, f"it must be {words}, not {value!r:.80}")
        return value


async def read_json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise invalid(f"The body is not valid JSON: {error}.") from error


class Upload(NamedTuple):
    """A file in a form."""

    name: str
    media_type: str
    content: bytes


async def read_parts(request: Request) -> dict[str, str | Upload]:
    """Read multipart/form-data or form-urlencoded. A body of another type gives an empty form."""
    try:
        async with request.form() as form:
            return {
                name: value
                if isinstance(value, str)
                else Upload(value.filename or "", value.content_type or "", await value.read())
                for name, value in form.items()
            }
    except HTTPException as error:
        raise invalid(f"The form cannot be read: {error.detail}.") from error


async def read_form(request: Request) -> dict[str, str | bytes]:
    """Read a form as `read_parts` does, with files as bytes."""
    parts = await read_parts(request)
    return {name: value if isinstance(value, str) else value.content for name, value in parts.items()}
