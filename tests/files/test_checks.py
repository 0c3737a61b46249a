"""Clips with known faults: what is measured, what is found, and that nothing else is found."""

import gc
import time
from contextlib import suppress
from dataclasses import replace

import av
import numpy as np
import pytest

import wan_widgets as ww
from files.reel import FPS, HEIGHT, REEL, WIDTH, film, light, pan, tone, view
from files.test_videos import turned_film
from wan_widgets.files import signals
from wan_widgets.files.checks import Check, from_values, measured, to_values, word_of
from wan_widgets.files.frames import Readings
from wan_widgets.files.loudness import SILENCE, integrated
from wan_widgets.files.media import NotVideo
from wan_widgets.words import speaking

FRAME = 1 / FPS + 0.001


def near(moment):
    """One frame more or less."""
    return pytest.approx(moment, abs=FRAME)


FOUND = {
    "pan": {},
    "black": {"black": [(0, 1.2)]},
    "all black": {"black": [(0, 4)]},
    "frozen half": {"frozen": [(2, 4)]},
    "cut": {"cuts": [2.1]},
    "flicker": {"flicker": 8.0},
    "slow flicker": {"flicker": 4.0},
    "fade from black": {},
    "fast": {},
    "zoom": {},
    "candle": {},
    "flash": {},
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_wrong_is_found_and_nothing_else(name, tmp_path):
    check, wanted = measured(film(tmp_path / "a.mp4", name)), FOUND[name]
    for spans in ("black", "frozen"):
        assert list(getattr(check, spans)) == [(near(start), near(end)) for start, end in wanted.get(spans, [])], spans
    assert list(check.cuts) == [near(moment) for moment in wanted.get("cuts", [])]
    assert check.flicker == pytest.approx(wanted.get("flicker", 0.0), abs=1.0)
    assert len(check.findings) == len(wanted)
    assert (check.width, check.height, check.frames) == (WIDTH, HEIGHT, 4 * FPS)
    assert (check.fps, check.seconds, check.has_audio) == (pytest.approx(FPS, abs=0.1), near(4), False)


def test_a_picture_that_never_moves_is_frozen(tmp_path):
    """The encoder needs some frames until its picture is sharp."""
    (span,) = measured(film(tmp_path / "a.mp4", "frozen")).frozen
    assert span.start < 0.5
    assert span.end == near(4)


def test_a_dissolve_is_no_cut(tmp_path):
    check = measured(film(tmp_path / "a.mp4", "fade"))
    assert check.cuts == ()
    assert [span.start < 2 < span.end < 2.1 or span.start > 2.4 for span in check.frozen] == [True, True]


def test_numbers_say_how_bright_and_how_lively_a_clip_is(tmp_path):
    still, calm, lively = (measured(film(tmp_path / f"{name}.mp4", name)) for name in ("frozen", "pan", "fast"))
    assert still.motion < 0.5 < calm.motion < 5 < lively.motion
    white = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    levels = [
        measured(film(tmp_path / "a.mp4", lambda _, part=part: light(white, part))).brightness for part in (0, 0.5, 1)
    ]
    assert levels == [0, pytest.approx(50, abs=1), pytest.approx(100, abs=0.5)]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_clip_is_as_wide_as_it_is_shown(orientation, tmp_path):
    path = tmp_path / "a.mp4"
    turned_film(path, orientation)
    with av.open(str(path)) as container:
        stored = container.streams.video[0].width, container.streams.video[0].height
    check = measured(path)
    assert (check.width, check.height) == (stored if orientation < 5 else stored[::-1])


def test_a_clip_on_end_is_measured_as_others_are(tmp_path):
    check = measured(film(tmp_path / "a.mp4", lambda time: np.rot90(REEL["cut"](time))))
    assert (check.width, check.height, [*check.cuts]) == (HEIGHT, WIDTH, [near(2.1)])


@pytest.mark.parametrize(
    ("codec", "pixels", "name"), [("ffv1", "gray16le", "a.mkv"), ("libx265", "yuv420p10le", "a.mp4")]
)
def test_clips_of_more_than_eight_bits(codec, pixels, name, tmp_path):
    check = measured(film(tmp_path / name, "black", codec=codec, pixels=pixels))
    assert [*check.black] == [(0, near(1.2))]
    assert (check.cuts, check.frozen) == ((), ())


def test_time_counts_and_not_the_number_of_frames(tmp_path):
    """A frame that is shown for two seconds stands still; ten black frames in a tenth of a second are no black part."""
    shown = {**{moment: pan(moment / 1000) for moment in range(0, 1000, 40)}, 3000: view(2)}
    shown |= {3040 + 10 * number: light(view(), 0) for number in range(10)}
    shown |= {moment: pan(moment / 1000) for moment in range(3200, 4000, 40)}
    check = measured(film(tmp_path / "a.mp4", lambda time: shown[round(1000 * time)], times=sorted(shown)))
    assert [*check.frozen] == [(near(0.96), near(3.0))]
    assert check.black == ()


@pytest.mark.parametrize(("seconds", "frames"), [(0.0, 1), (0.1, 2)])
def test_very_short_clips_have_nothing_wrong(seconds, frames, tmp_path):
    check = measured(film(tmp_path / "a.mp4", seconds=seconds))
    assert (check.frames, check.findings, check.motion >= 0) == (frames, (), True)


def test_a_clip_of_one_frame_a_second_does_not_stand_still(tmp_path):
    assert measured(film(tmp_path / "a.mp4", fps=1)).frozen == ()


def test_of_a_long_file_the_first_minute_is_looked_at(tmp_path):
    check = measured(film(tmp_path / "a.mp4", lambda time: light(view(x=20 * time), time < 70), seconds=80, fps=2))
    assert (check.seconds, check.black) == (pytest.approx(80, abs=1), ())
    assert 120 <= check.frames <= 123


def test_a_tail_that_cannot_be_read_is_told(tmp_path):
    path = film(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    check = measured(path)
    assert 0.5 < check.broken < 3.5
    assert [text.key for text in check.findings] == ["files.check.broken"]
    assert check.frozen == ()


def test_noise_in_the_middle_ends_no_check(tmp_path):
    path = film(tmp_path / "a.mp4")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    path.write_bytes(data)
    assert measured(path).broken is not None


def test_what_is_no_video_is_refused(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no video" * 1000)
    with pytest.raises(NotVideo):
        measured(path)
    with pytest.raises(FileNotFoundError):
        measured(tmp_path / "b.mp4")


# Sound


def test_loudness_is_that_of_the_standard(tmp_path):
    """BS.1770-4: a sine of 997 Hz at full scale in one channel has -3.01 LUFS; two channels have 3.01 more."""
    time = np.arange(5 * 48_000) / 48_000
    wave = np.sin(2 * np.pi * 997 * time)
    assert integrated(wave[None]) == pytest.approx(-3.0, abs=0.1)
    assert integrated(0.1 * np.stack([wave, wave])) == pytest.approx(-20.0, abs=0.1)
    half = np.where(time < 2.5, wave, 0)  # silence does not count for the loudness
    assert integrated(half[None]) == pytest.approx(-3.0, abs=0.3)
    assert integrated(wave[None, :4800]) == pytest.approx(-3.0, abs=0.3)
    assert integrated(wave[None, :0]) == integrated(0 * wave[None]) == SILENCE


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_makes_no_sound_silent(odd):
    wave = np.sin(2 * np.pi * 997 * np.arange(48_000) / 48_000)
    wave[100] = odd
    assert integrated(wave[None]) == pytest.approx(-3.0, abs=0.3)


def test_a_light_that_flickers_at_every_frame_is_counted_in_moments():
    """A minute at 500 frames a second: to compare each flash with all others would take minutes."""
    count = 30_000
    found = Readings(
        times=[number / 500 for number in range(count)], luma=[float(number % 2) for number in range(count)]
    )
    begun = time.monotonic()
    assert signals.flicker(found) == 250
    assert time.monotonic() - begun < 2


def test_a_silent_track_is_told(tmp_path):
    check = measured(film(tmp_path / "a.mp4", sound=lambda time: 0 * time))
    assert (check.has_audio, check.loudness) == (True, SILENCE)
    assert [text.key for text in check.findings] == ["files.check.silent"]


# What was asked for

SOUND = {"sound": tone()}
ASKED = ww.TextToVideo(prompt="A kitten", resolution="720p", aspect_ratio="16:9", duration=5)


def keys(path, request, provider="dashscope"):
    return [text.key.removeprefix("files.check.") for text in measured(path, request, provider).findings]


def sized(width, height):
    return lambda time: np.resize(pan(time), (height, width, 3))


@pytest.mark.parametrize(
    ("size", "asked", "found"),
    [
        ((1280, 720), {}, []),
        ((1248, 704), {}, ["size"]),
        ((1280, 712), {}, []),
        ((720, 1280), {}, ["size"]),
        ((720, 1280), {"aspect_ratio": "9:16"}, []),
    ],
)
def test_the_size_is_compared_with_what_the_service_makes_of_the_request(size, asked, found, tmp_path):
    path = film(tmp_path / "a.mp4", sized(*size), seconds=5, fps=4, **SOUND)
    assert keys(path, replace(ASKED, model="wan2.6", **asked)) == found


def test_without_a_known_service_the_ratio_is_compared(tmp_path):
    path = film(tmp_path / "a.mp4", sized(320, 240), seconds=5, fps=4, **SOUND)
    assert keys(path, ASKED, "my own") == ["ratio"]
    assert keys(path, replace(ASKED, aspect_ratio="4:3"), "my own") == []


@pytest.mark.parametrize(("seconds", "found"), [(5.0, []), (5.25, []), (4.5, ["length"]), (10.0, ["length"])])
def test_the_length_is_compared(seconds, found, tmp_path):
    path = film(tmp_path / "a.mp4", seconds=seconds, fps=8, **SOUND)
    assert keys(path, ASKED, "my own") == found


def test_sound_is_missed_only_where_it_was_asked_for(tmp_path):
    mute = film(tmp_path / "a.mp4", seconds=5, fps=8)
    silent = film(tmp_path / "b.mp4", seconds=5, fps=8, sound=lambda time: 0 * time)
    assert keys(mute, ASKED, "my own") == ["no_sound"]
    assert keys(silent, ASKED, "my own") == ["silent"]
    assert keys(mute, replace(ASKED, audio=False), "my own") == []
    assert keys(silent, replace(ASKED, audio=False), "my own") == []


# Words and JSON


def test_findings_are_said_in_each_language(tmp_path):
    check = measured(film(tmp_path / "a.mp4", "cut"))
    said = {}
    for name in ("en", "zh", "ru"):
        with speaking(name):
            said[name] = str(check)
    assert said["en"] == "cut at 2.1 s"
    assert "2.1 秒" in said["zh"]
    assert "1 склейка: 2,1" in said["ru"]


def test_a_tile_has_one_word(tmp_path):
    fine = measured(film(tmp_path / "a.mp4"))
    cut = measured(film(tmp_path / "b.mp4", "cut"), ASKED, "my own")
    assert (word_of(None), word_of(fine)) == ("", "")
    assert str(word_of(cut)) == "cut at 2.1 s (+2)"


def test_a_check_comes_back_from_json_with_its_file_only(tmp_path):
    check = measured(film(tmp_path / "a.mp4", "black"), ASKED, "my own")
    values = to_values(check, "ab")
    assert from_values(values, "ab") == check
    assert from_values(values, "cd") is from_values(values, None) is from_values({}, "ab") is None
    assert from_values(values | {"version": 0}, "ab") is None
    assert from_values(values | {"black": [1]}, "ab") is None
    assert isinstance(check, Check)


# FFmpeg's filters as a witness, which PyAV brings


def said_by_filters(path, chain, kind="video"):
    """What FFmpeg logs about the clip when it goes through filters."""
    with av.open(str(path)) as container, av.logging.Capture(local=False) as logged:
        stream, graph = container.streams.get({kind: 0})[0], av.filter.Graph()
        add = graph.add_buffer if kind == "video" else graph.add_abuffer
        nodes = [add(template=stream, time_base=stream.time_base)]
        nodes += [graph.add(*each.split("=", 1)) for each in chain.split(",")]
        nodes.append(graph.add("buffersink" if kind == "video" else "abuffersink"))
        graph.link_nodes(*nodes).configure()
        for frame in [*container.decode(stream), None]:
            graph.push(frame)
            with suppress(av.BlockingIOError, av.EOFError):
                while True:
                    graph.pull()
        del add, graph, nodes
        gc.collect()  # some say it when they end
    return "".join(text for _, _, text in logged)


@pytest.fixture(autouse=True)
def _filters_speak():
    av.logging.set_level(av.logging.INFO)
    yield
    av.logging.set_level(None)


def told(text, name):
    return [float(part.split()[0]) for part in text.split(f"{name}:")[1:]]


@pytest.mark.parametrize("name", ["pan", "black", "all black", "frozen half", "cut", "zoom"])
def test_the_filters_of_ffmpeg_find_the_same(name, tmp_path):
    """Its scdet takes flashes and the end of black for cuts, and its freezedetect takes black for a freeze."""
    path = film(tmp_path / "a.mp4", name)
    check, text = measured(path), said_by_filters(path, "blackdetect=d=0.25,freezedetect=d=1,scdet")
    assert [near(each) for each in told(text, "black_start")] == [span.start for span in check.black]
    assert [near(each) for each in told(text, "black_end")] == [span.end for span in check.black]
    if "black" not in name:
        frozen = [pytest.approx(each, abs=0.15) for each in told(text, "freeze_start")]  # the picture gets sharp first
        assert frozen == [span.start for span in check.frozen]
        assert [near(each) for each in told(text, "lavfi.scd.time")] == [*check.cuts]


@pytest.mark.parametrize(("volume", "pitch"), [(0.5, 60.0), (0.05, 997.0), (0.2, 6000.0)])
def test_loudness_is_what_ffmpeg_says(volume, pitch, tmp_path):
    path = film(tmp_path / "a.mp4", sound=tone(volume, pitch))
    said = said_by_filters(path, "ebur128", "audio")
    assert measured(path).loudness == pytest.approx(float(said.rsplit("I:", 1)[1].split()[0]), abs=0.3)
