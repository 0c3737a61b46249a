"""Refusals, in a form from which each protocol makes its own."""


class RefusalError(Exception):
    """An answer with an HTTP error. Any code that finds the error may raise it.

    `code` is one of our own codes (below), which a protocol may translate, or a code of the protocol.
    """

    def __init__(
        self, status: int, code: str, message: str, *, param: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        """The faulty field."""
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}


def invalid(message: str, *, param: str | None = None) -> RefusalError:
    return RefusalError(400, "invalid_request", message, param=param)


def unauthorized(message: str) -> RefusalError:
    return RefusalError(401, "unauthorized", message)


def not_found(message: str) -> RefusalError:
    return RefusalError(404, "task_not_found", message)
