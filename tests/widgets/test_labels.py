"""The words of the interface: all that is asked for is there, and all that is there is asked for."""

import ast
import json
import re
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

import wan_widgets as ww
from wan_widgets.experiments.gallery import Sort
from wan_widgets.experiments.study import Study
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.providers import PROVIDERS
from wan_widgets.service.uploads import Upload
from wan_widgets.wan.budgets import Scope
from wan_widgets.wan.models import Mode
from wan_widgets.wan.sources import Kind
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.widgets import cards, sweep_tiles
from wan_widgets.words.catalogue import labels
from wan_widgets.words.languages import LANGUAGES
from widgets.test_contract import SOURCES

WIDGETS = Path(cards.__file__).parent
ENGLISH = labels("en")
SENTENCES = json.loads((files("wan_widgets.words") / "catalogues" / "en.sentences.json").read_text("utf-8"))
NAMED = {"prompt", "negative_prompt", "image", "guide_audio"} | {
    f"{name}.hint{rest}" for name in ("image", "guide_audio") for rest in ("", ".address")
}
"""What the browser asks for by the name of a field that a variable holds."""
FILTERS = {"status", "provider", "model", "mode", "tag"}
COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"])//[^\n]*", re.DOTALL)
TEMPLATE = re.compile(r"`([\w.]*)\$\{[^`]*`")
KEY = re.compile(r'"([\w.-]+)"')


def script() -> str:
    return COMMENTS.sub("", "".join(path.read_text("utf-8") for path in sorted(SOURCES.rglob("*.js"))))


def asked() -> list[str]:
    """What `say` is called with, as it is written: a key, a choice among keys, a template."""
    text, found = script(), []
    for call in re.finditer(r"\bsay\(", text):
        depth, end = 0, call.end()
        while depth or text[end] not in ",)":
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[call.end() : end])
    return found


def keys() -> set[str]:
    """Every key that the browser's sources spell out, wherever it stands."""
    said = " ".join(TEMPLATE.sub("", re.sub(r'[!=]==\s*"[^"]*"', "", each)) for each in asked())
    buttons = re.findall(r'\bmake\("([\w.]+)"', script())
    dotted = re.findall(r'"([a-z_]+(?:\.[\w-]+)+)"', script())
    return {*KEY.findall(said), *buttons, *dotted, *NAMED}


def keys_of_python() -> set[str]:
    """What Python puts into texts of its own: ``say("…")``, also one of two."""
    found = set()
    for path in WIDGETS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                found |= set(_values(node.args[0]))
    return found


def phases() -> set[str]:
    """Every word of `cards.phase`, from all that can be of a job."""
    task = VideoTask(id="t", status=TaskStatus.QUEUED, provider="simulator")
    tasks = [None, *(VideoTask(id="t", status=status, provider="simulator") for status in TaskStatus)]
    videos = [None, ww.Video(path="a.mp4", width=1, height=1, duration=1.0, size=1)]
    errors = [None, ww.TaskFailed("x", task), ww.TaskCancelled("x", task), ww.DownloadError("x"), ww.WanError("x")]
    errors += [ww.WanError("x", maybe_billed=True), cards.FileGone("x")]
    uploads, ahead, said = [None, Upload(name="a.png", sent=1, size=2, number=1, count=1)], [None, 1], [False, True]
    found = set()
    for task, video, error, upload, waiting, stopped, withdrawn, let_go in product(
        tasks, videos, errors, uploads, ahead, said, said, said
    ):
        step = Step(task=task, video=video, upload=upload, waiting=waiting)
        job = Job(None, None, step)
        job.error, job.is_stopped, job.is_withdrawn, job.is_let_go = error, stopped, withdrawn, let_go
        found.add(cards.phase(job))
    return found | {sweep_tiles.word_of(cell) for cell in Study(prompt=["A kitten"]).cells}


def families() -> dict[str, set[str]]:
    """What begins a key whose end is data, and all that the data can be."""
    offers = [offer for each in PROVIDERS.values() for modes in each.offers.values() for offer in modes.values()]
    modes, kinds = set(map(str, Mode)), set(map(str, Kind))
    return {
        "mode.": modes,
        "prompt.hint.": modes,
        "region.": {name for each in PROVIDERS.values() for name in each.regions},
        "phase.": phases(),
        "billing.": {"free", "nothing", "unknown"},
        "budget.": set(get_args(Scope)),
        "shot_type.": {shot for offer in offers for shot in offer.shot_types},
        "audio.": {"always", "never"},
        "kind.": kinds,
        "sweep.": {"clips", "length", "price", "spent", "left", "time"},
        "gallery.where.": set(ww.Gallery.class_traits()["where"].values),
        "gallery.sort.": set(get_args(Sort)),
        "gallery.filter.": FILTERS,
        "gallery.all.": FILTERS,
        "references.kinds.": {"any", "image", "video"},
        "drop.no.": kinds,
        "file.no.": kinds,
        "file.wanted.": kinds | {"image-video"},
    }


def test_every_family_that_the_browser_asks_for_is_known_here():
    found = {family for each in asked() for family in TEMPLATE.findall(each)} - {""}

    assert found == families().keys()


@pytest.mark.parametrize("family", families())
def test_every_word_of_a_family_has_its_label(family):
    assert {f"{family}{word}" for word in families()[family]} <= ENGLISH.keys()


def test_what_a_card_says_of_money_is_known_here():
    tree = ast.parse((WIDGETS / "cards.py").read_text("utf-8"))
    [function] = [node for node in ast.walk(tree) if getattr(node, "name", "") == "billing_of"]
    returned = [each for node in ast.walk(function) if isinstance(node, ast.Return) for each in _values(node.value)]

    assert set(returned) - {""} == families()["billing."]


def _values(node: ast.expr) -> list[object]:
    """What an expression can be: a constant, or one of two."""
    branches = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [branch.value for branch in branches if isinstance(branch, ast.Constant)]  # else it is of a family


def test_the_browser_knows_no_phase_that_there_is_not():
    text = (SOURCES / "cards/card.js").read_text("utf-8")
    listed = re.findall(r"= new Set\(\[(.*?)\]\)", text)
    tested = re.findall(r'\bcard\.phase [!=]== "(\w+)"', script())

    assert len(listed) == 2
    assert {*KEY.findall(" ".join(listed)), *tested} <= phases()


def test_every_label_that_is_asked_for_exists():
    assert keys() - ENGLISH.keys() == set()
    assert keys_of_python() - ENGLISH.keys() - SENTENCES.keys() == set()


def test_every_label_is_used():
    """A word that nobody shows is a word that somebody would translate in vain."""
    of_families = {f"{family}{word}" for family, words in families().items() for word in words}

    assert ENGLISH.keys() - keys() - keys_of_python() - of_families == set()


def test_all_languages_have_the_same_words():
    assert all(labels(name).keys() == ENGLISH.keys() for name in LANGUAGES)
