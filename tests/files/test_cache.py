"""A cache of small files: bounded, shared by processes, and never in the way."""

import os
import time

import pytest

from files.keepers import SIZE, keep
from shared.processes import PROCESSES, in_processes
from wan_widgets.files.cache import Cache


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def size_of(cache):
    return sum(path.stat().st_size for path in cache.folder.iterdir())


def test_what_is_kept_is_found_also_by_a_later_session():
    Cache("x", 1000).put("a", b"content")
    assert Cache("x", 1000).get("a") == b"content"
    assert Cache("x", 1000).get("b") is None


def test_it_does_not_grow_past_its_size_and_what_was_used_lately_stays():
    cache = Cache("x", 10_000)
    for number in range(10):
        cache.put(f"{number}", bytes(900))
        os.utime(cache.folder / f"{number}", (time.time() - 1000 + number,) * 2)
    cache.get("0")
    for number in range(10, 13):
        cache.put(f"{number}", bytes(900))
    assert size_of(cache) <= 10_000
    assert cache.get("0") is not None
    assert cache.get("12") is not None
    assert cache.get("1") is None


def test_what_killed_processes_left_is_swept(home):
    cache = Cache("x", 1000)
    cache.folder.mkdir(parents=True)
    left = cache.folder / ".wan-0123456789abcdef.part"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    cache.put("a", b"x")
    assert not left.exists()


@pytest.mark.parametrize("trouble", ["a file is there", "the disk is full"])
def test_where_nothing_can_be_kept_nothing_fails(trouble, home, monkeypatch):
    cache = Cache("x", 1000)
    if trouble == "a file is there":
        home.write_text("no folder")
    else:
        monkeypatch.setattr("pathlib.Path.write_bytes", _full)
    cache.put("a", b"x")
    assert cache.get("a") is None
    assert trouble != "the disk is full" or list(cache.folder.iterdir()) == []


def _full(_path, _content):
    raise OSError(28, "No space left on device")


def test_several_processes_keep_and_sweep_at_once_and_none_reads_half_a_file(home):
    in_processes(keep, str(home), 60)
    cache = Cache("x", 20 * SIZE)
    assert size_of(cache) <= 20 * SIZE * (1 + PROCESSES / 16) + PROCESSES * SIZE
