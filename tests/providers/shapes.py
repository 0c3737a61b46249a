"""What the tests of every provider do: make replies, read them, gather problems, and throw garbage."""

import json

import pytest
from hypothesis import strategies as st

from wan_widgets import VideoTask, WanError
from wan_widgets.providers import Reply

IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/cat.mp4"
SOUND = "https://example.com/guide.mp3"
URL = "https://files.example.com/x/y.mp4?Signature=a%2Bb%3D&Expires=1"
"""Of a finished clip; its query is a signature, which must stay as it is."""

HTTP_STATUSES = st.just(200) | st.integers(100, 599)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "x-request-id", "content-type"]), st.text())


def reply(body, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


def refusal(provider, body, status=400, **headers):
    """The error that a reply means, whichever call it answers."""
    errors = []
    for decode in (provider.decode_submit, provider.decode_retrieve):
        with pytest.raises(WanError) as caught:
            decode(reply(body, status, **headers))
        errors.append(caught.value)
    assert str(errors[0]) == str(errors[1])
    return errors[1]


def problems(provider, request):
    """The problems of a request by their fields, each of which has one."""
    found = provider.problems(request)
    assert len({problem.field for problem in found}) == len(found)
    return {problem.field: problem for problem in found}


def durations(provider, make):
    """Every length that is not refused."""
    return {length for length in range(1, 61) if "duration" not in problems(provider, make(duration=length))}


def json_values(names, *words):
    """Any JSON whose objects have these names and whose texts are often these words."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([URL, *words]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=6),
        max_leaves=20,
    )


def withstand(provider, content, status=200, headers=None):
    """Read bytes as the reply to each call: a task or one of our errors comes of it, and plain texts."""
    for decode in (provider.decode_submit, provider.decode_retrieve):
        try:
            task = decode(Reply(status, content, headers or {}))
        except WanError as error:
            texts = (error.message,)
        else:
            assert isinstance(task, VideoTask)
            assert task.id
            assert status // 100 == 2
            texts = (task.id, task.note or "", task.error.message if task.error else "")
        assert all(text.isprintable() for text in texts)


def paths(provider, task_id):
    """The paths of the calls that name a task."""
    calls = (provider.encode_retrieve(task_id), provider.encode_cancel(task_id))
    return [call.path for call in calls if call is not None]
