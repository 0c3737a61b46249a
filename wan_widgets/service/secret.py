"""A key, as it is carried about, and how it is kept out of logs.

The HTTP library writes whole header lines into its log where DEBUG is switched on.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any


class Secret:
    """A key that does not show itself."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def strike_from(self, text: str, mark: str = "…") -> str:
        """The text without the key, which a service may quote in an error, also as JSON spells it."""
        if len(self._value) >= 8:
            quoted = json.dumps(self._value)[1:-1]
            for spelling in (self._value, quoted, quoted.replace("/", "\\/")):
                text = text.replace(spelling, mark)
        return text

    def is_plausible(self) -> bool:
        """Whether it can be a key at all: printable ASCII without blanks."""
        return self._value.isascii() and self._value.isprintable() and " " not in self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError("A key is not written down: make the client anew where it is needed.")


class QuietEnvironment(Mapping[str, str]):
    """The environment, as a traceback that shows variables may show it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._environ[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)

    def __repr__(self) -> str:
        return "<the environment>"


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


def keep_out_of_logs(key: Secret) -> None:
    """Let no log of the HTTP library show this key, from now on."""
    _guard.keys[key.reveal()] = key
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_guard)  # once, however often it is added
