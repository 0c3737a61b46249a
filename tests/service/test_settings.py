"""Which service, where, and with which key."""

import logging
import pickle
import subprocess
import sys
import traceback
from contextlib import suppress

import httpx
import pytest

from shared.network import KEY, Service, error, task
from wan_widgets import AsyncClient, ConfigurationError, TextToVideo, WanError
from wan_widgets.providers import PROVIDERS, ToAPIs
from wan_widgets.service.settings import settle

REQUEST = TextToVideo(prompt="A kitten")
OTHER = "sk-other-9876543210"
EMBEDDED = ("simulator", "http://simulator.invalid", "none", True)
LOCAL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ({}, {}, EMBEDDED),
        ({}, {"WAN_PROVIDER": "", "WAN_BASE_URL": "", "WAN_API_KEY": ""}, EMBEDDED),
        ({}, {"WAN_PROVIDER": " ", "WAN_BASE_URL": "\n", "WAN_API_KEY": " "}, EMBEDDED),
        ({"provider": "", "base_url": "", "api_key": ""}, {}, EMBEDDED),
        # A key that lies about chooses nothing, and goes nowhere.
        ({}, {"TOAPIS_API_KEY": KEY}, EMBEDDED),
        ({}, {"WAN_API_KEY": KEY, "TOAPIS_API_KEY": KEY}, EMBEDDED),
        ({}, {"WAN_API_KEY": KEY, "WAN_BASE_URL": LOCAL}, EMBEDDED),
        ({}, {"WAN_PROVIDER": "simulator", "WAN_BASE_URL": LOCAL}, ("simulator", LOCAL, "none", False)),
        ({"provider": "simulator"}, {"TOAPIS_API_KEY": KEY}, EMBEDDED),
        ({"api_key": KEY}, {}, ("simulator", "http://simulator.invalid", KEY, True)),
        ({"provider": "toapis"}, {"TOAPIS_API_KEY": KEY}, ("toapis", "https://toapis.com", KEY, False)),
        ({"provider": "toapis"}, {"WAN_API_KEY": KEY}, ("toapis", "https://toapis.com", KEY, False)),
        (
            {"provider": "toapis"},
            {"WAN_API_KEY": KEY, "TOAPIS_API_KEY": OTHER},
            ("toapis", "https://toapis.com", KEY, False),
        ),
        (
            {"provider": "toapis"},
            {"WAN_API_KEY": " ", "TOAPIS_API_KEY": OTHER},
            ("toapis", "https://toapis.com", OTHER, False),
        ),
        (
            {"provider": "toapis", "api_key": KEY},
            {"WAN_API_KEY": OTHER},
            ("toapis", "https://toapis.com", KEY, False),
        ),
        ({}, {"WAN_PROVIDER": " ToAPIs\n", "WAN_API_KEY": f"{KEY}\r\n"}, ("toapis", "https://toapis.com", KEY, False)),
        ({"provider": "simulator"}, {"WAN_PROVIDER": "toapis"}, EMBEDDED),
        ({"provider": ToAPIs(), "api_key": KEY}, {}, ("toapis", "https://toapis.com", KEY, False)),
        (
            {"provider": "toapis", "api_key": KEY, "base_url": "https://a.example/"},
            {"WAN_BASE_URL": "https://b.example"},
            ("toapis", "https://a.example", KEY, False),
        ),
        (
            {"provider": "toapis", "api_key": KEY},
            {"WAN_BASE_URL": " https://b.example/gateway/ ", "WAN_PROVIDER": "toapis"},
            ("toapis", "https://b.example/gateway", KEY, False),
        ),
    ],
)
def test_what_is_not_given_comes_from_the_environment(arguments, environ, expected):
    given = {"provider": None, "base_url": None, "api_key": None} | arguments
    settings = settle(**given, environ=environ)
    assert (settings.provider.name, settings.base_url, settings.key.reveal(), settings.embedded) == expected


def test_the_environment_is_read_when_a_client_is_made(monkeypatch):
    assert AsyncClient().provider.name == "simulator"
    monkeypatch.setenv("WAN_PROVIDER", "toapis")
    monkeypatch.setenv("TOAPIS_API_KEY", KEY)
    assert AsyncClient().provider.name == "toapis"


def test_nothing_is_read_at_import():
    code = """
import os
class Watched(dict):
    def get(self, name, default=None): return self[name] if name in self else default
    def __contains__(self, name): seen.append(name); return super().__contains__(name)
    def __getitem__(self, name): seen.append(name); return super().__getitem__(name)
seen = []
os.environ = Watched(os.environ)
import wan_widgets
print([name for name in seen if "WAN" in str(name) or "KEY" in str(name)])
"""
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["nobody", "TOAPI", "../toapis"])
def test_an_unknown_provider_is_told_who_there_is(name):
    with pytest.raises(ConfigurationError, match="simulator, toapis"):
        AsyncClient(name)


