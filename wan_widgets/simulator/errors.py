"""Refusals, in the two shapes that ToAPIs documents: numbers as codes for 401 and 404, words for everything else."""

from typing import Any

NUMBERED = {401: "authentication_error", 404: "not_found_error"}


class RefusalError(Exception):
    """An answer other than 200, raised wherever it becomes clear."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

    def body(self) -> dict[str, Any]:
        if self.status in NUMBERED:
            return {"error": {"code": self.status, "message": self.message, "type": NUMBERED[self.status]}}
        return {"error": {"code": self.code, "message": self.message}}


def invalid(message: str) -> RefusalError:
    return RefusalError(400, "invalid_request", message)


def unauthorized(message: str) -> RefusalError:
    return RefusalError(401, "unauthorized", message)


def not_found(message: str) -> RefusalError:
    return RefusalError(404, "task_not_found", message)
