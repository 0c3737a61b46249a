"""Running all cells again: what this notebook has ordered is used again, and not bought again."""

import asyncio
import json
import threading
import time

import httpx
import pytest

import wan_widgets as ww
from faults.server import FaultServer
from shared.clips import as_sent
from shared.network import KEY, TASK_ID, Clock, Service, error, task
from shared.orders import DAY, MARKED, REQUEST, a_task, at, on_disk, the_row, until
from wan_widgets import LocalFile, Unconfirmed
from wan_widgets.console import blocking
from wan_widgets.console.tasks import tasks
from wan_widgets.files import here as whereabouts
from wan_widgets.generation.prepared import Prepared
from wan_widgets.generation.repeats import reusable
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.money import budgets as limits
from wan_widgets.pacing.timing import Timing
from wan_widgets.wan.recipes import to_recipe

pytestmark = pytest.mark.usefixtures("outputs")


def here(client, request=REQUEST, **fields):
    """An order of this notebook."""
    known = {"recipe": json.dumps(to_recipe(request)), "recipe_key": recipe_key(client.site, request)}
    entry = a_task(created_at=time.time(), notebook=whereabouts.notebook(), **known | fields)
    ledger().open(entry)
    return entry


def reusable_by(client, request):
    return reusable(Prepared(client.site, request))


def made(service, request=REQUEST, **options):
    return ww.generate(request, provider=service.client(Clock()), **options)


def test_running_all_cells_twice_buys_once(shop, capsys):
    first = made(shop)
    again = made(shop)
    assert again == first
    assert shop.methods == ["POST", "GET", "GET"]
    assert capsys.readouterr().out.count("sending") <= 1, "nothing is sent the second time"
    assert made(shop, fresh=True).path != first.path
    assert shop.methods.count("POST") == 2


def test_without_a_fixed_seed_another_is_bought(shop):
    for seed in (None, -1):
        request = ww.TextToVideo(prompt="A kitten", seed=seed)
        assert made(shop, request).path != made(shop, request).path
    assert shop.methods.count("POST") == 4


def test_a_clip_of_another_service_or_recipe_is_another(shop):
    made(shop)
    made(shop, ww.TextToVideo(prompt="A kitten", resolution="720p", seed=8))
    ww.generate(REQUEST, provider=shop.client(Clock(), base_url="https://toapis.com.example"))
    assert shop.methods.count("POST") == 3


def test_the_same_file_with_other_content_makes_another_clip(shop, tmp_path):
    client = shop.client()
    path = tmp_path / "cat.png"
    keys = set()
    for content in (b"one", b"two", b"one"):
        path.write_bytes(content)
        keys.add(recipe_key(client.site, ww.ImageToVideo(image=path)))
        keys.add(recipe_key(client.site, ww.ImageToVideo(image=content)))
    path.unlink()
    keys.add(recipe_key(client.site, ww.ImageToVideo(image=LocalFile(path))))
    assert len(keys) == 3, "a file that is gone is neither"


def test_a_clip_of_which_the_file_was_deleted_is_fetched_while_that_is_free(shop):
    made(shop).path.unlink()
    assert made(shop).path.exists()
    assert shop.methods.count("POST") == 1
    made(shop).path.unlink()
    ledger().note(the_row()["id"], {"created_at": time.time() - DAY - 60})
    made(shop)
    assert shop.methods.count("POST") == 2


def test_two_cells_that_write_one_file_have_each_its_own_clip(shop, clip, tmp_path):
    """What the other cell wrote there is not taken for ours."""
    others = iter([clip, clip[:-4] + b"free"])
    shop._answers = [
        lambda request: (
            httpx.Response(200, content=next(others, clip))
            if request.url.host != "toapis.com"
            else task("queued" if request.method == "POST" else "completed")
        )
    ]
    place = tmp_path / "out.mp4"
    second = ww.TextToVideo(prompt="A dog", resolution="720p", seed=7)
    made(shop, path=place)
    made(shop, second, path=place)
    assert as_sent(made(shop, path=place).path) == clip
    assert shop.methods.count("POST") == 2


@pytest.mark.parametrize("state", ["queued", "in_progress"])
def test_what_runs_already_is_followed_and_not_bought(state, shop):
    entry = here(shop.client(), state=state)
    assert made(shop).task_id == TASK_ID
    assert shop.methods == ["GET", "GET"]
    assert ledger().entry(entry.id).state == "completed"


@pytest.mark.parametrize("state", ["sending", "unconfirmed"])
def test_what_may_have_been_bought_is_asked_about_and_never_bought_again(state, clock):
    service = Service(error(404))
    entry = here(service.client(), state=state, task_id=None)
    for _ in range(2):
        with pytest.raises(Unconfirmed) as caught:
            made(service)
        assert caught.value.ledger_id == entry.id
    assert set(service.methods) == {"GET"}


