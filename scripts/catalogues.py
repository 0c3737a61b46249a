"""The sentences in each language: makes the files that the package reads from those that translators edit.

    python scripts/catalogues.py build    # after a change of wan_widgets/words/catalogues/*/*.po
    python scripts/catalogues.py check    # all languages have the same keys and names, and the built files are current

`catalogues/en/` has English, `catalogues/zh/` Chinese, `catalogues/ru/` Russian, one PO file a room of the package, so
that any translator's program opens them. A message's id is its key.
"""

import json
import re
import sys
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "wan_widgets" / "words" / "catalogues"
LANGUAGES = ("en", "zh", "ru")
CATEGORIES = {"en": ("one", "other"), "zh": ("other",), "ru": ("one", "few", "many")}
"""The plural categories of CLDR, in the sequence in which gettext numbers them."""
Pattern = str | dict[str, str]


def main() -> None:
    """Build or check, as the command line says."""
    faults = [] if sys.argv[1:] == ["build"] else disagreements()
    for language in LANGUAGES:
        for what, names in (("labels", ["labels"]), ("sentences", rooms(language))):
            text = json.dumps(patterns(language, names), ensure_ascii=False, indent=0, sort_keys=True) + "\n"
            built = FOLDER / f"{language}.{what}.json"
            if sys.argv[1:] == ["build"]:
                built.write_text(text, "utf-8")
            elif not built.is_file() or built.read_text("utf-8") != text:
                faults.append(f"{built.name} is not current: run `python scripts/catalogues.py build`")
    if faults:
        sys.exit("\n".join(faults))


def rooms(language: str) -> list[str]:
    """The catalogues of a language, but that of the browser."""
    return sorted(path.stem for path in (FOLDER / language).glob("*.po") if path.stem != "labels")


def patterns(language: str, names: list[str]) -> dict[str, Pattern]:
    """The sentences in some catalogues, by key."""
    found: dict[str, Pattern] = {}
    for name in names:
        for message in catalogue(language, name):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                if pattern := _pattern(language, message):
                    found[key] = pattern
    return found


def catalogue(language: str, name: str) -> Catalog:
    """One PO file; an empty catalogue if it is missing."""
    path = FOLDER / language / f"{name}.po"
    if not path.is_file():
        return Catalog(locale=Locale(language))
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _pattern(language: str, message: Message) -> Pattern:
    if isinstance(message.string, str):
        return message.string
    forms = dict(zip(CATEGORIES[language], message.string or (), strict=True))
    if not all(forms.values()):
        return ""
    last = forms[CATEGORIES[language][-1]]
    return {**forms, "other": forms.get("other", last)}


def disagreements() -> list[str]:
    """Where the languages do not have the same keys, or a sentence does not have the same names."""
    every = {each: patterns(each, ["labels", *rooms(each)]) for each in LANGUAGES}
    faults = []
    for language in LANGUAGES[1:]:
        ours, english = every[language], every["en"]
        faults += [f"{language} lacks {key}" for key in sorted(english.keys() - ours.keys())]
        faults += [f"{language} has {key}, which English lacks" for key in sorted(ours.keys() - english.keys())]
        for room in [*rooms("en"), "labels"]:
            faults += [f"{language}, {key}: its comment is not the English" for key in strange(language, room, english)]
        for key in sorted(english.keys() & ours.keys()):
            if names(ours[key]) != names(english[key]):
                faults.append(
                    f"{language}, {key}: {sorted(names(ours[key]))} in place of {sorted(names(english[key]))}"
                )
    return faults


def strange(language: str, room: str, english: dict[str, Pattern]) -> list[str]:
    """The messages whose comment is not the sentence in English, which a translator reads there."""
    found = []
    for message in catalogue(language, room):
        key = message.id if isinstance(message.id, str) else message.id[0]
        meant = english.get(key, "")
        meant = meant if isinstance(meant, str) else meant["other"]
        if key and " ".join(message.auto_comments).split() != meant.split():
            found.append(key)
    return found


def names(pattern: Pattern) -> set[str]:
    """The names in braces. A plural need not say the number in each form: "one clip"."""
    forms = [pattern] if isinstance(pattern, str) else list(pattern.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)} - (
        set() if isinstance(pattern, str) else {"count"}
    )


if __name__ == "__main__":
    main()
