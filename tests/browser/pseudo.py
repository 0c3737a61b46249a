"""A language that nobody speaks: English with marks around each sentence, and with each vowel twice and accented.

It shows where a longer language does not fit, and which text does not come from the catalogues.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wan_widgets.words import catalogue
from wan_widgets.words.catalogue import Pattern
from wan_widgets.words.languages import Language

ACCENTED = str.maketrans({plain: accented * 2 for plain, accented in zip("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ", strict=True)})
NAME = re.compile(r"(\{\w+\})")
WHOLE = re.compile(r"⟦[^⟦⟧]*⟧")
PLAIN = re.compile(r"\w*[aeiouyAEIOUY]\w*")


def pseudo(pattern: Pattern) -> Pattern:
    """A sentence of the catalogue in this language. The names in braces, and the plurals, stay."""
    if isinstance(pattern, dict):
        return {category: str(pseudo(form)) for category, form in pattern.items()}
    parts = NAME.split(pattern)
    return "⟦" + "".join(part if number % 2 else part.translate(ACCENTED) for number, part in enumerate(parts)) + "⟧"


@contextmanager
def english_is_pseudo() -> Iterator[None]:
    """Within this block, the catalogues of English have this language."""
    read = catalogue._read

    def read_pseudo(name: Language, what: str) -> dict[str, Pattern]:
        return {key: pseudo(said) for key, said in read(name, what).items()}

    catalogue._sentences.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "_read", read_pseudo)
        yield
    catalogue._sentences.cache_clear()


def strange(text: str) -> list[str]:
    """What in a text is from no catalogue: words with a vowel as it is, and all letters outside of marks."""
    found = PLAIN.findall(text)
    while text != (text := WHOLE.sub("", text)):
        pass
    return found + re.findall(r"[^\W\d_]+", text)
