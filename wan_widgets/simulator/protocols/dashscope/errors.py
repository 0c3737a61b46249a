"""Two ways to say no: at the door, with an HTTP status, and later, by a task that fails.

What a request shows by itself is refused at once. What takes a look into its files, and whatever is wrong
within `input.media` or with `size`, only the model finds out: so the documented samples of failed tasks have it.
"""

from typing import Any

from wan_widgets.simulator.errors import RefusalError

WORDS = {
    "invalid_request": "InvalidParameter",
    "method_not_allowed": "InvalidParameter",
    "unauthorized": "InvalidApiKey",
    "not_found": "NotFound",
    "internal_error": "InternalError",
}
"""The service's words for ours."""


class FaultError(Exception):
    """What makes an accepted task fail, in the service's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def bad_parameter(message: str) -> RefusalError:
    return RefusalError(400, "InvalidParameter", message)


def missing(name: str) -> RefusalError:
    return bad_parameter(f"Field required: {name}")


def bad_url(name: str) -> RefusalError:
    message = f"Required URL is missing or invalid, please check the request URL: {name}"
    return RefusalError(400, "InvalidURL", message, param=name)


def uninspectable(message: str) -> RefusalError:
    return RefusalError(400, "InvalidParameter.DataInspection", message)


def refusal_body(refusal: RefusalError, request_id: str) -> dict[str, Any]:
    """Give a refusal the flat shape that all of them have."""
    code = WORDS.get(refusal.code, refusal.code)
    return {"code": code, "message": refusal.message, "request_id": request_id}
