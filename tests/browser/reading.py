"""What a person reads in a widget, and which words in it are of no language: names, code, and the words of others."""

import re

from playwright.sync_api import Locator

READ = """(root) => [...root.querySelectorAll("*")].filter((node) => node.checkVisibility() || node.matches("option"))
  .flatMap((node) => [
    ...[...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data),
    ...["aria-label", "aria-valuetext", "alt", "title", "placeholder"].map((name) => node.getAttribute(name) ?? ""),
  ]).map((text) => text.trim()).filter((text) => text)"""
NAMES = (
    *(r"https?://[\w./:-]+", r"\b[\w-]+(?:/[\w-]+)?\.(?:png|mp4|txt)\b", r"\bwan_outputs\b", r"127\.0\.0\.1:9"),
    *(
        r"\b(?:ToAPIs|UniAll|New API|Model Studio)\b",
        r"\bwan\d\.\d(?:-\w+)?\b",
        r"\b[ti]2v\b",
        r"\b(?:720|1080|480)p\b",
    ),
    r"\d+ × (?:prompt|seed|duration|aspect_ratio)\b",
    *(r"\bcharacter\d\b", r"\bvideo_01\b", r"\b\w+_API_KEY\b", r'ww\.\w+\("\w+"\)'),
)
"""Files and places, services, models and what they call so, code."""
THEIR_WORDS = (
    *("content_policy_violation", "8f2c0a7e-77aa-4f6c-9d3c-1b2f6b1c5f10"),
    "Input data may contain inappropriate content",
    *(r"\b(?:trailer|night)\b", r"(?:<b onclick='alert\(1\)'>)?A lighthouse at dusk[^⟧]*", r"Donau\w*|\w*abzeichen"),
)
"""What services and users say."""

OF_NO_LANGUAGE = (
    *(r"\b(?:Wan )?Studio\b", r"Ctrl\+(?:Shift\+)?\w+", r"\b(?:JSON|API|ID|MB|Python|OpenAI|Alibaba)\b"),
    *("CN¥", "audio=True", "api_key=…", r"ww\.AsyncClient", r'{"field": 1}', "https://…"),
)
"""Names and code that our own sentences have in every language."""


def texts(part: Locator) -> list[str]:
    """All that is read or heard in a part of a page: its texts, labels, hints."""
    found: list[str] = part.evaluate(READ)
    return found


def without(text: str, *words: str) -> str:
    """A text without these words, which are regular expressions."""
    return re.sub("|".join(words), "", text)
