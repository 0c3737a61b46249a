"""Names of files: something of each is seen, every disk takes it, and every writing system keeps its words."""

import re
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import TaskStatus, TextToVideo, VideoTask
from wan_widgets.files.names import clip_name, input_name, slug

FILLERS = "\u3164\u115f\u1160\uffa0"
"""The only letters of Unicode of which nothing is seen."""
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def name_of(prompt, task_id="video_7"):
    request = TextToVideo.draft({"prompt": prompt})
    return clip_name(VideoTask(id=task_id, status=TaskStatus.COMPLETED, provider="toapis", request=request))


def seen(text):
    return [char for char in text if unicodedata.category(char)[0] in "LN" and char not in FILLERS]


def check(name):
    assert seen(name.partition("-")[0]), ascii(name)
    assert not FORBIDDEN.search(name), ascii(name)
    assert not DEVICES.fullmatch(name), name
    assert name.strip(". ") == name
    assert name == unicodedata.normalize("NFC", name)
    assert len(name.encode()) < 200


NOTHING = {
    "a heart with its selector": "❤️",
    "a family": "👨‍👩‍👧‍👦",
    "a flag of tags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "selectors": "\ufe0f\ufe0e\U000e0100",
    "joiners": "\u200d\u200c\u200b\u2060",
    "directions": "\u200e\u200f\u202e\u2066\u061c",
    "marks alone": "\u0301\u0308\u20e3 \u093e",
    "fillers that count as letters": "\u3164\u115f\u1160\uffa0",
    "vowels that nobody sees": "\u17b4\u17b5",
    "blank patterns": "\u2800\u2800",
    "half an emoji": "\ud83d",
    "dots": "...",
    "private": "\ue000\U000f0000",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_a_prompt_of_which_nothing_is_seen_gets_a_name_of_ours(text):
    assert slug(text, 40) == ""
    assert name_of(text) in ("clip-video7.mp4", "t2v-video7.mp4")
    assert input_name(f"{text}.png", "0123456789abcdef") == "file-0123456789ab.png"


WORDS = {
    "Hindi": ("क्षत्रिय बिल्ली", "क्षत्रिय-बिल्ली"),
    "Hindi with a joiner": ("क्\u200dष", "क्ष"),
    "Thai": ("แมววิ่งเล่น", "แมววิ่งเล่น"),
    "Persian with a non-joiner": ("می\u200cخواهم", "می" + "خواهم"),  # noqa: RUF001
    "Hebrew with points": ("שָׁלוֹם", unicodedata.normalize("NFC", "שָׁלוֹם")),
    "Korean": ("고양이", "고양이"),
    "Korean in pieces, as macOS names it": (unicodedata.normalize("NFD", "고양이"), "고양이"),
    "French in pieces": ("e\u0301te\u0301", "été"),
    "Tamil": ("பூனை", "பூனை"),
    "Khmer": ("ឆ្មា", "ឆ្មា"),
    "Myanmar": ("ကြောင်", "ကြောင်"),
    "Arabic with vowels": ("قِطَّة", "قِطَّة"),
    "a keycap": ("1️⃣ cat", "1-cat"),
    "an emoji between": ("a ❤️ cat", "a-cat"),
    "Windows' devices": ("nul", "nul"),
}


@pytest.mark.parametrize(("text", "name"), WORDS.values(), ids=WORDS)
def test_every_writing_system_keeps_its_words(text, name):
    assert slug(text, 40) == unicodedata.normalize("NFC", name)
    check(name_of(text))


ODD = st.characters(categories=("Mn", "Mc", "Me", "Cf", "Cs", "Zs", "So", "Lo", "Cc", "Po", "Nd"))


@given(st.text(ODD, max_size=60) | st.text(max_size=200), st.text(max_size=20))
def test_whatever_is_asked_for_the_names_are_seen_and_legal(text, task_id):
    check(name_of(text, task_id or "x"))
    name = input_name(text, "0123456789abcdef", "image/png")
    check(name)
    assert seen(slug(text, 40)) or not slug(text, 40)
    assert PureWindowsPath(name).name == name
