"""Where clips land: under names that a person can read and nobody else can choose."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from shared.clips import as_sent, files_in
from shared.network import Service, page
from wan_widgets import ConfigurationError, DownloadError, ImageToVideo, TaskStatus, TextToVideo, VideoTask, generate
from wan_widgets.files.destination import destination
from wan_widgets.files.disk import absolute, move_to_free_name
from wan_widgets.files.names import clip_name
from wan_widgets.files.outputs import folder
from wan_widgets.files.recipe import load_recipe
from wan_widgets.files.recipe_file import sidecar_of
from wan_widgets.ledger.ledger import ledger

NUMBERS = itertools.count()


def test_a_tilde_that_is_nobodys_home_is_a_name():
    assert absolute("~nobody-here/a.mp4") == Path.cwd() / "~nobody-here" / "a.mp4"


@pytest.mark.parametrize("written", ['"{}"', "'{}'", " {}\n", "\u201c{}\u201d", "\u202a{}"], ids=ascii)
@pytest.mark.parametrize(
    ("variable", "found"),
    [
        (None, lambda path: destination(path).path),
        ("WAN_OUTPUTS", lambda _: folder()),
        ("WAN_LEDGER", lambda _: ledger().path),
    ],
)
def test_a_pasted_path_of_a_place_is_that_path(tmp_path, monkeypatch, written, variable, found):
    wanted = tmp_path / "a folder" / "one"
    pasted = written.format(wanted)
    if variable:
        monkeypatch.setenv(variable, pasted)
    assert found(pasted) == wanted


def of(prompt=None, *, seed=None, task_id="video_01J9HA7JPQ9A0Z6JZ3V8M9W6PZ"):
    request = TextToVideo(prompt=prompt, seed=seed) if prompt else None
    return VideoTask(id=task_id, status=TaskStatus.COMPLETED, provider="toapis", request=request)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (of("A lighthouse at dusk", seed=7), "a-lighthouse-at-dusk-7.mp4"),
        (of("A lighthouse at dusk", seed=0), "a-lighthouse-at-dusk-0.mp4"),
        (of("A lighthouse at dusk"), "a-lighthouse-at-dusk-m9w6pz.mp4"),
        (of("Милый котёнок"), "милый-котёнок-m9w6pz.mp4"),
        (of("小猫在草地上奔跑"), "小猫在草地上奔跑-m9w6pz.mp4"),
        (of("😀😀😀"), "clip-m9w6pz.mp4"),
        (of("CON"), "con-m9w6pz.mp4"),
        (of("..", seed=1), "clip-1.mp4"),
        (of("../../etc/passwd"), "etc-passwd-m9w6pz.mp4"),
        (of('a<b>:"/\\|?*\0\n.'), "a-b-m9w6pz.mp4"),
        (of("__init__"), "init-m9w6pz.mp4"),
        (of("बिल्ली दौड़ती"), "बिल्ली-दौड़ती-m9w6pz.mp4"),
        (of("แมววิ่ง"), "แมววิ่ง-m9w6pz.mp4"),
        (of(), "clip-m9w6pz.mp4"),
        (of(task_id="../../x"), "clip-x.mp4"),
        (of(task_id="猫"), "clip-0.mp4"),
        (of(task_id="a/b\\c:d"), "clip-abcd.mp4"),
    ],
)
def test_a_name_is_made_of_the_prompt_and_the_seed(task, name):
    assert clip_name(task) == name


def test_a_clip_without_words_is_named_by_its_mode():
    request = ImageToVideo(image="https://example.com/cat.jpg", seed=3)
    assert clip_name(VideoTask(id="x", status=TaskStatus.COMPLETED, provider="toapis", request=request)) == "i2v-3.mp4"


@pytest.mark.parametrize("prompt", ["word " * 300, "猫" * 1500, "𠜎" * 1500, "x" * 1500, "ﷺ" * 300, "İ" * 1500])
def test_a_name_fits_every_disk(tmp_path, prompt):
    name = clip_name(of(prompt, seed=2**64 - 1))
    assert len(name.encode()) < 200
    (tmp_path / name).write_bytes(b"")


def test_the_folder_is_beside_the_notebook_or_where_the_user_says(monkeypatch):
    assert folder().absolute() == Path.cwd() / "wan_outputs"
    monkeypatch.setenv("WAN_OUTPUTS", "")
    assert folder().absolute() == Path.cwd() / "wan_outputs"
    monkeypatch.setenv("WAN_OUTPUTS", "~/clips")
    assert folder() == Path.home() / "clips"


@pytest.mark.parametrize("path", ["'films/a.mp4'", ' "films/a.mp4"\n', "\u202afilms/a.mp4"])
def test_a_pasted_path_has_no_quotes_in_it(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert destination(path).path == tmp_path / "films" / "a.mp4"
    assert destination(Path("'a'.mp4")).path == tmp_path / "'a'.mp4"


def test_a_ledger_with_a_relative_path_stays_the_same_when_the_working_directory_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "study.ipynb"))
    monkeypatch.setenv("WAN_LEDGER", "'orders.sqlite3'")
    monkeypatch.chdir("/")
    assert ledger().path == tmp_path / "orders.sqlite3"


def a_part(folder, content=b"clip"):
    part = folder / f"{next(NUMBERS)}.part"
    part.write_bytes(content)
    return part


def test_a_second_clip_of_the_same_name_is_numbered_and_keeps_its_seed(tmp_path):
    names = [move_to_free_name(a_part(tmp_path), tmp_path / "a-kitten-1.mp4").name for _ in range(3)]
    assert names == ["a-kitten-1.mp4", "a-kitten-1-2.mp4", "a-kitten-1-3.mp4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize("links", [True, False])
def test_many_at_once_get_a_name_each(tmp_path, monkeypatch, links):
    def refuse(*_):
        raise PermissionError("Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    parts = [a_part(tmp_path, str(number).encode()) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda part: move_to_free_name(part, tmp_path / "clip.mp4"), parts))
    assert [path.read_bytes() for path in places] == [str(number).encode() for number in range(40)]
    assert len(list(tmp_path.iterdir())) == 40


@pytest.mark.parametrize("path", ["", ".", "..", "a folder", "x" * 300, "a/" + "x" * 300, "a\0b"])
def test_a_path_that_can_be_no_file_is_known_before_anything_is_paid(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a folder").mkdir()
    service = Service(page())
    with pytest.raises(ConfigurationError, match="saved"):
        generate("A kitten", provider=service.client(), path=path)
    assert service.requests == []


@pytest.mark.anyio
async def test_what_a_killed_process_left_goes_with_a_later_clip(outputs, clip, done):
    outputs.mkdir(parents=True)
    names = (".wan-0123456789abcdef.part", ".wan-fedcba9876543210.part", ".other.part")
    old, fresh, others = (outputs / name for name in names)
    for path in (old, fresh, others):
        path.write_bytes(b"half")
    for path in (old, others):
        os.utime(path, (time.time() - 90_000,) * 2)
    video = await Service(httpx.Response(200, content=clip)).client().download(done)
    assert set(files_in(outputs)) == {fresh, others, video.path}


@pytest.mark.anyio
async def test_two_downloads_of_one_name_at_once_both_land(outputs, clip, done):
    client = Service(httpx.Response(200, content=clip)).client()
    videos = await asyncio.gather(client.download(done), client.download(done))
    assert {video.path.name for video in videos} == {"clip-m9w6pz.mp4", "clip-m9w6pz-2.mp4"}
    assert [as_sent(path) for path in files_in(outputs)] == [clip, clip]
    assert [load_recipe(sidecar_of(path)).is_of(path) for path in files_in(outputs)] == [True, True]


@pytest.mark.anyio
async def test_a_download_that_fails_leaves_no_empty_file(outputs, done, clock):
    with pytest.raises(DownloadError):
        await Service(page()).client(clock).download(done)
    assert list(outputs.iterdir()) == []


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_made_is_an_error_with_the_tasks_id(outputs, clip, done, clock):
    outputs.write_bytes(b"a file where the folder should be")
    with pytest.raises(DownloadError, match="choose another place") as caught:
        await Service(page()).client(clock).download(done)
    assert caught.value.task_id == done.id


def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path, clip):
    """A real limit of the operating system, in a process of its own."""
    (tmp_path / "clip.bin").write_bytes(clip)
    (tmp_path / "clip.mp4").write_bytes(b"old")
    code = """
import asyncio, httpx, resource, signal
from pathlib import Path
from wan_widgets import AsyncClient, DownloadError, TaskStatus, VideoTask
content = Path("clip.bin").read_bytes()
task = VideoTask(id="video_1", status=TaskStatus.COMPLETED, provider="toapis", video_url="https://files.example/x.mp4")
transport = httpx.MockTransport(lambda request: httpx.Response(200, content=content))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) // 2, resource.RLIM_INFINITY))
try:
    asyncio.run(AsyncClient("toapis", api_key="x" * 20, transport=transport).download(task, "clip.mp4"))
except DownloadError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert "it could not be written to " in run.stdout
    assert "(File too large); choose another place" in run.stdout
    assert "(task video_1)" in run.stdout
    assert (tmp_path / "clip.mp4").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"clip.bin", "clip.mp4"}
