"""Six regions, each with addresses, models and prices of its own."""

import pytest

from wan_widgets import ConfigurationError, Mode, TextToVideo
from wan_widgets.providers import PROVIDERS, DashScope
from wan_widgets.service.settings import settle

SHARED = {
    "beijing": "https://dashscope.aliyuncs.com",
    "singapore": "https://dashscope-intl.aliyuncs.com",
    "virginia": "https://dashscope-us.aliyuncs.com",
    "frankfurt": "",
    "tokyo": "",
    "hongkong": "https://cn-hongkong.dashscope.aliyuncs.com",
}
OWN = {
    "beijing": "https://llm-7x.cn-beijing.maas.aliyuncs.com",
    "singapore": "https://llm-7x.ap-southeast-1.maas.aliyuncs.com",
    "virginia": "https://llm-7x.us-east-1.maas.aliyuncs.com",
    "frankfurt": "https://llm-7x.eu-central-1.maas.aliyuncs.com",
    "tokyo": "https://llm-7x.ap-northeast-1.maas.aliyuncs.com",
    "hongkong": "https://llm-7x.cn-hongkong.maas.aliyuncs.com",
}
ALL = "wan2.6 wan2.6-flash wan2.7 wan3.0 wan3.0-prime"
MODELS = {
    "beijing": ALL,
    "singapore": ALL,
    "virginia": "wan2.6 wan3.0 wan3.0-prime",
    "frankfurt": "wan2.6 wan3.0 wan3.0-prime",
    "tokyo": "wan3.0 wan3.0-prime",
    "hongkong": "wan3.0 wan3.0-prime",
}


def test_without_a_workspace_the_shared_addresses_are_used():
    provider = DashScope()
    assert PROVIDERS["dashscope"].regions == provider.regions == SHARED
    assert (provider.region, provider.base_url, provider.key_variables) == (
        *("beijing", SHARED["beijing"]),
        ("DASHSCOPE_API_KEY",),
    )
    for region in ("singapore", "virginia", "hongkong"):
        assert provider.at(None, region).base_url == DashScope(region).base_url == SHARED[region]


@pytest.mark.parametrize("region", OWN)
def test_with_a_workspace_its_own_addresses_are_used(region):
    provider = DashScope("singapore", workspace="llm-7x")
    assert provider.regions == OWN
    assert provider.at(None, region).base_url == DashScope(region, "llm-7x").base_url == OWN[region]
    assert provider.base_url == OWN["singapore"]


@pytest.mark.parametrize("region", ["frankfurt", "tokyo"])
def test_a_region_without_a_shared_address_says_what_it_takes(region):
    for ask in (lambda: DashScope().at(None, region), lambda: DashScope(region)):
        with pytest.raises(ConfigurationError) as caught:
            ask()
        assert f"no shared address in {region}" in str(caught.value)
        assert f"base_url='{OWN[region].replace('llm-7x', '…')}'" in str(caught.value)
        assert f"DashScope('{region}', workspace=…)" in str(caught.value)


@pytest.mark.parametrize("region", OWN)
@pytest.mark.parametrize("ending", ["", "/", "/api/v1", "/api/v1/"])
def test_an_address_tells_its_region(region, ending):
    for url in filter(None, (SHARED[region], OWN[region], OWN[region].upper().replace("HTTPS", "https"))):
        provider = DashScope().at(url + ending, None)
        assert (provider.region, provider.base_url) == (region, url)
        assert provider.models == DashScope(region, "llm-7x").models


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://example.com/dashscope", "https://[", "nonsense"])
def test_another_address_keeps_the_region(url):
    assert DashScope("singapore").at(url, None).region == "singapore"
    assert DashScope().at(url, "frankfurt").region == "frankfurt"


def test_an_address_and_a_region_must_not_contradict_each_other():
    with pytest.raises(ConfigurationError, match="is an address in singapore, not in beijing"):
        DashScope().at(SHARED["singapore"], "beijing")
    assert DashScope().at(SHARED["singapore"], "singapore").region == "singapore"


def test_an_unknown_region_lists_the_known_ones():
    for ask in (lambda: DashScope("mars"), lambda: DashScope().at(None, "mars")):
        with pytest.raises(ConfigurationError, match=r"no region 'mars'\. There are: beijing, singapore, virginia"):
            ask()


@pytest.mark.parametrize("workspace", ["", "evil.example/", "a b", "-a", "a.b", "llm_7", "a@b", "a\n"])
def test_a_workspace_that_would_lead_the_key_elsewhere_is_refused(workspace):
    with pytest.raises(ConfigurationError, match="not a workspace's id"):
        DashScope(workspace=workspace)


