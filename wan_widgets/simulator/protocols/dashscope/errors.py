"""Two kinds of errors: a refusal at once, with an HTTP status, and a task that fails later.

Errors that the body of a request shows are refused at once. Errors in its files, in `input.media` and in `size` make
the task fail, because only the model finds them. The documented samples of failed tasks show these.
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
"""The service's codes, by our own codes."""


class FaultError(Exception):
    """An error that makes an accepted task fail, in the service's words."""

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
    """The flat body that all refusals have."""
    code = WORDS.get(refusal.code, refusal.code)
    return {"code": code, "message": refusal.message, "request_id": request_id}
