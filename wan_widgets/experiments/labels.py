"""Words for the steps of an axis, which say only what differs between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from wan_widgets.files.origin import without_secrets
from wan_widgets.providers import Provider
from wan_widgets.service.service import Service
from wan_widgets.wan.problems import shown
from wan_widgets.wan.sources import LocalFile, Reference, printable, source_of
from wan_widgets.words import Said, Several, english, say


def labels_of(name: str, values: Sequence[Any]) -> tuple[Said, ...]:
    """The words for each value of an axis. No two are the same."""
    if name == "prompt" and all(isinstance(value, str) for value in values):
        labels: list[Said] = list(_differing(values))
    else:
        labels = [label_of(name, value) for value in values]
    counts = Counter(map(english, labels))
    return tuple(
        label if counts[english(label)] == 1 else say("experiments.label.numbered", label=label, number=number)
        for number, label in enumerate(labels, start=1)
    )


def label_of(name: str, value: Any) -> Said:
    """The words for a value. Text speaks for itself; a number or a switch needs its name."""
    if isinstance(value, Provider):
        return value.title
    if isinstance(value, Service):
        return value.provider.title
    if isinstance(value, tuple):
        return say("experiments.label.together", labels=Several(tuple(label_of(name, each) for each in value), "plain"))
    if isinstance(value, LocalFile | Reference) or name in ("image", "guide_audio", "references"):
        return _of_source(value)
    return printable(value) if isinstance(value, str) and value else _with_name(name, value)


def _with_name(name: str, value: Any) -> Said:
    if name == "seed":
        return say("seed.given", seed=value)
    if name == "duration" and isinstance(value, int):
        return say("seconds", count=value)
    if isinstance(value, Mapping):  # it stands in the notebook
        value = shown(without_secrets(value))
    return say("experiments.label.named", name=name, value=value)


def _of_source(value: Any) -> str:
    source = source_of(value)
    if isinstance(source, LocalFile):
        return source.name
    if not isinstance(source, str):
        return type(source).__name__
    try:
        return printable(PurePath(urlsplit(source).path).name) or printable(source)
    except ValueError:
        return printable(source)


def _alike(lists: Sequence[Sequence[str]]) -> int:
    """With how many equal words all lists begin."""
    return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*lists, strict=False)))


def _differing(prompts: Sequence[str]) -> list[str]:
    """The prompts without the words that all of them begin and end with."""
    words = [prompt.split() for prompt in prompts]
    shortest = min(map(len, words))
    first = max(0, min(_alike(words), shortest - 1))
    last = max(0, min(_alike([each[::-1] for each in words]), shortest - first - 1))
    return [
        printable(" ".join(each[first : len(each) - last]).strip(" ,.;:")) or prompt
        for each, prompt in zip(words, prompts, strict=True)
    ]