def test_the_workspace_goes_into_a_header_where_the_address_does_not_tell_it():
    own = DashScope(workspace="llm-7x")
    shared = own.at(SHARED["singapore"], None)
    request = TextToVideo(prompt="x")
    for provider, header in ((own, None), (shared, "llm-7x"), (DashScope(), None)):
        calls = [provider.encode_submit(request), provider.encode_retrieve("1"), provider.encode_cancel("1")]
        assert [call.headers.get("X-DashScope-WorkSpace") for call in calls] == [header] * 3


@pytest.mark.parametrize("region", MODELS)
def test_each_region_has_its_models(region):
    provider = DashScope(region, "llm-7x")
    assert " ".join(provider.models) == MODELS[region]
    for family in set(ALL.split()) - set(provider.models):
        mode = Mode.IMAGE
        assert provider.offer(family, mode) is None


@pytest.mark.parametrize("model", ["wan2.7", "wan2.7-t2v"])
def test_a_model_of_another_region_says_where_it_is(model):
    (problem,) = DashScope("virginia").problems(TextToVideo(prompt="x", model=model))
    assert str(problem.message) == f"Alibaba Model Studio in virginia has no {model}."
    assert str(problem.allowed) == "wan2.6, wan3.0, wan3.0-prime"
    assert str(problem.remedy) == "Other regions have it (beijing, singapore), each with keys of its own."


PRICES = [
    ("beijing", "wan2.6", Mode.TEXT, "CNY", {"720p": "0.60", "1080p": "1.00"}),
    ("virginia", "wan2.6", Mode.IMAGE, "CNY", {"720p": "0.60", "1080p": "1.00"}),
    ("singapore", "wan2.6", Mode.IMAGE, "USD", {"720p": "0.10", "1080p": "0.15"}),
    ("beijing", "wan2.6-flash", Mode.IMAGE, "CNY", {"720p": "0.30", "1080p": "0.50"}),
    ("singapore", "wan2.6-flash", Mode.REFERENCE, "USD", {"720p": "0.05", "1080p": "0.075"}),
    ("singapore", "wan2.7", Mode.TEXT, "USD", {"720p": "0.10", "1080p": "0.15"}),
    ("tokyo", "wan3.0", Mode.TEXT, "CNY", {"480p": "0.30", "720p": "0.60", "1080p": "1.20"}),
    ("singapore", "wan3.0-prime", Mode.TEXT, "USD", {"480p": "0.068", "720p": "0.14", "1080p": "0.28"}),
]


@pytest.mark.parametrize(("region", "family", "mode", "currency", "seconds"), PRICES)
def test_prices_are_those_of_the_regions_list(region, family, mode, currency, seconds):
    price = DashScope(region, "llm-7x").offer(family, mode).price
    assert price.currency == currency
    assert {resolution: str(cost) for (resolution, sound), cost in price.per_second.items() if sound} == seconds
    assert (price.source, price.date) == ("https://help.aliyun.com/zh/model-studio/model-pricing", "2026-10-09")


def test_silence_costs_half_of_flash_and_the_same_of_3_0():
    flash = DashScope().offer("wan2.6-flash", Mode.IMAGE).price.per_second
    assert flash["720p", False] * 2 == flash["720p", True]
    assert flash["1080p", False] * 2 == flash["1080p", True]
    newest = DashScope().offer("wan3.0", Mode.TEXT).price.per_second
    assert newest["480p", False] == newest["480p", True]


def test_quirk_21_seconds_that_go_in_are_billed_among_references_only():
    for family, modes in DashScope().offers.items():
        for mode, offer in modes.items():
            assert offer.price.bills_input is (mode is Mode.REFERENCE)
            assert offer.price.input_seconds == (15 if family.startswith("wan3.0") else 5)
            assert offer.price.total_seconds == (30 if family.startswith("wan3.0") else None)
            assert {resolution for resolution, _ in offer.price.per_second} == set(offer.sizes)
            assert {sound for _, sound in offer.price.per_second} == (
                {True, False} if offer.audio == "optional" else {True}
            )


def test_what_is_not_published_has_no_price():
    assert DashScope("hongkong").offer("wan3.0", Mode.TEXT).price is None


@pytest.mark.parametrize("region", MODELS)
def test_five_tasks_of_a_model_may_run_at_once_everywhere(region):
    for modes in DashScope(region, "llm-7x").offers.values():
        assert {offer.max_running for offer in modes.values()} == {5}


def test_the_client_settles_a_region_from_an_address_or_by_name():
    key = {"DASHSCOPE_API_KEY": "sk-12345678"}
    found = settle("dashscope", OWN["frankfurt"] + "/api/v1/", None, environ=key)
    assert (found.base_url, found.provider.region) == (OWN["frankfurt"], "frankfurt")
    found = settle("dashscope", None, None, region="singapore", environ=key)
    assert (found.base_url, found.provider.region) == (SHARED["singapore"], "singapore")
