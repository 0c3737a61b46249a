"""A sentence as a key and named values. It becomes words when it is read, in the language that holds then."""

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from wan_widgets.words.catalogue import pattern
from wan_widgets.words.languages import Language, language
from wan_widgets.words.values import filled

E = TypeVar("E", bound=BaseException)


class Text:
    """A sentence, or a part of one. Two are equal if their keys and values are. It survives pickle."""

    __slots__ = ("key", "values")

    def __init__(self, key: str, values: Mapping[str, Any]) -> None:
        self.key = key
        """The name of the sentence, the same in all languages."""
        self.values = dict(values)
        """What is filled in: numbers, names, other sentences."""

    def words(self, name: Language) -> str:
        """The sentence in a language."""
        return filled(pattern(name, self.key, self.values.get("count")), self.values, name)

    def __str__(self) -> str:
        return self.words(language())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return str(self)

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return type(self) is type(other) and (self.key, self.values) == (other.key, other.values)

    def __hash__(self) -> int:
        return hash((self.key, *self.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.key, self.values)


Said = Text | str
"""A sentence of ours, or words of somebody else, which stay as they are."""


class Joined(Text):
    """Several sentences after each other."""

    __slots__ = ()

    def words(self, name: Language) -> str:
        said = ""
        for each in self.values["parts"]:
            told = each.words(name) if isinstance(each, Text) else str(each)
            # Chinese has no blank after its own full stop, but after that of an English text.
            has_gap = said and told and (name != "zh" or said[-1].isascii())
            said += f" {told}" if has_gap else told
        return said


class Name(str):
    """A name that some languages have in their own way: as text it is English; a sentence has it in its language."""

    __slots__ = ("key",)
    key: str

    def __new__(cls, key: str) -> Self:
        name = super().__new__(cls, pattern("en", key))
        name.key = key
        return name

    def words(self, name: Language) -> str:
        """The name in a language."""
        return str(pattern(name, self.key))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.key,)


def sentences(said: Said) -> tuple[Said, ...]:
    """The sentences that were `joined`; else the one that there is."""
    return said.values["parts"] if isinstance(said, Joined) else (said,)


def say(key: str, **values: Any) -> Text:
    """The sentence with a key. `values` are filled in; with `count` among them, its plural is the right one."""
    return Text(key, values)


def joined(*parts: Text | str | None) -> Text | str:
    """Sentences after each other; what is empty is left out."""
    given = tuple(each for each in parts if each)
    if len(given) < 2:
        return given[0] if given else ""
    return Joined("", {"parts": given})


def said_by(error: BaseException) -> Said:
    """What an error says: a sentence of ours, or somebody else's words, without their full stop."""
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, Text) else str(error).rstrip(".") or type(error).__name__


def saying(error: E, said: Text) -> E:
    """The error with a sentence of ours as its message. Classes of other packages take only text at their making."""
    error.args = (said,)
    return error


def english(said: Said) -> str:
    """A sentence in English, in which logs are written."""
    return said.words("en") if isinstance(said, Text) else said
