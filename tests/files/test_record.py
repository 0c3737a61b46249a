"""The record of a clip: plain HTML that shows it in a notebook, also where nothing runs."""

import base64
import io
import os
import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import av
import pytest
from PIL import Image, ImageFilter

from wan_widgets import TextToVideo, Video
from wan_widgets.wan.budgets import Money
from wan_widgets.words import size_said

OWN = {"onloadedmetadata", "onerror", "onkeydown", "data-lm-suppress-shortcuts"}
SHOWN = {"src", "poster", "controls", "loop", "playsinline", "preload", "width", "height", "style", "aria-label"}


@pytest.fixture
def here(monkeypatch, tmp_path):
    """The folder of the notebook."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "notebook.ipynb"))
    return tmp_path


@pytest.fixture
def video(clip):
    """A clip at a path, with a real film in its file."""

    def video(path, **fields):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(clip)
        facts = {"width": 1280, "height": 720, "duration": 5.0, "size": len(clip)}
        return Video(path=path, **facts | fields)

    return video


def parsed(html):
    """All start tags with their attributes, and the text."""
    tags, texts = [], []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    parser.handle_data = texts.append
    parser.feed(html)
    return tags, "".join(texts)


def the(tags, name):
    [attributes] = [attributes for tag, attributes in tags if tag == name]
    return attributes


def test_a_clip_is_shown_by_a_player_that_refers_to_its_file(here, video):
    tags, text = parsed(video(here / "wan_outputs" / "a kitten.mp4").html())
    player = the(tags, "video")
    assert player["src"] == "wan_outputs/a%20kitten.mp4"
    assert {"controls", "loop", "playsinline"} <= set(player)
    assert (player["width"], player["height"]) == ("480", "270")
    assert "480 / 270" in player["style"]
    assert text.endswith("wan_outputs/a kitten.mp4")
    assert str(here) not in str(tags) + text


def test_it_says_what_the_clip_is(here, video):
    request = TextToVideo("A <b>kitten</b>", seed=7, model="wan2.6")
    made = video(
        here / "a.mp4",
        request=request,
        provider="toapis",
        ordered_at=datetime(2026, 11, 29, 12, tzinfo=UTC),
        price=Money(Decimal("0.6"), "CNY"),
    )
    _, text = parsed(made.html())
    assert "A <b>kitten</b>" in text
    facts = "1280×720 · 5 s · seed 7 · wan2.6 · ToAPIs · 2026-11-29"
    assert facts in text
    assert re.search(r"2026-11-29 \d\d:\d\d · 0.6 CNY", text)


def test_its_poster_is_there_twice_at_most_and_small(here, video):
    html = video(here / "a.mp4").html()
    tags, _ = parsed(html)
    assert the(tags, "video")["poster"] == the(tags, "img")["src"]
    assert html.count("data:image/webp") == 2
    with Image.open(io.BytesIO(base64.b64decode(the(tags, "img")["src"].partition(",")[2]))) as poster:
        assert (poster.format, poster.size) == ("WEBP", (64, 48))
    assert len(html) < 20_000


@pytest.mark.parametrize("sides", [(1280, 720), (720, 1280), (960, 960)])
def test_a_clip_full_of_details_has_a_small_record_too(here, sides):
    path = here / "a.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=1, options={"crf": "10"})
        stream.width, stream.height = sides
        noise = Image.effect_noise(sides, 90).filter(ImageFilter.GaussianBlur(1)).convert("RGB")
        film.mux([*stream.encode(av.VideoFrame.from_image(noise)), *stream.encode()])
    html = Video(path=path, width=sides[0], height=sides[1], duration=5, size=1).html()
    tags, _ = parsed(html)
    assert len(html) < 20_000
    with Image.open(io.BytesIO(base64.b64decode(the(tags, "img")["src"].partition(",")[2]))) as poster:
        assert max(poster.size) >= 240


def test_the_picture_stands_inside_the_player_with_a_link(here, video):
    """Some viewers drop the player and keep what is inside."""
    tags, _ = parsed(video(here / "a.mp4").html())
    names = [tag for tag, _ in tags]
    assert names[names.index("video") :][:3] == ["video", "a", "img"]
    assert tags[names.index("video") + 1][1]["href"] == "a.mp4"
    assert (the(tags, "img")["width"], the(tags, "img")["height"]) == ("480", "270")


def test_the_clip_itself_can_be_inside_once(here, video, clip):
    html = video(here / "a.mp4").html(embed=True)
    tags, text = parsed(html)
    assert html.count("data:video/mp4") == 1
    assert the(tags, "img")["src"].startswith("data:image/webp")
    assert base64.b64decode(the(tags, "video")["src"].removeprefix("data:video/mp4;base64,")) == clip
    assert f"The clip is inside this notebook, with {size_said(len(clip))}." in text


def test_a_clip_is_found_from_the_notebook_wherever_the_process_has_gone(monkeypatch, tmp_path, video):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "course" / "notebook.ipynb"))
    (tmp_path / "course").mkdir()
    monkeypatch.chdir("/")
    tags, text = parsed(video(tmp_path / "clips" / "a.mp4").html())
    assert the(tags, "video")["src"] == "../clips/a.mp4"
    assert text.endswith("../clips/a.mp4")


@pytest.mark.parametrize(
    "name",
    [
        '"><script>alert(1)<img src=x onerror=alert(1)>.mp4',
        "' onerror='alert(1).mp4",
        "a&b;&amp;.mp4",
        "100%.mp4",
        "a?b#c.mp4",
        "javascript:alert(1).mp4",
        "猫 🐈.mp4",
        "\u202egpj.mp4",
    ],
)
def test_a_hostile_name_stays_a_name(here, video, name):
    tags, text = parsed(video(here / name).html())
    player = the(tags, "video")
    assert set(player) - OWN == SHOWN
    assert all("alert" not in (player[each] or "") for each in OWN)
    assert unquote(player["src"]) == name
    assert not set(player["src"]) & set("\"'<>&?#: ")
    assert player["aria-label"] == the(tags, "img")["alt"] == name
    assert text.endswith(name)
    assert "script" not in [tag for tag, _ in tags]


@pytest.mark.parametrize("task_id", [None, "video_1", "<b>'"])
def test_a_clip_that_is_gone_is_a_sentence_with_the_way_out(here, task_id):
    gone = Video(path=here / "a.mp4", width=1, height=1, duration=1.0, size=1, task_id=task_id)
    html = gone.html()
    assert "<video" not in html
    assert "<p>This clip cannot be played here." in html
    assert ("ww.wait(" in html) is (task_id is not None)
    assert "<b>" not in html
    assert "poster" not in html
    assert str(here) not in html + repr(gone)


def test_a_name_that_is_not_unicode_is_shown_all_the_same(here, video):
    html = video(here / Path(os.fsdecode(b"caf\xe9.mp4"))).html()
    assert 'src="caf%E9.mp4"' in html
    assert html.encode()


@pytest.mark.parametrize(
    ("language", "fetches", "facts"),
    [
        ("zh", "可重新下载它", "1280×720 · 5 秒"),
        ("ru", "скачает его снова", "1280×720 · 5 с"),  # noqa: RUF001
    ],
)
def test_a_record_is_written_in_the_language_that_holds(language, fetches, facts, tmp_path, monkeypatch):
    gone = Video(path=tmp_path / "gone.mp4", width=1280, height=720, duration=5, size=1, task_id="t-1")
    monkeypatch.setenv("WAN_LANG", language)
    text = parsed(gone._repr_html_())[1].replace("\xa0", " ")
    assert "ww.wait('t-1')" in text
    assert fetches in text
    assert facts in text
