"""Who can call a task off. (That the calls agree with it is in the conformance suite.)"""

import pytest

from wan_widgets.providers import PROVIDERS, OpenAIVideos


@pytest.mark.parametrize(
    ("provider", "cancels"),
    [
        *((PROVIDERS[name], name in ("simulator", "dashscope")) for name in PROVIDERS),
        (OpenAIVideos("sglang"), False),
        (OpenAIVideos("vllm-omni"), True),
        (OpenAIVideos("openai"), True),
    ],
    ids=lambda value: getattr(value, "title", None),
)
def test_who_can_cancel_says_so(provider, cancels):
    assert provider.cancels is cancels
