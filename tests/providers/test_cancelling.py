"""That a service can call a task off is data, and its calls agree with it."""

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
def test_who_can_cancel_says_so_and_has_a_call_for_it(provider, cancels):
    assert provider.cancels is cancels
    assert (provider.encode_cancel("task-1") is not None) is cancels
