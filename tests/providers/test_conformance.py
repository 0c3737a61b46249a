"""Every provider of the package holds what every provider must. (The one of docs/ does in test_own_provider.py.)"""

import pytest

from providers import answers
from wan_widgets.providers import PROVIDERS, DashScope, NewAPI, OpenAIVideos, Simulator, ToAPIs, UniAll
from wan_widgets.providers.conformance import ProviderConformance
from wan_widgets.providers.openai_videos.models import Served
from wan_widgets.wan.models import Mode


class TestToAPIs(ProviderConformance):
    provider = ToAPIs()
    accepted, finished = answers.TOAPIS_ACCEPTED, answers.TOAPIS_COMPLETED


class TestSimulator(TestToAPIs):
    provider = Simulator()


class TestUniAll(ProviderConformance):
    provider = UniAll()
    accepted, finished = answers.UNIALL_ACCEPTED, answers.UNIALL_COMPLETED


class TestDashScope(ProviderConformance):
    provider = DashScope()
    accepted, finished = answers.DASHSCOPE_ACCEPTED, answers.DASHSCOPE_FINISHED


class TestDashScopeInHongKong(TestDashScope):
    provider = DashScope("hongkong", workspace="llm-0123456789")


class TestNewAPI(ProviderConformance):
    provider = NewAPI()
    accepted, finished = answers.NEWAPI_OBJECT, answers.newapi_envelope()


class TestNewAPIAsOpenAI(ProviderConformance):
    provider = NewAPI(style="videos")
    accepted, finished = answers.NEWAPI_OBJECT, answers.NEWAPI_FLAT


class TestSGLang(ProviderConformance):
    provider = OpenAIVideos("sglang")
    accepted, finished = answers.AT_SGLANG, answers.AT_SGLANG | {"status": "completed", "progress": 100}


class TestUnknownEngine(TestSGLang):
    provider = OpenAIVideos()


class TestEngineOfOneModel(TestSGLang):
    provider = OpenAIVideos("sglang", served=[Served("lab/my-wan-tuned", (Mode.TEXT, Mode.IMAGE))])


class TestVLLMOmni(ProviderConformance):
    provider = OpenAIVideos("vllm-omni")
    accepted, finished = answers.AT_OMNI, answers.AT_OMNI | {"status": "completed", "progress": 100}


class TestOpenAI(ProviderConformance):
    provider = OpenAIVideos("openai")
    accepted, finished = answers.AT_OPENAI, answers.AT_OPENAI | {"status": "completed", "progress": 100}


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_provider_of_the_package_is_left_out(name):
    tested = {type(suite.provider) for suite in globals().values() if isinstance(suite, type) and is_suite(suite)}
    assert type(PROVIDERS[name]) in tested


def is_suite(made):
    return issubclass(made, ProviderConformance) and made is not ProviderConformance
