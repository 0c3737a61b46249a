"""Which requests go through the proxy, and which past it, by ``NO_PROXY`` in all its forms."""

import asyncio
import json
import os
import socket
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wan_widgets as ww
from service.test_download_lookup import finished
from service.test_sockets import Server, response, serving
from shared.network import KEY, task_body
from wan_widgets.service.proxies import goes_past, proxy_for

EXAMPLE = ["http://example.com/", "https://example.com:8443/", "http://www.example.com/", "http://a.b.example.com./"]
FOUR = ["http://10.1.2.3/", "http://10.1.2.3:8080/", "https://10.1.2.3/"]
SIX = ["http://[2001:db8::1]/", "http://[2001:DB8:0:0::1]:8080/"]
LINK = ["http://[fe80::1]/"]
HERE = ["http://127.0.0.1:8000/", "http://127.1/", "http://[::1]/"]
ALL = {
    "http://localhost/",
    "http://badexample.com/",
    "http://example.com.evil.org/",
    *EXAMPLE,
    *FOUR,
    *SIX,
    *LINK,
    *HERE,
}

RULES = {
    "": [],
    " , ,": [],
    "*": ALL,
    "example.org,*": ALL,
    "example.com": EXAMPLE,
    ".example.com": EXAMPLE,
    "*.example.com": EXAMPLE,
    "EXAMPLE.com.": EXAMPLE,
    " other.org , example.com ": EXAMPLE,
    "other.org example.com": EXAMPLE,
    "ample.com": [],
    "'example.org, example.com'": EXAMPLE,
    "com": ["http://badexample.com/", *EXAMPLE],
    "example.com:8443": ["https://example.com:8443/"],
    "example.com:80": ["http://example.com/", "http://www.example.com/", "http://a.b.example.com./"],
    "https://example.com": ["https://example.com:8443/"],
    "http://example.com/": ["http://example.com/", "http://www.example.com/", "http://a.b.example.com./"],
    "localhost": ["http://localhost/"],
    "10.1.2.3": FOUR,
    "10.1.2.3:8080": ["http://10.1.2.3:8080/"],
    "10.0.0.0/8": FOUR,
    "10.1.2.3/31": FOUR,
    "10.1.0.0/255.255.0.0": FOUR,
    "11.0.0.0/8,10.1.2.4": [],
    "1.2.3": [],
    "127.0.0.0/8": ["http://127.0.0.1:8000/", "http://127.1/"],
    "::1": ["http://[::1]/"],
    "[::1]": ["http://[::1]/"],
    "[::1]:80": ["http://[::1]/"],
    "[::1]:81": [],
    "0:0:0:0:0:0:0:1": ["http://[::1]/"],
    "::1/128": ["http://[::1]/"],
    "2001:db8::/32": SIX,
    "2001:db8::1": SIX,
    "[2001:db8::1]:8080": ["http://[2001:DB8:0:0::1]:8080/"],
    "fe80::/10": LINK,
    "[fe80::]/10": LINK,
    "fc00::/7,fe80::/10,::1": [*LINK, "http://[::1]/"],
    "localhost,127.0.0.1,::1,10.0.0.0/8,fe80::/10,.example.com": [
        *("http://localhost/", "http://127.0.0.1:8000/", "http://127.1/", "http://[::1]/"),
        *(*FOUR, *LINK, *EXAMPLE),
    ],
    # What nobody understands is for no request, and stops none.
    "10.0.0.0/99,fe80::/200,[],[[],:::,/8,http://,*:x,[x]/10,\x00,%": [],
}


@pytest.mark.parametrize("rules", RULES, ids=ascii)
def test_a_rule_is_for_the_requests_that_curl_and_python_take_it_for(rules):
    assert {url for url in ALL if goes_past(httpx.URL(url), rules)} == set(RULES[rules])


