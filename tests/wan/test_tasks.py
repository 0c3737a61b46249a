"""Tasks and clips as values."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from wan_widgets import TaskStatus, Video, VideoTask


def video(path, width=1280, height=720):
    path.parent.mkdir(exist_ok=True)
    path.touch()
    return Video(path=path, width=width, height=height, duration=5.0, size=10)


SENTENCE = ('video.at("clip.mp4")', " copies it beside the notebook.")


def parsed(html):
    """The player's start tag and attributes, and the text without the sentence for bad days."""
    tags, texts = [], []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    parser.handle_data = texts.append
    parser.feed(html)
    [player] = [each for each in tags if each[0] == "video"]
    return player, "".join(text for text in texts if "played here" not in text and text not in SENTENCE)


@pytest.mark.parametrize("status", TaskStatus)
def test_only_the_three_ends_are_terminal(status):
    ends = status in {TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED}
    assert status.is_terminal is ends
    assert VideoTask(id="1", status=status, provider="toapis").is_terminal is ends


@pytest.mark.parametrize("status", sorted(set(TaskStatus) - {TaskStatus.FAILED, TaskStatus.CANCELLED}))
def test_other_tasks_raise_nothing(status):
    task = VideoTask(id="1", status=status, provider="toapis")
    assert task.raise_for_status() is None


def test_a_signed_address_is_not_shown():
    task = VideoTask(id="1", status=TaskStatus.COMPLETED, provider="toapis", video_url="https://x/?Signature=s3cret")
    assert "s3cret" not in repr(task)
    shown = Video(path=Path("a.mp4"), width=1, height=1, duration=1.0, size=1, url="https://x/?Signature=s3cret")
    assert "s3cret" not in repr(shown)


def at(monkeypatch, folder):
    """As if the notebook lay in that folder."""
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "notebook.ipynb"))


def test_a_clip_is_shown_by_a_player_that_refers_to_its_file(monkeypatch, tmp_path):
    at(monkeypatch, tmp_path)
    (tag, attributes), text = parsed(video(tmp_path / "wan_outputs" / "a kitten.mp4")._repr_html_())
    assert tag == "video"
    assert attributes["src"] == "wan_outputs/a%20kitten.mp4"
    assert {"controls", "loop", "playsinline"} <= set(attributes)
    assert attributes["preload"] == "metadata"
    assert "1280 / 720" in attributes["style"]
    assert text == "a kitten.mp4" + "wan_outputs/a kitten.mp4"


def test_a_clip_is_found_from_the_notebook_wherever_the_process_has_gone(monkeypatch, tmp_path):
    at(monkeypatch, tmp_path / "course")
    monkeypatch.chdir("/")
    (_, attributes), text = parsed(video(tmp_path / "clips" / "a.mp4")._repr_html_())
    assert attributes["src"] == "../clips/a.mp4"
    assert text.endswith("../clips/a.mp4")


def test_a_relative_path_outside_the_folder_is_still_relative(monkeypatch, tmp_path):
    at(monkeypatch, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    (_, attributes), _ = parsed(video(Path("..") / "clip.mp4")._repr_html_())
    assert attributes["src"] == "../clip.mp4"


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
def test_a_hostile_name_stays_a_name(monkeypatch, tmp_path, name):
    at(monkeypatch, tmp_path)
    (_, attributes), text = parsed(video(tmp_path / name)._repr_html_())
    own = {"onloadedmetadata", "onerror", "onkeydown", "data-lm-suppress-shortcuts"}
    assert set(attributes) - own == {"src", "controls", "loop", "playsinline", "preload", "style", "aria-label"}
    assert all("alert" not in (attributes[each] or "") for each in own)
    assert unquote(attributes["src"]) == name
    assert not set(attributes["src"]) & set("\"'<>&?#: ")
    assert attributes["aria-label"] == name
    assert text == 2 * name


@pytest.mark.parametrize("task_id", [None, "video_1", "<b>'"])
def test_a_clip_that_is_gone_is_a_sentence_with_the_way_out(monkeypatch, tmp_path, task_id):
    at(monkeypatch, tmp_path)
    gone = Video(path=tmp_path / "a.mp4", width=1, height=1, duration=1.0, size=1, task_id=task_id)
    html = gone._repr_html_()
    assert re.search(r"<video [^>]* hidden>", html)
    assert "<p>This clip cannot be played here." in html
    assert ("ww.wait(" in html) is (task_id is not None)
    assert "<b>" not in html
    assert str(tmp_path) not in html + repr(gone)


def test_a_name_that_is_not_unicode_is_shown_all_the_same(monkeypatch, tmp_path):
    at(monkeypatch, tmp_path)
    html = video(tmp_path / Path(os.fsdecode(b"caf\xe9.mp4")))._repr_html_()
    assert 'src="caf%E9.mp4"' in html
    assert html.encode()
