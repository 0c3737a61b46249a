"""Keeping keys out of the logs of the HTTP library, which writes whole header lines where DEBUG is switched on."""

import logging

from wan_widgets.service.secret import Secret

_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


class _Guard(logging.Filter):
    """Strikes keys out of what is logged: a service may say a key back in a header."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, Secret] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        struck = said
        for key in tuple(self.keys.values()):
            struck = key.strike_from(struck, "***")
        if struck != said:
            record.msg, record.args = struck, ()
        return True


_guard = _Guard()


def guard(key: Secret) -> None:
    """Let no log of the HTTP library show this key, from now on."""
    _guard.keys[key.reveal()] = key
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_guard)  # once, however often it is added
