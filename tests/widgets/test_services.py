"""Choosing a service in the form: who is there, with which key, and what a refusal leaves as it was."""

import sys

import httpx
import pytest

import wan_widgets as ww
from wan_widgets.providers import PROVIDERS, ToAPIs
from wan_widgets.service import keys
from wan_widgets.simulator import Simulator
from wan_widgets.widgets import services
from widgets.messages import say


@pytest.fixture(autouse=True)
def _no_keys_of_others(monkeypatch):
    monkeypatch.setattr(keys, "_typed", {})
    monkeypatch.setitem(sys.modules, "keyring", None)  # as where it is not installed


@pytest.fixture
def form():
    form = ww.VideoForm(prompt="An owl")
    yield form
    form.close()


def choose(form, name, region="", base_url=""):
    [(answer, _)] = say(form, kind="choose", id="c", name=name, region=region, base_url=base_url)
    return answer


def listed(form, name):
    return next(each for each in form._services if each["name"] == name)


def test_every_known_service_is_listed(form):
    assert [each["name"] for each in form._services] == list(PROVIDERS)
    assert form._service["name"] == "simulator"
    assert (form._service["base_url"], form._service["needs_key"], form._service["key"]) == ("", False, "")


def test_a_service_is_chosen_with_the_key_that_lies_in_the_environment(form, monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-planted-0123456789")

    assert choose(form, "toapis") == {"kind": "chosen", "id": "c"}

    assert form.client.provider.name == "toapis"
    assert (form._service["title"], form._service["key"]) == ("ToAPIs", "TOAPIS_API_KEY")
    assert form.request == ww.TextToVideo(prompt="An owl")
    assert "planted" not in repr(form.get_state())


def test_without_a_key_the_refusal_says_what_to_do_and_changes_nothing(form):
    before = form.get_state()

    answer = choose(form, "toapis")

    assert answer["kind"] == "not-chosen"
    assert "TOAPIS_API_KEY" in answer["message"]
    assert form.client.provider.name == "simulator"
    assert form.get_state() == before


@pytest.mark.parametrize(
    ("name", "base_url", "words"),
    [
        ("nobody", "", "no provider 'nobody'"),
        ("newapi", "", "Where does"),
        ("newapi", "nonsense", "not the base URL"),
        ("newapi", "http://gateway.example", "clear text"),
        ("newapi", "https://user:pass@gateway.example", "no user name"),
    ],
)
def test_what_adds_up_to_no_service_is_refused(form, monkeypatch, name, base_url, words):
    monkeypatch.setenv("WAN_API_KEY", "sk-planted-0123456789")

    answer = choose(form, name, base_url=base_url)

    assert answer["kind"] == "not-chosen"
    assert words in answer["message"]
    assert form.client.provider.name == "simulator"


def test_variables_that_were_set_meanwhile_are_seen_when_the_panel_opens(form, monkeypatch):
    assert listed(form, "toapis")["key"] == ""
    monkeypatch.setenv("TOAPIS_API_KEY", "sk")

    say(form, kind="services")

    assert listed(form, "toapis")["key"] == "TOAPIS_API_KEY"


def test_a_key_that_was_typed_is_seen_and_used(form, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "sk-planted-0123456789")
    ww.login("toapis")

    say(form, kind="services")
    assert (listed(form, "toapis")["key"], listed(form, "uniall")["key"]) == ("ww.login()", "")
    choose(form, "toapis")

    assert form._service["key"] == "ww.login()"
    assert "planted" not in repr(form.get_state())


def test_a_region_is_another_address(form, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk")
    choose(form, "dashscope", region="singapore")

    assert form.client.base_url == listed(form, "dashscope")["regions"]["singapore"]
    assert form._service["region"] == "singapore"
    assert choose(form, "dashscope", region="frankfurt")["kind"] == "not-chosen"
    assert form._service["region"] == "singapore"


def test_what_the_service_cannot_do_becomes_the_nearest_and_what_was_typed_stays(form, monkeypatch):
    monkeypatch.setenv("WAN_API_KEY", "sk")
    form.mode, form.references, form.negative_prompt, form.seed = "r2v", ["https://a.example/r.mp4"], "blur", 5
    form.duration, form.aspect_ratio = 10, "3:4"

    choose(form, "newapi", base_url="http://127.0.0.1:9")
    assert form.mode == "t2v"  # it has no references
    assert form._offers.keys() == {"t2v", "i2v"}
    choose(form, "toapis")

    assert (form.references, form.negative_prompt, form.seed) == (["https://a.example/r.mp4"], "blur", 5)
    assert form._problems == []


def test_a_client_with_a_key_from_code_is_taken_again(monkeypatch):
    given = ww.AsyncClient("toapis", api_key="sk-given")
    form = ww.VideoForm(given)
    assert form._service["key"] == "api_key="
    choose(form, "simulator")
    assert form.client.provider.name == "simulator"

    assert choose(form, "toapis")["kind"] == "chosen"

    assert form.client.key_origin == "api_key="
    assert form.client is given


ENGINE = "http://gpu-box:30000"


def engine():
    """An engine in a network of one's own, as only code can say that it is one's own."""
    silent = httpx.MockTransport(lambda request: httpx.Response(404, json={}))
    return ww.AsyncClient("openai-videos", base_url=ENGINE, insecure_http=True, transport=silent)


@pytest.mark.parametrize("typed", ["", ENGINE, f"{ENGINE}/v1/"])
@pytest.mark.parametrize("by_code", ["at first", "later"])
def test_an_engine_that_code_gave_is_taken_again(typed, by_code):
    given = engine()
    form = ww.VideoForm(given if by_code == "at first" else None)
    if by_code == "later":
        form.use(given)
    assert listed(form, "openai-videos")["base_url"] == ENGINE
    choose(form, "simulator")
    assert listed(form, "openai-videos")["base_url"] == ENGINE

    assert choose(form, "openai-videos", base_url=typed)["kind"] == "chosen"

    assert form.client.base_url == ENGINE
    assert form.client._transport is given._transport
    assert form.client.timing is given.timing


def test_what_code_gave_takes_the_key_that_has_come_since(monkeypatch):
    seen = []
    given = engine()
    given._transport.handler = lambda request: seen.append(request) or httpx.Response(404, json={})
    form = ww.VideoForm(given)
    for key in ("sk-planted-0123456789", "sk-renewed-9876543210"):
        monkeypatch.setenv("WAN_API_KEY", key)
        choose(form, "simulator")
        assert choose(form, "openai-videos", base_url=ENGINE) == {"kind": "chosen", "id": "c"}
        assert seen[-1].headers["authorization"] == f"Bearer {key}"
    assert form._service["key"] == "WAN_API_KEY"


def test_without_its_key_what_code_gave_is_refused_with_words(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-planted-0123456789")
    form = ww.VideoForm("toapis")
    monkeypatch.delenv("TOAPIS_API_KEY")

    assert "TOAPIS_API_KEY" in choose(form, "toapis")["message"]


def test_the_place_that_code_gave_a_service_is_its_usual_one():
    gateway = "https://proxy.example"
    form = ww.VideoForm(ww.AsyncClient("dashscope", region="singapore", base_url=gateway, api_key="sk"))
    row = listed(form, "dashscope")
    assert (row["base_url"], row["region"], row["regions"]["singapore"]) == (gateway, "singapore", gateway)
    choose(form, "simulator")

    choose(form, "dashscope", region="singapore")

    assert (form.client.base_url, form.client.key_origin) == (gateway, "api_key=")


def test_a_simulator_that_answers_elsewhere_is_taken_again():
    form = ww.VideoForm(ww.AsyncClient("simulator", base_url="http://127.0.0.1:9"))
    assert listed(form, "simulator")["base_url"] == "http://127.0.0.1:9"
    form.use(ww.AsyncClient("toapis", api_key="sk"))
    choose(form, "simulator")

    assert form.client.base_url == "http://127.0.0.1:9"


def test_an_address_of_ones_own_needs_a_key_from_the_environment_again(monkeypatch):
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="sk-given"))

    assert choose(form, "toapis", base_url="https://elsewhere.example")["kind"] == "not-chosen"


def test_the_simulator_that_was_given_is_taken_again(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_API_KEY", "sk")
    given = ww.AsyncClient("simulator", transport=Simulator(tmp_path).transport())
    form = ww.VideoForm(given)
    choose(form, "toapis")
    choose(form, "simulator")

    assert form.client is given


def test_a_provider_of_ones_own_is_among_the_choices():
    class Mine(ToAPIs):
        name, title, base_url = "mine", "Mine", "https://mine.example"

    form = ww.VideoForm(ww.AsyncClient(Mine(), api_key="k"))
    choose(form, "simulator")
    assert listed(form, "mine")["title"] == "Mine"

    assert choose(form, "mine")["kind"] == "chosen"


def test_a_base_url_that_was_set_for_one_service_sends_no_other_there(monkeypatch):
    monkeypatch.setenv("WAN_PROVIDER", "newapi")
    monkeypatch.setenv("WAN_BASE_URL", "https://gateway.example")
    monkeypatch.setenv("WAN_API_KEY", "sk")
    form = ww.VideoForm()
    assert form.client.base_url == "https://gateway.example"

    choose(form, "toapis")

    assert form.client.base_url == ToAPIs.base_url


def test_a_server_is_asked_what_it_is_when_it_is_chosen(form):
    answer = choose(form, "openai-videos", base_url="http://127.0.0.1:9")

    assert answer["kind"] == "not-chosen"
    assert "could not be reached" in answer["message"]


def test_code_can_choose_too(form):
    form.use(ww.AsyncClient("toapis", api_key="sk"))

    assert form._service["title"] == "ToAPIs"
    with pytest.raises(ww.ConfigurationError):
        form.use("nobody")
    assert form._service["title"] == "ToAPIs"


def test_another_model_brings_its_own_fields(form, monkeypatch):
    form.use(ww.AsyncClient("toapis", api_key="sk"))
    form.mode, form.aspect_ratio = "i2v", "9:16"
    form.model = "wan2.6-flash"
    say(form, kind="adapt")
    assert form._offers["i2v"]["has_seed"] is False
    assert form._offers["i2v"]["family"] == "wan2.6-flash"
    assert form._offers["t2v"]["family"] == ""  # shown as the usual one's
    assert form._service["models"]["t2v"] == ["wan2.6"]
    form.mode = "r2v"
    say(form, kind="adapt")

    assert form.aspect_ratio == "16:9"


def test_a_model_that_is_not_listed_takes_the_fields_of_one_that_is(form):
    form.use(ww.AsyncClient("toapis", api_key="sk"))
    form.model, form.like = "wan9-beta", "wan2.6"

    assert form._problems == []
    assert form._offers["t2v"]["family"] == "wan2.6"
    assert form.request.model == "wan9-beta"
    form.like = "wan0"
    assert [problem["field"] for problem in form._problems] == ["like"]


def test_both_limits_of_references_are_shown():
    sizes = {"720p": {"16:9": ww.Size(1280, 720)}}
    pictures = ToAPIs()
    pictures.offers = {
        "mine": {ww.Mode.REFERENCE: ww.Offer(sizes=sizes, durations=(5,), max_references=3, max_videos=0)}
    }

    [(_, offer)] = services.offers(pictures, "mine", "").items()
    assert (offer["max_references"], offer["max_images"], offer["max_videos"]) == (3, None, 0)


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_is_shown_of_an_offer_is_plain_data(name):
    import json

    provider = PROVIDERS[name]
    for model in provider.models:
        assert json.loads(json.dumps(services.offers(provider, model, ""))) == services.offers(provider, model, "")


def test_a_services_own_key_goes_to_no_address_that_was_typed_wrong(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-0123456789")
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-0123456789")
    given = {}
    with pytest.raises(ww.ConfigurationError, match=r"toapis\.corn is no host of ToAPIs's own.*WAN_API_KEY"):
        services.chosen("toapis", "", "https://toapis.corn", given)
    own = "https://llm-1.cn-beijing.maas.aliyuncs.com"
    assert services.chosen("dashscope", "beijing", own, given).base_url == own
    assert services.chosen("toapis", "", "http://127.0.0.1:9", given).key_origin == "TOAPIS_API_KEY"
    monkeypatch.setenv("WAN_API_KEY", "sk-for-the-typed-one")
    assert services.chosen("toapis", "", "https://toapis.corn", given).key_origin == "WAN_API_KEY"


@pytest.mark.parametrize(
    ("provider", "base_url", "elsewhere"),
    [
        ("dashscope", None, False),
        ("dashscope", "https://dashscope-intl.aliyuncs.com", False),
        ("dashscope", "https://workspace.maas.aliyuncs.com", False),
        ("dashscope", "http://127.0.0.1:8977/dashscope", True),
        ("toapis", None, False),
        ("newapi", "https://gateway.example", True),
        ("simulator", None, False),
    ],
)
def test_an_address_that_is_none_of_the_services_own_is_marked(provider, base_url, elsewhere):
    key = None if provider == "simulator" else "sk-planted-0123456789"
    form = ww.VideoForm(ww.AsyncClient(provider, base_url=base_url, api_key=key))

    assert form._service["elsewhere"] is elsewhere
