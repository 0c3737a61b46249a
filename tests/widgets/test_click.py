"""One click with a local image: what it costs before the order leaves. Each thing is done once."""

import hashlib
import threading

import httpx
import pytest
from PIL import Image

import wan_widgets as ww
from shared.network import KEY, Clock, task
from wan_widgets.ledger import ledger
from wan_widgets.service import checking
from widgets.test_board import until
from widgets.test_form import click


class Counted:
    """A function that counts its calls and does its work all the same."""

    def __init__(self, function):
        self._function = function
        self.count = 0

    def __call__(self, *args, **kwargs):
        self.count += 1
        return self._function(*args, **kwargs)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "cat.png"
    Image.new("RGB", (320, 320), "teal").save(path)
    return path


def test_one_check_one_key_one_read_and_few_looks_into_the_ledger(image, tmp_path, monkeypatch):
    at_post = {}

    def answer(request):
        if "uploads" in request.url.path:
            return httpx.Response(200, json={"success": True, "data": {"url": "https://files.toapis.com/cat.png"}})
        at_post.update({name: each.count for name, each in counted.items()})
        return task("failed")

    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    client = ww.AsyncClient("toapis", api_key=KEY, transport=httpx.MockTransport(answer), timing=Clock().timing)
    studio = ww.Studio(client, mode="i2v", image=str(image), prompt="It moves", resolution="720p", seed=7)
    until(studio._taking_up.done)
    counted = {
        "checks": Counted(checking.file_problems),
        "hashes": Counted(hashlib.file_digest),
        "ledger": Counted(ledger.connection),
    }
    monkeypatch.setattr(checking, "file_problems", counted["checks"])
    monkeypatch.setattr(hashlib, "file_digest", counted["hashes"])
    monkeypatch.setattr(ledger, "connection", counted["ledger"])

    assert click(studio.form, "a")[0]["kind"] == "accepted"
    until(lambda: at_post)

    assert (at_post["checks"], at_post["hashes"]) == (1, 1)
    assert 0 < at_post["ledger"] <= 3


def test_a_click_hashes_no_file_and_reads_no_ledger_on_the_kernels_thread(image, tmp_path, monkeypatch):
    threads = set()

    def noted(function):
        return lambda *args, **kwargs: threads.add(threading.current_thread().name) or function(*args, **kwargs)

    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    transport = httpx.MockTransport(lambda _: task("failed"))
    studio = ww.Studio(ww.AsyncClient("toapis", api_key=KEY, transport=transport, timing=Clock().timing))
    until(studio._taking_up.done)
    studio.form.mode, studio.form.image, studio.form.resolution = "i2v", str(image), "720p"
    monkeypatch.setattr(hashlib, "file_digest", noted(hashlib.file_digest))
    monkeypatch.setattr(ledger, "connection", noted(ledger.connection))

    assert click(studio.form, "a", seed=7)[0]["kind"] == "accepted"
    assert threads
    assert threading.current_thread().name not in threads


def test_two_clicks_of_one_submission_are_one_order_also_while_the_worker_is_at_it(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    begin, bought, answers = threading.Event(), [], []
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key=KEY))
    form.sell_through(lambda client, prepared: bought.append(prepared), lambda _: begin.wait(60) and "")
    form.send = lambda content, buffers=None: answers.append(content)
    for _ in range(2):
        content = {"kind": "generate", "id": "a", "values": {"prompt": "A kitten"}}
        form._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
    begin.set()
    until(lambda: answers)
    assert [each["kind"] for each in answers] == ["accepted"]
    assert len(bought) == 1
