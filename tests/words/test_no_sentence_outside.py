"""What people read stands in the catalogues: code has keys and no words, and each key has its sentence."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import test_house

PACKAGE = Path(__file__).parents[2] / "wan_widgets"
ROOMS = sorted(path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file())
ROOMS.remove("__init__")  # its texts are names
FOR_PROGRAMMERS = ("providers/conformance/",)
"""Whoever writes a provider reads what these say, in English, as the documentation."""
OF_A_SERVICE = tuple(
    f"simulator/{name}"
    for name in (
        "protocols/",
        "film/",
        "app.py",
        "fields.py",
        "files.py",
        "ids.py",
        "keys.py",
        "scripts.py",
        "uploads.py",
    )
)
"""What the simulator says as a service, and what it draws. Services speak English, and their words stay as they are."""
CURL = (
    """curl {base}/v1/videos/generations -H 'Authorization: Bearer any' -H 'Content-Type: application/json' """
    """-d '{{"model": "wan2.6", "prompt": "A kitten in the grass", "resolution": "720p"}}'"""
)
EXCEPTIONS = {
    "wan/field_checks.py": ["{} is no JSON"],  # it is caught where a request is checked, and never shown
    "providers/bodies.py": ["{} has not been sent to the service, so that it has no address."],  # a fault of our code
    # a line of a file, which a sentence shows, and a value of `Quote.source`, which code compares
    "money/price_tables.py": ['"{}" = { audible = 1.00, silent = 0.80 }', "your price table"],
    "ledger/connections.py": ["database is locked"],  # SQLite says this in the same words
    "experiments/former.py": ["It has ended, and nothing is to be done for it."],  # a fault of our code
    "experiments/history.py": ["pip install pandas"],  # code that a sentence shows, here and in the next three
    "service/keys.py": ["pip install keyring"],
    "service/network.py": ["Server disconnected", "peer closed connection"],  # httpx says this in the same words
    "service/pools.py": ["await trio.to_thread.run_sync(ww.generate, prompt)"],
    "service/proxies.py": ['pip install "httpx[socks]"'],
    "service/secret.py": ["Secret | None"],  # a type
    "files/media.py": ["VideoStream | None"],  # a type
    "files/player.py": ["display: block; aspect-ratio: {} / {}; max-width: 100%; height: auto; {}"],  # a style
    # it stands in a hidden file, which another version may have written
    "files/place.py": [
        "By this id the ledger of wan_widgets finds the orders of this folder again after it was moved or renamed."
    ],
    "widgets/code.py": ["import wan_widgets as ww"],  # code
    "widgets/gallery_record.py": [  # styles
        "display: flex; flex-wrap: wrap; gap: 12px; margin: 8px 0",
        "width: {}px; margin: 0; line-height: 1.4; overflow-wrap: anywhere",
    ],
    "widgets/studio.py": ["It has ended, and nothing is to be done for it."],  # a fault of our code
    "widgets/sweep.py": ["SweepView | None"],  # a type
    "widgets/sweep_record.py": [  # styles
        "border-collapse: collapse; border: 0; margin: 6px 0",
        "text-align: left; vertical-align: top; background: none; border: 0; padding: 6px 8px",
    ],
    "widgets/values.py": ["an address, a file, an ImageReference or a VideoReference"],  # a part of traitlets' sentence
    "simulator/welcome.py": [  # a name, and code
        "OpenAI videos",
        CURL,
        'import wan_widgets as ww\n\nww.Studio(ww.AsyncClient("simulator", base_url="{base}"))',
    ],
}


A_WORD = re.compile(r"[A-Za-z]{2,}(-[a-z]+)*[.,:;!?]?|\{\}")
SQL = re.compile(
    r"\b(SELECT|SAVEPOINT|RELEASE|UPDATE|INTO|TABLE|PRAGMA|ROLLBACK|ORDER BY|AND|OR|JOIN|IN|WHEN|AS|FROM)\b"
)
"""Only the ledger has it."""
NO_KEYS = {"ledger.sqlite3", "generation.task", "widgets.js", "words.choosing"}
"""Texts that look like keys: names of files and of a module, and a word of a service."""


def modules(rooms: tuple[str, ...]) -> list[Path]:
    found = (path for room in rooms for path in [PACKAGE / f"{room}.py", *sorted((PACKAGE / room).rglob("*.py"))])
    found = (path for path in found if path.is_file())
    return [path for path in found if not short(path).startswith(FOR_PROGRAMMERS + OF_A_SERVICE)]


def short(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def literals(source: str) -> Iterator[str]:
    """The texts in a module, with {} in place of what is filled in.

    Docstrings are none: nothing is done with them. Nor are the messages of a log, which are English.
    """
    tree = ast.parse(source)
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    passed |= {id(node.args[0]) for node in ast.walk(tree) if is_log(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.value


def is_log(node: ast.AST) -> bool:
    """Whether a log is written there."""
    of = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    return isinstance(of, ast.Name) and of.id in ("_log", "log")


def is_sentence(text: str) -> bool:
    """Whether a text is for people: more than two words, and more than one of letters alone. Tags of HTML are none.

    Two words are for people if one begins with a small letter, and both are of letters, or one is filled in.
    """
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL).split()
    if len(words) == 2:
        return all(A_WORD.fullmatch(word) for word in words) and any(word[0].islower() for word in words)
    return len(words) > 2 and sum(word.strip(".,:;!?()“”").isalpha() for word in words) > 1


@cache
def catalogue(what: str = "sentences") -> dict[str, str | dict[str, str]]:
    return json.loads((PACKAGE / "words" / "catalogues" / f"en.{what}.json").read_text("utf-8"))


@pytest.mark.parametrize("path", modules(ROOMS), ids=short)
def test_code_has_no_sentences_for_people(path):
    found = sorted({text for text in literals(path.read_text("utf-8")) if is_sentence(text)})
    found = [text for text in found if not (short(path).startswith("ledger/") and SQL.search(text))]
    assert found == EXCEPTIONS.get(short(path), [])


@pytest.mark.parametrize(
    "line",
    [
        'raise WanError("It broke in two.")',
        'raise ValueError(f"There is no {name} here.")',
        'yield Problem("seed", f"{model} takes no seed.", remedy="")',
        'code = f"request {error.request_id}"',
        'title = "OpenAI-compatible engine"',
        'note = _NOTES[0] if known else "It is asked again."',
        '_WORDS = {Kind.IMAGE: "takes no images as files"}',
        'body = f"<p>There is no <b>{name}</b> here.</p>"',
        'def f():\n    """Say it."""\n    return f"The budget per {scope} does not cover it."',
    ],
)
def test_a_sentence_in_code_is_found(line):
    assert any(map(is_sentence, literals(line)))


@pytest.mark.parametrize("room", ROOMS)
def test_each_key_has_its_sentence_and_each_sentence_its_use(room):
    a_key = re.compile(rf"{room}\.[a-z0-9_.]+")
    texts = {text for path in PACKAGE.rglob("*.py") for text in literals(path.read_text("utf-8"))}
    used = {text for text in texts - NO_KEYS if a_key.fullmatch(text) and not is_module(text)}
    assert used == {key for key in catalogue() if a_key.fullmatch(key)}


def is_module(name: str) -> bool:
    return (PACKAGE / f"{name.replace('.', '/')}.py").is_file()


def calls_of_say(path: Path) -> Iterator[tuple[str, set[str]]]:
    """The key and the names of the values of each sentence that is said with both spelled out."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            names = [each.arg for each in node.keywords]
            if isinstance(node.args[0], ast.Constant) and None not in names:
                yield node.args[0].value, {name for name in names if name}


def test_a_sentence_gets_the_values_that_it_names():
    for path in PACKAGE.rglob("*.py"):
        for key, given in calls_of_say(path):
            said = (catalogue() | catalogue("labels"))[key]
            forms = [said] if isinstance(said, str) else said.values()
            named = {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}
            plural = set() if isinstance(said, str) else {"count"}
            assert given == named | plural, f"{short(path)}: {key}"


@pytest.mark.parametrize("path", modules(ROOMS), ids=short)
def test_a_room_says_no_sentence_of_a_room_above_it(path):
    """A sentence stands in the lowest room that says it, as a function would."""
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    own = test_house.ROOMS.get(room, set()) | {room}
    keys = {text for text in literals(path.read_text("utf-8")) if text in catalogue()}
    assert [key for key in sorted(keys) if key.split(".")[0] in test_house.ROOMS.keys() - own] == []
