"""Where a service may have a file sent: as with its clips, never into this machine or the network around it."""

import httpx
import pytest

import wan_widgets as ww
from files.test_files import picture
from shared.network import KEY, Clock, Service
from wan_widgets.service import lookup
from wan_widgets.wan.sources import source_of

pytestmark = pytest.mark.anyio
REQUEST = ww.ImageToVideo(image=picture(), model="wan2.6", resolution="720p")
PLACE = "https://files.example.com/"


def policy(host):
    names = ("upload_dir", "oss_access_key_id", "signature", "policy", "x_oss_object_acl", "x_oss_forbid_overwrite")
    return httpx.Response(200, json={"data": dict.fromkeys(names, "x") | {"upload_host": host}})


def dashscope(service, **settings):
    timing = Clock().timing
    return ww.AsyncClient("dashscope", api_key=KEY, transport=service.transport, timing=timing, **settings)


@pytest.mark.parametrize(
    "host",
    [
        *("http://127.0.0.1:8888/api/shutdown?x=1", "http://localhost/", "http://2130706433/", "http://[::1]:80/"),
        *("http://10.0.0.7/", "http://192.168.1.1/", "http://169.254.169.254/latest/", "http://[fd00::1]/"),
        *("https:///x", "http://host:99999/"),
    ],
)
async def test_a_file_does_not_go_where_the_service_may_not_send_us(host):
    service = Service(policy(host), httpx.Response(200))
    with pytest.raises(ww.UnexpectedReply, match=r"may not send us to .*nothing was sent there") as caught:
        await dashscope(service).submit(REQUEST)
    assert "?" not in str(caught.value)
    assert not caught.value.maybe_billed
    assert len(service.requests) == 1


async def test_a_service_of_this_machine_may_have_it_sent_to_this_machine():
    service = Service(policy("http://127.0.0.1:9000/store"), httpx.Response(200))
    ready = await dashscope(service, base_url="http://localhost:8000").upload(REQUEST)
    assert str(source_of(ready.image)).startswith("oss://")
    assert [str(request.url) for request in service.requests][1] == "http://127.0.0.1:9000/store"


async def test_a_name_is_looked_up_where_no_proxy_does_it(monkeypatch):
    found = {"files.example.com": "10.0.0.7"}

    async def resolved(url):
        if (address := found.get(url.host)) is None:
            raise httpx.ConnectError(f"{url.host}: unknown")
        return [lookup.ip_address(address)]

    monkeypatch.setattr(lookup, "_resolved", resolved)
    monkeypatch.setattr(lookup, "proxy_for", lambda _url: None)
    for places, error in (({}, ww.ConnectError), (found.copy(), ww.UnexpectedReply)):
        found.clear()
        found.update(places)
        service = Service(policy(PLACE), httpx.Response(200))
        client = dashscope(service)
        client._connection._lookup = lookup.Lookup(client.base_url, connects=True)
        with pytest.raises(error) as caught:
            await client.upload(REQUEST)
        assert not caught.value.maybe_billed
        assert len(service.requests) == 1