@pytest.mark.parametrize("key", [None, "", "  ", "\n"])
def test_a_paying_service_without_a_key_names_the_variables(monkeypatch, key):
    monkeypatch.setenv("TOAPIS_API_KEY", "")
    with pytest.raises(ConfigurationError, match=r"WAN_API_KEY, TOAPIS_API_KEY, or TOAPIS_KEY.*api_key="):
        AsyncClient("toapis", api_key=key)


@pytest.mark.parametrize("key", ["sk-ключ", "sk-two words", "sk-a\nsk-b", "sk-a\r\nX-Evil: 1", "sk-…", "sk-\x00"])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(key):
    with pytest.raises(ConfigurationError) as caught:
        AsyncClient("toapis", api_key=key)
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000", "http://127.5.5.5", "HTTP://LOCALHOST"],
)
def test_plain_http_is_fine_within_the_machine(url):
    assert AsyncClient("toapis", base_url=url, api_key=KEY).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://toapis.com",
        "http://192.168.1.5",
        "http://10.0.0.1:80",
        "http://0.0.0.0",
        "http://localhost.evil.com",
        "http://127.0.0.1.evil.com",
        "http://127.1",
    ],
)
def test_plain_http_to_elsewhere_is_for_those_who_insist(url):
    with pytest.raises(ConfigurationError, match="clear text"):
        AsyncClient("toapis", base_url=url, api_key=KEY)
    assert AsyncClient("toapis", base_url=url, api_key=KEY, insecure_http=True).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "toapis.com",
        "ftp://toapis.com",
        "https://",
        "https://[::1",
        "https://toapis.com:99999",
        "https://toapis.com:0",
        "https://toapis.com?key=1",
        "https://toapis.com#x",
        "http://localhost@evil.com",
        "https://user:password@toapis.com",
        "https://toapis .com",
        "https://toapis.com/a path",
    ],
)
def test_a_base_url_is_an_origin_and_a_path(url):
    with pytest.raises(ConfigurationError) as caught:
        AsyncClient("toapis", base_url=url, api_key=KEY, insecure_http=True)
    assert "password" not in str(caught.value)


def test_a_key_does_not_show_itself():
    client = AsyncClient("toapis", api_key=KEY)
    settings = settle("toapis", None, KEY)
    shown = [repr(client), str(client), repr(settings), repr(settings.key), str(settings.key), f"{settings.key:}"]
    assert not any(KEY in text or KEY[3:] in text for text in shown)
    assert repr(client) == "<AsyncClient toapis (https://toapis.com)>"
    assert repr(AsyncClient()) == "<AsyncClient simulator (embedded)>"


ECHOES = {
    "message": error(401, f"Incorrect key {KEY}, sorry"),
    "code": error(401, "No", code=KEY),
    "cut": error(401, "x" * 480 + KEY + " is wrong"),
    "page": httpx.Response(502, html=f"<html><title>{KEY}</title>"),
    "request id": error(500, x_request_id=KEY),
    "failure": task("failed", error={"code": KEY, "message": f"for {KEY}"}),
    "status": task(KEY),
    "model": task("queued", model=KEY),
}


@pytest.mark.anyio
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
async def test_a_key_that_the_service_quotes_is_struck_out(echo, caplog):
    caplog.set_level(logging.DEBUG)
    client = Service(echo).client()
    try:
        answer = await client.submit(REQUEST)
        texts = [repr(answer), str(answer.error), str(answer.note)]
    except WanError as caught:
        texts = [str(caught), repr(caught), str(vars(caught)), "".join(traceback.format_exception(caught))]
    await client.aclose()
    for text in (*texts, caplog.text):
        assert KEY[:12] not in text


@pytest.mark.anyio
@pytest.mark.parametrize(
    "spelled", [rb"sk-a\/b\"c\\d-0123456789", b"sk-a%2Fb%22c%5Cd-0123456789", b"sk-a/b%22c%5Cd-0123456789"]
)
async def test_a_key_is_struck_out_however_json_and_addresses_spell_it(spelled):
    key = 'sk-a/b"c\\d-0123456789'
    body = b'{"error": {"message": "Key ' + spelled + b' is wrong"}}'
    with pytest.raises(WanError) as caught:
        await Service(httpx.Response(401, content=body)).client(api_key=key).submit(REQUEST)
    assert "0123456789" not in str(caught.value)
    assert "is wrong" in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("name", PROVIDERS)
