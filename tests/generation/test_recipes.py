"""Clips that are ordered carry their recipe, whatever happens on the way; and another machine makes them again."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

import wan_widgets as ww
from browser.media import make_image
from files.test_recipes import SCHEMA
from shared.clips import as_sent
from shared.network import FILE, KEY, TASK_ID, Clock, Service, task
from shared.orders import REQUEST, the_row
from shared.quick import QUICK
from wan_widgets.files.disk import digest_of
from wan_widgets.files.recipe_file import sidecar_of
from wan_widgets.ledger.ledger import ledger

pytestmark = pytest.mark.anyio


def client_of(service, provider="toapis"):
    return ww.AsyncClient(provider, api_key=KEY, transport=service.transport, timing=Clock().timing)


async def test_a_clip_that_is_bought_has_its_recipe_and_the_ledger_knows_the_file(shop, outputs, clip):
    prices = ww.PriceList(
        currency="USD", per_second={("720p", True): Decimal("0.1")}, source="a contract", date="2026-05-04"
    )
    ww.set_price("toapis", "wan2.6", prices)
    async with client_of(shop) as client:
        video = await client.generate(REQUEST)
    recipe, row = video.recipe, the_row()

    SCHEMA.validate(recipe.document)
    assert as_sent(video.path) == clip
    assert video.size == video.path.stat().st_size == row["size"]
    assert row["sha256"] == digest_of(video.path)
    assert recipe.request == REQUEST == video.request
    assert (recipe.task_id, recipe.provider) == (TASK_ID, "toapis")
    assert recipe.price == video.price == ww.Money(Decimal("0.5"), "USD")
    assert abs(recipe.ordered.timestamp() - row["created_at"]) < 1
    assert KEY not in sidecar_of(video.path).read_text("utf-8")
    assert FILE.encode() not in video.path.read_bytes()


async def test_a_download_without_an_order_tells_what_is_known(shop, outputs, done, clip):
    async with client_of(shop) as client:
        video = await client.download(done)
    recipe = ww.load_recipe(video)

    SCHEMA.validate(recipe.document)
    assert (recipe.task_id, recipe.sha256) == (TASK_ID, sha256(clip).hexdigest())
    with pytest.raises(ww.RecipeError, match="how the clip was ordered"):
        dict(recipe)


async def test_a_key_that_somebody_pasted_into_the_prompt_is_not_in_it(shop, outputs):
    async with client_of(shop) as client:
        video = await client.generate(ww.TextToVideo(prompt=f"A kitten {KEY}", seed=7))
    assert KEY.encode() not in video.path.read_bytes()
    assert KEY not in sidecar_of(video.path).read_text("utf-8")


async def test_what_the_service_made_of_the_prompt_is_kept_over_a_restart(clip, outputs):
    said = {"task_id": "t-1", "task_status": "RUNNING", "actual_prompt": "A kitten, in golden light"}

    def answer(request):
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        return httpx.Response(200, json={"output": said, "request_id": "r"})

    async with client_of(Service(answer), "dashscope") as client:
        request = ww.TextToVideo(prompt="A kitten", model="wan2.6", seed=7)
        submitted = await client.submit(request)
        assert (await client.retrieve(submitted)).rewritten_prompt == "A kitten, in golden light"
        said |= {"task_status": "SUCCEEDED", "video_url": FILE}
        said.pop("actual_prompt")
        ledger().note(the_row()["id"], {"rewritten_prompt": "A kitten, in golden light"})
        video = ww.wait("t-1", provider=client)
    assert video.recipe.rewritten_prompt == "A kitten, in golden light"


async def test_the_file_of_the_moment_of_the_order_counts(outputs, clip, tmp_path):
    image = make_image(tmp_path / "cat.png", 640, 360)
    before = digest_of(image)

    def answer(request):
        if request.url.host.startswith("files"):
            make_image(image, 320, 180)  # it is changed while the clip is made
            return httpx.Response(200, content=clip)
        if "upload" in request.url.path:
            return httpx.Response(200, json={"success": True, "data": {"url": "https://files.example/cat.png"}})
        return task("queued" if request.method == "POST" else "completed")

    async with client_of(Service(answer)) as client:
        video = await client.generate(ww.ImageToVideo(image=image, resolution="720p", seed=7))
    assert [each.sha256 for each in video.recipe.inputs] == [before]
    assert [each.name for each in video.recipe.missing] == ["cat.png"]


FULL = f"""
import resource, signal, sys
{QUICK}
import wan_widgets as ww
from wan_widgets.files import incomplete
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
room = int(sys.argv[1])
real = incomplete.embed
def embed(path, document):
    limit = path.stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        return real(path, document)
    finally:
        if room < 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
incomplete.embed = embed
video = ww.generate("A kitten", resolution="720p", seed=7)
print(video.path, video.size)
"""


def run(code, folder, *arguments):
    folder.mkdir(exist_ok=True)
    own = {"WAN_LEDGER": str(folder / "ledger.sqlite3"), "WAN_SIMULATOR_DIR": str(folder / "simulator")}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *map(str, arguments)],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split() if done.stdout else []


@pytest.mark.parametrize("room", [0, 100, 900])
def test_where_the_disk_ends_within_the_recipe_the_clip_is_whole(room, tmp_path):
    """The system itself refuses the rest of the write, as a full disk does."""
    path, size = run(FULL, tmp_path / "full", room)
    content = Path(path).read_bytes()
    assert len(content) == int(size)
    assert b"wan-widgets" not in content
    found = ww.load_recipe(path)  # the file beside it
    assert found.sha256 == sha256(content).hexdigest()


KILLED = f"""
import os, signal
{QUICK}
import wan_widgets as ww
from wan_widgets.files import recipe_file
def killed(file, content):
    file.write(content[: len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
recipe_file._write = killed
ww.generate("A kitten", resolution="720p", seed=7)
"""
AGAIN = f"""
import sys
{QUICK}
import wan_widgets as ww
video = ww.generate(**ww.load_recipe(sys.argv[1]))
print(video.path, video.recipe.sha256)
"""


def test_a_process_that_is_killed_within_the_recipe_leaves_no_half_clip(tmp_path):
    with pytest.raises(AssertionError):
        run(KILLED, tmp_path)
    assert list((tmp_path / "wan_outputs").glob("*.mp4")) == []
    path, size = run(FULL.replace("incomplete.embed = embed", ""), tmp_path, 0)
    assert Path(path).stat().st_size == int(size)
    assert ww.load_recipe(path)["prompt"] == "A kitten"


@pytest.mark.parametrize("mode", ["words", "an image", "an image in memory"])
def test_another_machine_makes_the_same_bytes(mode, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    image = make_image(first / "cat.png", 640, 360)
    more = {"words": "", "an image": "image='cat.png'", "an image in memory": "image=open('cat.png', 'rb').read()"}[
        mode
    ]
    code = f"{QUICK}\nimport wan_widgets as ww\nv = ww.generate('It moves', resolution='720p', {more})\nprint(v.path)"
    [path] = run(code, first)
    shutil.copy(path, second / "clip.mp4")
    recipe = ww.load_recipe(second / "clip.mp4")
    for each in recipe.inputs:
        shutil.copy(image, second / each.name)
    again, digest = run(AGAIN, second, second / "clip.mp4")

    assert Path(again).parent == second / "wan_outputs"
    assert digest == recipe.sha256
    assert as_sent(Path(again)) == as_sent(Path(path))
