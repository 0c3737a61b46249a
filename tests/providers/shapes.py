"""What the tests of every provider do: make replies, read them and gather problems."""

import json

import pytest

from wan_widgets import WanError
from wan_widgets.providers import Reply

IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/cat.mp4"
SOUND = "https://example.com/guide.mp3"
URL = "https://files.example.com/x/y.mp4?Signature=a%2Bb%3D&Expires=1"
"""Of a finished clip; its query is a signature, which must stay as it is."""


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


def paths(provider, task_id):
    """The paths of the calls that name a task."""
    calls = (provider.encode_retrieve(task_id), provider.encode_cancel(task_id))
    return [call.path for call in calls if call is not None]
