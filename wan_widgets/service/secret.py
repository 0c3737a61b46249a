"""A key, and how it is kept out of logs.

At level DEBUG, the HTTP library logs whole header lines.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.pasted import bare
from wan_widgets.words import say

_VARIABLE = r"(export\s+)?\w*KEY\s*="
_BEFORE = [re.compile(each, re.IGNORECASE) for each in (_VARIABLE, r"Authorization\s*:", r"Bearer(\s+|$)")]
"""What people copy together with a key: the variable or the header that has it."""


class Secret:
    """A key that is not shown when the object is printed or inspected."""

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def of(cls, given: Any) -> "Secret | None":
        """The key in a text as people paste it; ``None`` if there is none. Raises `ConfigurationError`.

        Quotes, line ends, ``Bearer`` and the name of a variable may be around it.
        """
        if given is None or isinstance(given, Secret):
            return given
        text = given.decode("latin-1") if isinstance(given, bytes) else given
        if not isinstance(text, str):
            del given, text  # no traceback may show it
            raise ConfigurationError(say("service.key.no_text"))
        key = bare(text)
        for pattern in _BEFORE:
            if match := pattern.match(key):
                key = bare(key[match.end() :])
        return cls(key) if key else None

    def reveal(self) -> str:
        return self._value

    def strike_from(self, text: str, mark: str = "…") -> str:
        """The text without the key, also as JSON and addresses spell it. A service may quote the key in an error."""
        for spelling in self._spellings:
            text = text.replace(spelling, mark)
        return text

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        if len(self._value) < 8:
            return ()
        quoted = json.dumps(self._value)[1:-1]
        in_address = quote(self._value, safe="")
        all_ = (self._value, quoted, quoted.replace("/", "\\/"), in_address, quote(self._value))
        return tuple(dict.fromkeys(all_))

    def is_plausible(self) -> bool:
        """Whether it can be a key: printable ASCII without blanks."""
        return self._value.isascii() and self._value.isprintable() and " " not in self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError(say("service.key.unpickled"))


class QuietEnvironment(Mapping[str, str]):
    """The environment as a mapping that prints without its values, because a traceback may show variables."""

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
    """Strikes keys out of log records. A service may send a key back in a header."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, Secret] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        struck = message
        for key in tuple(self.keys.values()):
            struck = key.strike_from(struck, "***")
        if struck != message:
            record.msg, record.args = struck, ()
        return True


_guard = _Guard()


def keep_out_of_logs(key: Secret) -> None:
    """Strike this key out of all log records of the HTTP library from now on."""
    _guard.keys[key.reveal()] = key
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_guard)  # a filter that is added again is not added twice
