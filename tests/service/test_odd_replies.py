"""Replies that are odd on the wire: each is one order, and its outcome is not known."""

import asyncio

import httpx
import pytest

from shared.network import KEY, Service, task
from wan_widgets import TextToVideo, TimeoutException, TransportError, UnexpectedReply, WanError
from wan_widgets.service import connection

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo(prompt="A kitten", seed=7)


async def failure(answer):
    service = Service(answer)
    with pytest.raises(WanError) as caught:
        await service.client().post(REQUEST, REQUEST)
    assert len(service.requests) == 1
    return caught.value


@pytest.mark.parametrize("place", ["mailto:x", "https://xn--a/", "//xn--a", "https://[::1", "\\\\", "https://a:99999/"])
async def test_an_odd_redirect_is_an_order_of_unknown_outcome(place):
    caught = await failure(httpx.Response(302, headers={"location": place}))
    assert caught.maybe_billed


@pytest.mark.parametrize("packed", ["gzip, gzip", "gzip,gzip,gzip", "br", "zstd", "bzip2"])
async def test_a_reply_that_is_packed_beyond_reason_is_not_unpacked(packed):
    def answer(_request):
        return httpx.Response(200, headers={"content-encoding": packed}, stream=httpx.ByteStream(b"x" * 100))

    caught = await failure(answer)
    assert type(caught) is UnexpectedReply
    assert caught.maybe_billed


async def test_a_reply_that_drips_for_ever_ends(monkeypatch):
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b" "
                await asyncio.sleep(0.01)

    monkeypatch.setattr(connection, "_LONGEST_CALL", 0.1)
    caught = await failure(lambda _request: httpx.Response(200, stream=Drip()))
    assert type(caught) is TimeoutException
    assert caught.maybe_billed


async def test_a_key_in_an_error_of_the_http_library_is_struck_out():
    accident = httpx.RemoteProtocolError(f"illegal header line: bytearray(b'X-Echo Bearer {KEY}')")
    accident.__cause__ = ValueError(f"Bearer {KEY}")
    caught = await failure(accident)
    assert type(caught) is TransportError
    shown = [str(caught), str(caught.__cause__), str(caught.__cause__.__cause__), repr(caught.__cause__)]
    assert not any(KEY in text for text in shown)
    assert "illegal header line" in str(caught)


async def test_a_good_reply_may_be_packed_once():
    service = Service(task())
    await service.client().post(REQUEST, REQUEST)
    assert service.requests[0].headers["accept-encoding"] == "gzip"
