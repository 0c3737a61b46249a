"""A key, as it is carried about."""

import json


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

    def __repr__(self) -> str:
        return "Secret(…)"
