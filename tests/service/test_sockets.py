"""Against real sockets: what a mocked transport cannot show."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from shared.clips import as_sent, files_in
from shared.network import KEY, task_body
from wan_widgets import (
    AsyncClient,
    ConnectError,
    DownloadError,
    TaskStatus,
    TextToVideo,
    TransportError,
    UnexpectedReply,
    VideoTask,
)
from wan_widgets.words import say, speaking

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo(prompt="A kitten")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Server:
    """Sends the given bytes to each connection in turn, the last to all later ones, and closes."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.requests: list[bytes] = []
        self.url = ""

    async def handle(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = [
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        ]
        await reader.readexactly(sum(length))
        self.requests.append(head)
        writer.write(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def serving(*answers):
    server = Server(*answers)
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    async with listener:
        yield server


def response(body, *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def finished(url):
    return VideoTask(id="video_1", status=TaskStatus.COMPLETED, provider="toapis", video_url=url)


def client(server, clock):
    return AsyncClient("toapis", base_url=server.url, api_key=KEY, timing=clock.timing)


@pytest.mark.parametrize(
    "cut",
    [
        lambda clip: response(clip[:5000], f"Content-Length: {len(clip)}"),
        lambda clip: response(b"1388\r\n" + clip[:5000] + b"\r\n", "Transfer-Encoding: chunked"),
        lambda clip: response(b"1388\r\n" + clip[:400], "Transfer-Encoding: chunked"),
        lambda clip: b"HTTP/1.1 200 OK\r\nContent-Le",
        lambda clip: b"",
    ],
    ids=["length", "between chunks", "within a chunk", "within the head", "nothing"],
)
async def test_a_file_that_breaks_off_is_fetched_again(clip, clock, tmp_path, cut):
    async with serving(cut(clip), cut(clip), response(clip, f"Content-Length: {len(clip)}")) as server:
        async with client(server, clock) as http:
            video = await http.download(finished(f"{server.url}/clip.mp4"), tmp_path / "clip.mp4")
        assert len(server.requests) == 3
    assert as_sent(video.path) == clip
    assert clock.slept == [2.0, 4.0]
    assert files_in(tmp_path) == [video.path]


async def test_a_file_that_breaks_off_without_having_said_its_length_is_not_saved(clip, clock, tmp_path):
    async with serving(response(clip[:-9])) as server, client(server, clock) as http:
        with pytest.raises(DownloadError, match="cut short"):
            await http.download(finished(f"{server.url}/clip.mp4"), tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_of_a_server_that_closes_at_its_end_is_whole(clip, clock, tmp_path):
    async with serving(response(clip)) as server, client(server, clock) as http:
        video = await http.download(finished(f"{server.url}/clip.mp4"), tmp_path / "clip.mp4")
    assert video.recipe.size == len(clip)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", TransportError),
        (b"HTTP/1.1 200 OK\r\n", TransportError),
        (b"SSH-2.0-OpenSSH_9.6\r\n", TransportError),
        (response(b'{"id": "vid', "Content-Length: 400"), TransportError),
        (response(b"<html>", "Content-Length: 6"), UnexpectedReply),
    ],
    ids=["nothing", "half a head", "another protocol", "half a body", "page"],
)
async def test_an_order_that_was_cut_off_is_sent_once_and_may_be_billed(clock, answer, kind):
    async with serving(answer) as server, client(server, clock) as http:
        with pytest.raises(kind) as caught:
            await http.post(REQUEST, REQUEST)
        assert len(server.requests) == 1
    assert caught.value.maybe_billed


async def test_a_server_that_is_not_there_was_sent_nothing(clock):
    async with serving(b"") as server:
        pass
    async with client(server, clock) as http:
        with pytest.raises(ConnectError) as caught:
            await http.submit(REQUEST)
    assert not caught.value.maybe_billed


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
async def test_why_the_network_failed_is_said_in_the_language_of_the_reader(clock, language):
    """And never as the system says it, with a number."""
    async with serving(b"") as gone:
        pass
    async with serving(b"") as closes:
        for url, key in (
            ("https://nobody.invalid", "service.network.unknown"),
            (gone.url, "service.network.refused"),
            (closes.url, "service.network.cut"),
        ):
            async with AsyncClient("toapis", base_url=url, api_key=KEY, timing=clock.timing) as http:
                with pytest.raises(TransportError) as caught:
                    await http.retrieve("video_1")
            with speaking(language):
                assert str(say(key)) in str(caught.value)
                assert "Errno" not in str(caught.value)


async def test_the_key_goes_to_its_port_and_to_no_other_of_the_same_host(clip, clock, tmp_path):
    async with serving(response(clip)) as files:
        moved = response(b"", f"Location: {files.url}/clip.mp4", "Content-Length: 0", status="302 Found")
        async with serving(moved) as server, client(server, clock) as http:
            await http.download(finished(f"{server.url}/clip.mp4"), tmp_path / "clip.mp4")
        assert KEY.encode() in server.requests[0]
        assert KEY.encode() not in files.requests[0]


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
async def test_what_is_within_the_machine_goes_past_the_proxy_and_so_does_its_key(monkeypatch, clock, variable):
    answer = json.dumps(task_body()).encode()
    async with serving(b"") as proxy, serving(response(answer, f"Content-Length: {len(answer)}")) as server:
        monkeypatch.setenv(variable, proxy.url)
        async with client(server, clock) as http:
            assert (await http.submit(REQUEST)).status is TaskStatus.QUEUED
        assert proxy.requests == []
        assert len(server.requests) == 1


async def test_a_port_that_no_host_has_is_an_error_of_the_download(clock, tmp_path):
    async with serving(b"") as server, client(server, clock) as http:
        with pytest.raises(DownloadError):
            await http.download(finished("http://127.0.0.1:99999/clip.mp4"), tmp_path / "clip.mp4")


def test_a_task_body_is_what_the_tests_say_it_is():
    assert task_body("completed", result=...)["status"] == "completed"
    assert "result" not in task_body("completed", result=...)