async def test_every_provider_sends_its_key_as_a_bearer(name):
    service = Service(httpx.Response(404, json={}))
    async with AsyncClient(name, base_url=LOCAL, api_key=KEY, transport=service.transport) as client:
        with suppress(WanError):  # what a 404 means is each service's own
            await client.retrieve("task_1")
    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_it_is_known_where_a_key_came_from(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", KEY)
    assert AsyncClient("toapis").key_origin == "TOAPIS_API_KEY"
    assert AsyncClient("toapis", api_key=OTHER).key_origin == "api_key="
    assert AsyncClient().key_origin == ""


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.openai.com", KEY),
        ("https://api.openai.com/v1/", KEY),
        ("http://127.0.0.1:8000", None),
        ("https://api.openai.com.evil.example", None),
        ("https://gpu.example/api.openai.com", None),
    ],
)
def test_the_key_of_one_host_goes_to_that_host_alone(url, key):
    settings = settle("openai-videos", url, None, environ={"OPENAI_API_KEY": KEY})
    assert (settings.key.reveal() if settings.key else None) == key


@pytest.mark.anyio
async def test_an_engine_without_a_key_is_sent_none():
    service = Service(httpx.Response(404, json={}))
    async with AsyncClient("openai-videos", base_url=LOCAL, transport=service.transport) as client:
        with suppress(WanError):
            await client.retrieve("task_1")
    assert "authorization" not in service.requests[0].headers


def test_the_simulators_name_is_no_way_to_buy_for_nothing(monkeypatch):
    monkeypatch.setenv("WAN_API_KEY", KEY)
    assert AsyncClient("simulator", base_url="https://toapis.com")._settings.key.reveal() == "none"
    with pytest.raises(ConfigurationError, match="simulator takes no key"):
        AsyncClient("simulator", base_url="https://toapis.com", api_key=KEY)


def test_an_address_for_one_service_leads_no_other_there(monkeypatch):
    monkeypatch.setenv("WAN_PROVIDER", "newapi")
    monkeypatch.setenv("WAN_BASE_URL", "https://gateway.example")
    monkeypatch.setenv("WAN_API_KEY", KEY)
    assert AsyncClient().base_url == "https://gateway.example"
    assert AsyncClient("toapis").base_url == "https://toapis.com"
    monkeypatch.delenv("WAN_PROVIDER")
    assert AsyncClient("newapi").base_url == "https://gateway.example", "which has none of its own"
    assert AsyncClient("toapis").base_url == "https://toapis.com"
    assert AsyncClient().base_url == AsyncClient("simulator").base_url == "http://simulator.invalid"


def test_a_key_is_not_written_down(monkeypatch):
    client = AsyncClient("toapis", api_key=KEY)
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(client._settings)
    with pytest.raises(ConfigurationError) as caught:
        AsyncClient("nobody", api_key=KEY)
    monkeypatch.setenv("TOAPIS_API_KEY", KEY + " two words")
    with pytest.raises(ConfigurationError) as of_environment:
        AsyncClient("toapis")
    for failure in (caught.value, of_environment.value):
        frames = [frame for frame, _ in traceback.walk_tb(failure.__traceback__)][1:]  # the first is this test
        assert KEY not in "".join(repr(frame.f_locals) for frame in frames)


@pytest.mark.parametrize("name", ["newapi", "openai-videos"])
def test_a_service_without_an_address_of_its_own_asks_for_one(name):
    remedy = rf"Where does your .*AsyncClient\('{name}', base_url=.* or set WAN_BASE_URL"
    with pytest.raises(ConfigurationError, match=remedy):
        AsyncClient(name, api_key=KEY)


def test_a_region_is_one_that_the_service_has(monkeypatch):
    with pytest.raises(ConfigurationError, match=r"ToAPIs has no region 'singapore'\. It has none"):
        AsyncClient("toapis", region="singapore", api_key=KEY)
    with pytest.raises(ConfigurationError, match=r"has no region 'moon'\. There are: .*singapore"):
        AsyncClient("dashscope", region="moon", api_key=KEY)
    assert AsyncClient("dashscope", region="singapore", api_key=KEY).provider.region == "singapore"
    monkeypatch.setenv("WAN_REGION", "singapore")
    assert AsyncClient("dashscope", api_key=KEY).provider.region == "singapore"
    assert AsyncClient("toapis", api_key=KEY).provider.region == ""


def test_a_base_url_may_end_like_other_services_do():
    client = AsyncClient("toapis", base_url="https://gateway.example/v1/", api_key="k")

    assert client.base_url == "https://gateway.example"
