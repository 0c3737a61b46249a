"""Keys that are typed or kept: used, never shown."""

import sys
import types

import pytest

import wan_widgets as ww
from shared.network import KEY
from wan_widgets.providers import ToAPIs
from wan_widgets.service import keys


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(keys, "_typed", {})
    monkeypatch.setitem(sys.modules, "keyring", None)  # as where it is not installed


@pytest.fixture
def keyring(monkeypatch):
    """A system's keyring."""
    module = types.ModuleType("keyring")
    module.kept = {}
    module.get_password = lambda service, name: module.kept.get((service, name))
    module.set_password = lambda service, name, key: module.kept.update({(service, name): key})
    module.delete_password = lambda service, name: module.kept.pop((service, name))
    monkeypatch.setitem(sys.modules, "keyring", module)
    return module


def type_in(monkeypatch, text):
    prompts = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: prompts.append(prompt) or text)
    return prompts


def test_a_typed_key_is_used_and_not_echoed(monkeypatch, capsys):
    prompts = type_in(monkeypatch, f" {KEY}\n")
    ww.login("toapis")

    client = ww.AsyncClient("toapis")
    assert client.key_origin == "ww.login()"
    assert prompts == ["Key for ToAPIs: "]
    assert KEY not in repr(client) + repr(keys._typed) + "".join(capsys.readouterr())


def test_a_typed_key_is_for_its_service_alone(monkeypatch):
    type_in(monkeypatch, KEY)
    ww.login("toapis")

    with pytest.raises(ww.ConfigurationError, match=r"ww\.login\('uniall'\)"):
        ww.AsyncClient("uniall")
    assert ww.AsyncClient("simulator").key_origin == ""
    assert ww.AsyncClient().key_origin == ""


def test_the_nearest_key_comes_first(monkeypatch, keyring):
    origins = lambda: [ww.AsyncClient("toapis").key_origin, ww.AsyncClient("toapis", api_key="k").key_origin]
    type_in(monkeypatch, KEY)
    ww.login("toapis", keep=True)
    assert origins() == ["ww.login()", "api_key="]
    keys._typed.clear()
    assert origins() == ["keyring", "api_key="]
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-other-0123456789")
    assert origins() == ["TOAPIS_API_KEY", "api_key="]
    monkeypatch.setenv("WAN_API_KEY", "sk-third-0123456789")
    assert origins() == ["WAN_API_KEY", "api_key="]
    ww.login("toapis")
    assert origins() == ["ww.login()", "api_key="]


def test_a_provider_of_ones_own_has_a_key_too(monkeypatch):
    class Lab(ToAPIs):
        name, title = "lab", "Lab"

    with pytest.raises(ww.ConfigurationError, match=r"call ww.login\(provider\)"):
        ww.AsyncClient(Lab())
    with pytest.raises(ww.ConfigurationError, match="Pass one of your own itself"):
        ww.login("lab")
    type_in(monkeypatch, KEY)
    ww.login(Lab())
    assert ww.AsyncClient(Lab()).key_origin == "ww.login()"
    ww.logout(Lab())
    with pytest.raises(ww.ConfigurationError):
        ww.AsyncClient(Lab())


def test_a_key_that_is_kept_is_found_by_the_next_process(monkeypatch, keyring):
    type_in(monkeypatch, KEY)
    ww.login("toapis", keep=True)
    keys._typed.clear()

    assert ww.AsyncClient("toapis").key_origin == "keyring"
    ww.logout("toapis")
    ww.logout("toapis")
    with pytest.raises(ww.ConfigurationError, match="needs a key"):
        ww.AsyncClient("toapis")


def test_what_goes_wrong_is_said_without_the_key(monkeypatch, keyring):
    type_in(monkeypatch, KEY)

    def locked(*arguments):
        raise RuntimeError(f"locked: {arguments}")

    keyring.set_password = keyring.get_password = keyring.delete_password = locked
    with pytest.raises(ww.ConfigurationError, match="did not take the key") as caught:
        ww.login("toapis", keep=True)
    assert caught.value.__cause__ is None
    assert KEY not in str(caught.value)
    with pytest.raises(ww.ConfigurationError, match="needs a key"):
        ww.AsyncClient("toapis")
    ww.logout("toapis")


def test_without_a_keyring_or_a_key_the_remedy_is_named(monkeypatch):
    type_in(monkeypatch, KEY)
    with pytest.raises(ww.ConfigurationError, match="pip install keyring"):
        ww.login("toapis", keep=True)
    type_in(monkeypatch, " ")
    with pytest.raises(ww.ConfigurationError, match="No key was typed"):
        ww.login("toapis")
    with pytest.raises(ww.ConfigurationError, match="no provider 'nobody'"):
        ww.login("nobody")
