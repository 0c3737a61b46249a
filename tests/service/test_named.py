"""A service as people name it, and its key as they paste it."""

import traceback

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY
from wan_widgets.providers import NewAPI, ToAPIs
from wan_widgets.service.secret import Secret
from wan_widgets.service.settings import settle

ENTRIES = {
    "AsyncClient": ww.AsyncClient,
    "VideoForm": ww.VideoForm,
    "Studio": ww.Studio,
    "generate": lambda provider: ww.generate("x", provider=provider),
    "wait": lambda provider: ww.wait("task_1", provider=provider),
    "login": ww.login,
    "logout": ww.logout,
}


@pytest.mark.parametrize(
    "given", ["toapis", "ToAPIs", " toapis\n", '"toapis"', "'ToAPIs'", "\ufefftoapis", ToAPIs(), ToAPIs]
)
def test_a_service_is_known_however_it_is_named(given, monkeypatch):
    assert ww.AsyncClient(given, api_key=KEY).provider.name == "toapis"
    if isinstance(given, str):
        monkeypatch.setenv("WAN_PROVIDER", given)
        monkeypatch.setenv("TOAPIS_API_KEY", KEY)
        assert ww.AsyncClient().provider.name == "toapis"
        monkeypatch.setattr("getpass.getpass", lambda _prompt: KEY)
        ww.login(given)
        ww.logout(given)


class NeedsMore(NewAPI):
    def __init__(self, address):
        super().__init__()


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize(
    "given",
    [
        5,
        0,
        True,
        2.5,
        b"toapis",
        ["toapis"],
        {},
        object(),
        int,
        dict,
        ww.AsyncClient,
        NeedsMore,
        "to apis",
        "\ud83d",
        print,
    ],
    ids=lambda given: getattr(given, "__name__", ascii(given)[:12]),
)
def test_what_names_no_service_is_answered_with_those_there_are(entry, given):
    with pytest.raises(ww.ConfigurationError) as caught:
        entry(given)
    text = str(caught.value)
    assert "simulator, toapis" in text or text == "NeedsMore is a class; pass one of it: NeedsMore(...)."


@pytest.mark.parametrize("nothing", [None, "", " ", '""'])
def test_without_a_name_it_is_the_simulator(nothing):
    assert ww.AsyncClient(nothing).is_embedded


PASTED = [
    KEY,
    f"{KEY}\n",
    f"\r\n  {KEY}\t",
    f'"{KEY}"',
    f"'{KEY}'\n",
    f"\u201c{KEY}\u201d",
    f"`{KEY}`",
    f"<{KEY}>",
    f"\ufeff{KEY}",
    f"{KEY}\u200b",
    f"\u202a{KEY}\u202c",
    f"Bearer {KEY}",
    f"bearer  {KEY}\n",
    f'"Bearer {KEY}"',
    f"Authorization: Bearer {KEY}",
    f"TOAPIS_API_KEY={KEY}",
    f'export TOAPIS_API_KEY="{KEY}"\n',
    f"api_key = '{KEY}'",
    KEY.encode(),
]


@pytest.mark.parametrize("pasted", PASTED, ids=ascii)
def test_a_pasted_key_is_the_key(pasted, monkeypatch):
    assert settle("toapis", None, Secret.of(pasted)).key.reveal() == KEY
    assert ww.AsyncClient("toapis", api_key=pasted)._settings.key.reveal() == KEY
    if isinstance(pasted, str):
        assert settle("toapis", None, None, environ={"TOAPIS_API_KEY": pasted}).key.reveal() == KEY
        monkeypatch.setattr("getpass.getpass", lambda _prompt: pasted)
        ww.login("toapis")
        assert settle("toapis", None, None, environ={}).key.reveal() == KEY
        ww.logout("toapis")


@pytest.mark.parametrize("nothing", [None, "", " \n", '""', "Bearer ", "TOAPIS_API_KEY=", b"", "\ufeff"], ids=ascii)
def test_a_pasted_nothing_is_no_key(nothing):
    with pytest.raises(ww.ConfigurationError, match="needs a key"):
        ww.AsyncClient("toapis", api_key=nothing)


@pytest.mark.parametrize(
    "given",
    [
        5,
        [KEY],
        {"key": KEY},
        object(),
        f"{KEY}\n{KEY}",
        f"{KEY} {KEY}",
        f"sk-\u043a{KEY}",
        f"{KEY}\ud83d",
        KEY.encode("utf-16"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_no_key_is_refused_and_never_shown(given):
    with pytest.raises(ww.ConfigurationError) as caught:
        ww.AsyncClient("toapis", api_key=given)
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]  # the first is this test
    assert KEY not in str(caught.value) + "".join(repr(frame.f_locals) for frame in frames)


@pytest.mark.parametrize(
    "given",
    [
        "https://a.example",
        " https://a.example/\n",
        '"https://a.example"',
        "<https://a.example>",
        httpx.URL("https://a.example"),
    ],
    ids=str,
)
def test_an_address_is_taken_however_it_is_pasted(given):
    assert ww.AsyncClient("newapi", api_key=KEY, base_url=given).base_url == "https://a.example"


@pytest.mark.parametrize(
    "given", [5, b"https://a.example", ["https://a.example"], "https://a\ud83d.example", True], ids=ascii
)
def test_what_is_no_address_is_refused_with_words(given):
    with pytest.raises(ww.ConfigurationError):
        ww.AsyncClient("newapi", api_key=KEY, base_url=given)


def test_a_region_is_known_however_it_is_written():
    assert ww.AsyncClient("dashscope", api_key=KEY, region=" Singapore\n").provider.region == "singapore"
    for given in (5, "moon", ["singapore"], "\ud83d"):
        with pytest.raises(ww.ConfigurationError):
            ww.AsyncClient("dashscope", api_key=KEY, region=given)


def test_a_folder_in_quotes_is_that_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("WAN_OUTPUTS", f'"{tmp_path}"\n')
    assert ww.generate("x", duration=5).path.parent == tmp_path