@pytest.mark.parametrize("state", ["failed", "cancelled", "refused"])
def test_what_was_in_vain_is_bought_again(state, shop):
    here(shop.client(), state=state)
    made(shop)
    assert shop.methods.count("POST") == 1


def test_a_clip_without_an_address_is_asked_about_again_and_not_bought_again(clip, outputs, monkeypatch):
    monkeypatch.setattr(limits, "_own", [ww.Budget(clips=1)])
    nowhere = task("completed", result={"type": "video", "data": []})
    has_address = False

    def answer(request):
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        return task() if request.method == "POST" else task("completed") if has_address else nowhere

    service = Service(answer)
    with pytest.raises(ww.TaskFailed, match="no address"):
        made(service)
    has_address = True
    with pytest.raises(ww.OverBudget):
        made(service, fresh=True)
    assert made(service).recipe.size == len(clip)
    assert service.methods.count("POST") == 1


def test_what_another_kernel_is_making_is_waited_for(clip, tmp_path, shop):
    """Two kernels of one notebook, as after “Restart” while the first still hangs."""
    entry = here(shop.client(), poller="elsewhere:1:1", lease_until=time.time() + 3600)
    made_before = on_disk(tmp_path / "clip.mp4", clip)

    class Finishing(Clock):
        async def sleep(self, seconds):
            await super().sleep(seconds)
            if len(self.slept) == 3:
                ledger().note(entry.id, made_before)
                ledger().release(entry.id, "elsewhere:1:1")

    video = ww.generate(REQUEST, provider=shop.client(Finishing()))
    assert str(video.path) == made_before["path"]
    assert shop.requests == []


@pytest.mark.anyio
async def test_a_second_call_while_the_first_goes_on_neither_buys_nor_asks(shop):
    """As after an interrupt: the first call still runs in the background."""
    go_on = asyncio.Event()

    async def sleep(_seconds):
        await go_on.wait()

    timing = Timing(now=time.time, sleep=sleep)
    slow = ww.AsyncClient("toapis", api_key=KEY, transport=shop.transport, timing=timing)
    running = asyncio.ensure_future(slow.generate(REQUEST))
    await until(lambda: any(entry.task_id for entry in tasks()))
    again = asyncio.ensure_future(asyncio.to_thread(made, shop))
    await asyncio.sleep(0.2)
    go_on.set()
    assert (await again).path == (await running).path
    assert shop.methods == ["POST", "GET", "GET"]


@pytest.mark.anyio
async def test_the_same_cell_in_several_threads_at_once_buys_once(clip, outputs, monkeypatch):
    """Each has looked into the ledger before any has written into it."""
    looked = threading.Barrier(3)

    def looking(prepared):
        found = reusable(prepared)
        looked.wait(60)
        return found

    monkeypatch.setattr(blocking, "reusable", looking)
    with FaultServer(seconds=(0.2, 0.2)) as server:
        calls = [asyncio.to_thread(ww.generate, MARKED, provider=at(server)) for _ in range(3)]
        videos = await asyncio.gather(*calls)
        assert len(server.asked("submit")) == 1
    assert len({video.path for video in videos}) == 1
    assert len(tasks()) == 1


def test_what_was_ordered_while_the_files_were_sent_is_followed(shop, clip, tmp_path):
    def upload(request, _progress=None):
        async def sent():
            here(shop.client(), state="queued")
            return request

        return sent()

    client = shop.client(Clock())
    client.copy = lambda: client
    client.send_files = upload
    assert ww.generate(REQUEST, provider=client).task_id == TASK_ID
    assert shop.methods == ["GET", "GET"]


def test_reuse_is_refused_to_chance_alone(shop):
    assert reusable_by(shop.client(), ww.TextToVideo(prompt="A kitten")) is None
    assert reusable_by(shop.client(), REQUEST) is None
    entry = here(shop.client())
    assert reusable_by(shop.client(), REQUEST).id == entry.id


def test_a_picture_that_was_renamed_makes_the_same_clip_and_is_not_paid_for_again(shop, tmp_path):
    client = shop.client()
    path = tmp_path / "cat.png"
    path.write_bytes(b"a picture")
    request = ww.ImageToVideo(image=path, seed=7)
    entry = here(client, request)
    renamed = path.rename(tmp_path / "kitten.png")
    for image in (renamed, b"a picture"):
        assert reusable_by(client, ww.ImageToVideo(image=image, seed=7)).id == entry.id
    assert reusable_by(client, ww.ImageToVideo(image=b"another picture", seed=7)) is None
