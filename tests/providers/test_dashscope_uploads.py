"""How a file gets to Model Studio: a policy is asked for, then a form goes to the file store."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import (
    HTTPStatusError,
    ImageToVideo,
    RateLimited,
    ReferenceToVideo,
    ServerError,
    TextToVideo,
    UnexpectedReply,
    WanError,
)
from wan_widgets.providers import DashScope, FilePart, Reply
from wan_widgets.wan.sources import Kind, LocalFile

DASHSCOPE = DashScope()
PART = FilePart(LocalFile(data=b"GIF"), "image-3f2a.png", "image/png", Kind.IMAGE)
IMAGE = ImageToVideo(image=b"GIF")
POLICY = {
    "policy": "eyJl" * 400,
    "signature": "g5K0d/w=",
    "upload_dir": "dashscope-instant/9a/2026-11-20/7c",
    "upload_host": "https://dashscope-file-mgr.oss-cn-beijing.aliyuncs.com",
    "expire_in_seconds": 300,
    "max_file_size_mb": 100,
    "capacity_limit_mb": 999999999,
    "oss_access_key_id": "LTAI5t",
    "x_oss_object_acl": "private",
    "x_oss_forbid_overwrite": "true",
}
DENIED = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message>
<RequestId>674D</RequestId></Error>"""


def granted(policy=POLICY):
    return Reply(200, json.dumps({"request_id": "52f4", "data": policy}).encode())


def send(*answers, request=IMAGE, provider=DASHSCOPE):
    """The calls that are made, and what comes of them."""
    steps = provider.upload(PART, request)
    calls = [next(steps)]
    address = None
    for answer in answers:
        try:
            call = steps.send(answer)
        except StopIteration as done:
            address = done.value
        else:
            calls.append(call)
    return calls, address


def test_a_file_is_sent_in_two_calls_and_has_an_address_of_its_own():
    (ask, put), address = send(granted(), Reply(200, b""))
    assert (ask.method, ask.path) == ("GET", "/api/v1/uploads?action=getPolicy&model=wan2.6-i2v")
    assert (put.method, put.path, put.json, put.headers) == ("POST", POLICY["upload_host"], None, {})
    names = "OSSAccessKeyId Signature policy x-oss-object-acl x-oss-forbid-overwrite key success_action_status file"
    assert [name for name, _ in put.form] == names.split()
    form = dict(put.form)
    assert form["file"] is PART
    assert form["policy"] == POLICY["policy"]
    assert (form["x-oss-forbid-overwrite"], form["success_action_status"]) == ("true", "200")
    assert form["key"].startswith(f"{POLICY['upload_dir']}/")
    assert form["key"].endswith("-image-3f2a.png")
    assert address == f"oss://{form['key']}"


def test_the_same_file_never_gets_the_same_key_again():
    addresses = {send(granted(POLICY | {"signature": each}), Reply(204, b""))[1] for each in ("a=", "b=")}
    assert len(addresses) == 2


@pytest.mark.parametrize(
    ("request_", "model"),
    [
        (TextToVideo(prompt="x", guide_audio=b"RIFF"), "wan2.6-t2v"),
        (ReferenceToVideo(prompt="x", model="wan2.6-flash", references=[b"GIF"]), "wan2.6-r2v-flash"),
        (ReferenceToVideo(model="wan3.0-prime", references=[b"GIF"]), "wan3.0-video-prime"),
        (ImageToVideo(model="wan2.7-i2v-2026-04-25", like="wan2.7", image=b"GIF"), "wan2.7-i2v-2026-04-25"),
        (ImageToVideo(model="a&b=c", like="wan2.7", image=b"GIF"), "a%26b%3Dc"),
    ],
)
def test_a_file_is_bound_to_the_model_that_is_going_to_be_called(request_, model):
    (ask,), _ = send(request=request_)
    assert ask.path == f"/api/v1/uploads?action=getPolicy&model={model}"


def test_a_workspace_is_named_to_the_service_and_not_to_the_file_store():
    provider = DashScope(workspace="llm-7x").at("https://dashscope.aliyuncs.com", None)
    (ask, put), _ = send(granted(), Reply(200, b""), provider=provider)
    assert ask.headers == {"X-DashScope-WorkSpace": "llm-7x"}
    assert put.headers == {}


def test_an_expired_policy_is_no_fault_of_the_key():
    with pytest.raises(HTTPStatusError) as caught:
        send(granted(), Reply(403, DENIED))
    assert type(caught.value) is HTTPStatusError
    assert (caught.value.status_code, caught.value.code, caught.value.request_id) == (403, "AccessDenied", "674D")
    assert str(caught.value) == (
        "Alibaba Model Studio did not take the file: Invalid according to Policy: Policy expired. Send it again."
    )


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff<Code>", b"{}"])
def test_a_file_store_in_trouble_is_the_services_trouble(content):
    with pytest.raises(ServerError, match=r"did not take the file \(HTTP 502\)"):
        send(granted(), Reply(502, content))


def test_too_many_policies_are_asked_for_later():
    body = {"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded.", "request_id": "1"}
    with pytest.raises(RateLimited):
        send(Reply(429, json.dumps(body).encode()))


@pytest.mark.parametrize("name", ["policy", "signature", "upload_dir", "upload_host", "oss_access_key_id"])
@pytest.mark.parametrize("value", [None, "", 5, [], "a\r\nb", "ü"])
def test_a_policy_that_is_none_is_not_followed(name, value):
    with pytest.raises(UnexpectedReply, match="did not say where to send the file"):
        send(granted(POLICY | {name: value}))


@pytest.mark.parametrize("data", [None, [], "x", {}])
def test_no_policy_is_not_followed(data):
    with pytest.raises(UnexpectedReply, match="did not say where to send the file"):
        send(granted(data))


def test_a_switch_may_be_true_rather_than_its_name():
    (_, put), _ = send(granted(POLICY | {"x_oss_forbid_overwrite": True}), Reply(200, b""))
    assert dict(put.form)["x-oss-forbid-overwrite"] == "true"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["https://[", "https://x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(POLICY)), inner, max_size=6),
    max_leaves=20,
)
REPLIES = st.builds(Reply, st.just(200) | st.integers(100, 599), st.binary())


def has_an_address_or_an_error(*answers):
    address, message = None, ""
    try:
        _, address = send(*answers)
    except WanError as error:
        message = error.message
    assert str(message).isprintable()
    assert address is None or address.startswith("oss://")


@given(REPLIES)
def test_any_bytes_are_a_policy_or_an_error(reply):
    has_an_address_or_an_error(reply)


@given(REPLIES)
def test_any_bytes_are_a_receipt_or_an_error(reply):
    has_an_address_or_an_error(granted(), reply)


@given(st.sampled_from(sorted(POLICY)), ANYTHING)
def test_garbage_in_a_policy_is_an_address_or_an_error(name, value):
    has_an_address_or_an_error(granted(POLICY | {name: value}), Reply(200, b""))