@given(st.text(st.sampled_from("[]:/.*,%0123456789abcdef \x00é") | st.characters(), max_size=40))
def test_no_rule_stops_a_request(rules):
    for url in ALL:
        assert goes_past(httpx.URL(url), rules) in (True, False)


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, "http://a.test", None),
        ({"http_proxy": "proxy:3128"}, "http://a.test", "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://a.test", "http://proxy:3128"),
        ({"http_proxy": "http://proxy:3128"}, "https://a.test", None),
        ({"https_proxy": "http://proxy:3128"}, "https://a.test", "http://proxy:3128"),
        ({"ALL_PROXY": "socks5://proxy:1080"}, "https://a.test", "socks5://proxy:1080"),
        ({"all_proxy": "http://one:1", "http_proxy": "http://two:2"}, "http://a.test", "http://two:2"),
        ({"http_proxy": "http://one:1", "HTTP_PROXY": "http://two:2"}, "http://a.test", "http://one:1"),
        ({"all_proxy": "http://one:1", "no_proxy": "a.test"}, "http://a.test", None),
        ({"all_proxy": "http://one:1", "NO_PROXY": "a.test"}, "http://a.test", None),
        ({"all_proxy": "http://one:1", "no_proxy": "b.test", "NO_PROXY": "a.test"}, "http://a.test", "http://one:1"),
        ({"all_proxy": "'http://one:1'"}, "https://a.test", "http://one:1"),
        ({"all_proxy": "http://one:1\n"}, "https://a.test", "http://one:1"),
        ({"all_proxy": " "}, "https://a.test", None),
        ({"all_proxy": "http://one:1", "no_proxy": "b\u00fccher.example"}, "https://a.b\u00fccher.example", None),
        ({"all_proxy": "http://one:1", "no_proxy": "xn--bcher-kva.example"}, "https://b\u00fccher.example", None),
        ({"all_proxy": "", "http_proxy": "http://one:1"}, "https://a.test", None),
    ],
)
def test_the_environment_is_read_as_python_reads_it(monkeypatch, variables, url, proxy):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(httpx.URL(url)) == proxy


ANSWER = response(json.dumps(task_body()).encode())


@pytest.mark.anyio
@pytest.mark.parametrize("rules", ["fe80::/10", "[::1]", "localhost,127.0.0.1,::1,10.0.0.0/8,fe80::/10", "nonsense["])
async def test_an_order_leaves_through_the_proxy_whatever_goes_past_it(monkeypatch, rules):
    async with serving(ANSWER) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", rules)
        async with ww.AsyncClient("toapis", base_url="http://service.test", insecure_http=True, api_key=KEY) as client:
            assert (await client.submit("A kitten")).id
    assert proxy.requests[0].startswith(b"POST http://service.test/v1/")


@asynccontextmanager
async def listening(host):
    server = Server(response(b"not found").replace(b"200 OK", b"404 Not Found"))
    listener = await asyncio.start_server(server.handle, host, 0)
    server.url = f"http://{f'[{host}]' if ':' in host else host}:{listener.sockets[0].getsockname()[1]}"
    async with listener:
        yield server


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


RANGES = [("127.0.0.1", "127.0.0.0/8"), ("127.0.0.1", "127.0.0.1")]
RANGES += [("::1", "::/64"), ("::1", "[::1]"), ("::1", "::1")] if has_ipv6() else []


@pytest.mark.anyio
@pytest.mark.parametrize(("host", "rules"), RANGES)
async def test_a_range_is_honoured_where_a_clip_is_fetched(monkeypatch, tmp_path, host, rules):
    async with serving(response(b"a proxy")) as proxy, listening(host) as files:
        monkeypatch.setenv("http_proxy", proxy.url)
        for no_proxy, reached in ((rules, files), ("10.0.0.0/8", proxy)):
            monkeypatch.setenv("no_proxy", no_proxy)
            async with ww.AsyncClient("toapis", base_url="http://127.0.0.1:1", api_key=KEY) as client:
                with pytest.raises(ww.DownloadError):
                    await client.download(finished(f"{files.url}/clip.mp4"), tmp_path / "clip.mp4")
            assert len(reached.requests) == 1, no_proxy
