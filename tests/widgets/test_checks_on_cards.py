"""What is odd in a clip is said on its card and in the record, as soon as somebody has looked."""

import pytest

import wan_widgets as ww
from experiments.test_study import at, selling
from files.reel import film, tone
from wan_widgets.files.checks import measured
from wan_widgets.ledger.ledger import ledger
from widgets.test_board import until

FINE = ww.TextToVideo(prompt="A kitten", resolution="720p", aspect_ratio="16:9", seed=7, duration=5)


@pytest.fixture(autouse=True)
def _looking(monkeypatch):
    monkeypatch.delenv("WAN_CHECKS")


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    return film(tmp_path_factory.mktemp("clips") / "a.mp4", "cut", seconds=5, sound=tone())


def test_a_card_says_what_is_odd_and_so_does_the_record(odd, monkeypatch):
    studio = ww.Studio(at(selling(odd.read_bytes())))
    video = studio.submit(FINE).result()
    until(lambda: studio._cards[0]["check"])
    assert studio._cards[0]["check"] == "cut at 2.1 s · size 320×180 instead of 1280×720"
    assert studio._cards[0]["note"] == studio._cards[0]["message"] == ""
    assert studio.videos[0].check.cuts
    assert "cut at 2.1 s" in studio._record()["text/html"]
    assert "cut at 2.1 s" in studio._record()["text/plain"]
    assert "cut at 2.1 s" not in video.html()


def test_a_record_that_was_made_before_is_written_again(odd):
    studio = ww.Studio(at(selling(odd.read_bytes())))
    studio.submit(FINE).result()
    before = studio._recordable()
    until(lambda: studio._cards[0]["check"])
    assert studio._recordable() != before


def test_a_clip_that_is_fine_has_no_word(tmp_path):
    path = film(tmp_path / "a.mp4", seconds=5, sound=tone())
    video = ww.Video(path=path, width=320, height=180, duration=5, size=1, check=measured(path))
    assert len(video.caption) == 1
    assert str(video.check) == ""


def test_former_clips_have_what_was_found_then(odd, monkeypatch):
    studio = ww.Studio(at(selling(odd.read_bytes())))
    studio.submit(FINE).result()
    until(lambda: studio._cards[0]["check"])
    monkeypatch.setattr("wan_widgets.generation.checking.measured", lambda *_: pytest.fail("it was looked at again"))
    again = ww.Studio(at(selling(odd.read_bytes())))
    until(lambda: again._cards)
    assert again._cards[0]["check"] == studio._cards[0]["check"]
    assert ledger().entry(again._cards[0]["order"]).check is not None


def test_the_language_of_a_finding_is_that_of_the_card(odd):
    studio = ww.Studio(at(selling(odd.read_bytes())))
    studio.submit(FINE).result()
    until(lambda: studio._cards[0]["check"])
    ww.set_language("ru")
    try:
        until(lambda: "склейка" in studio._cards[0]["check"])
    finally:
        ww.set_language(None)
