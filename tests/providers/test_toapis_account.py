"""ToAPIs beside tasks: files on their way up, and what is left on the account."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import (
    AuthenticationError,
    HTTPStatusError,
    ImageToVideo,
    Mode,
    ReferenceToVideo,
    ServerError,
    UnexpectedReply,
    WanError,
)
from wan_widgets.providers import Call, FilePart, Reply, Simulator, ToAPIs
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.sources import Kind, LocalFile

TOAPIS = ToAPIs()
URL = "https://files.toapis.com/uploads/7/3f2a.png"
DATA = {"id": "file_1", "url": URL, "mime_type": "image/png", "size": 3}
IMAGE = FilePart(LocalFile(data=b"png"), "image-3f2a.png", "image/png", Kind.IMAGE)
VIDEO = FilePart(LocalFile(data=b"mp4"), "video-3f2a.mp4", "video/mp4", Kind.VIDEO)
REQUEST = ImageToVideo(image=b"png")


def reply(body, status=200):
    return Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def sent(part, answer, provider=TOAPIS):
    """The calls of an upload, and what came of it."""
    steps = provider.upload(part, REQUEST)
    calls = [next(steps)]
    try:
        while True:
            calls.append(steps.send(answer))
    except StopIteration as done:
        return calls, done.value


@pytest.mark.parametrize("provider", [TOAPIS, Simulator()], ids=lambda provider: provider.name)
@pytest.mark.parametrize(("part", "path"), [(IMAGE, "/v1/uploads/images"), (VIDEO, "/v1/uploads/videos")])
def test_a_file_goes_up_in_one_call(provider, part, path):
    answer = reply({"success": True, "message": "", "data": DATA})
    calls, address = sent(part, answer, provider)
    assert calls == [Call("POST", path, form=(("file", part), ("purpose", "generation")))]
    assert address == URL


@pytest.mark.parametrize("status", [200, 400])
def test_a_refused_file_says_why(status):
    with pytest.raises(HTTPStatusError, match="File is larger than 10 MB") as caught:
        sent(IMAGE, reply({"success": False, "message": "File is larger than 10 MB"}, status))
    assert caught.value.status_code == status


def test_a_refusal_without_a_reason_is_one_all_the_same():
    with pytest.raises(HTTPStatusError, match="gave no reason"):
        sent(IMAGE, reply({"success": False}))


@pytest.mark.parametrize(
    "body",
    [
        {"success": True},
        {"success": True, "data": None},
        {"success": True, "data": {}},
        {"success": True, "data": {"url": "/uploads/1.png"}},
        {"success": True, "data": {"url": 5}},
        {"success": True, "data": [DATA]},
        {"success": True, "data": {"url": "javascript:alert(1)"}},
    ],
)
def test_a_file_without_an_address_is_no_success(body):
    with pytest.raises(UnexpectedReply, match="no address"):
        sent(IMAGE, reply(body))


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (413, HTTPStatusError), (502, ServerError)])
def test_an_upload_fails_as_other_calls_do(status, kind):
    with pytest.raises(kind):
        sent(IMAGE, reply(b"<html><title>Oops</title></html>", status))


def test_each_mode_takes_the_files_that_the_pages_print():
    for model in TOAPIS.models:
        for mode in (Mode.IMAGE, Mode.REFERENCE):
            files = TOAPIS.offer(model, mode).files
            assert files[Kind.IMAGE].types == ("image/jpeg", "image/png", "image/webp", "image/gif")
            assert files[Kind.VIDEO].types == ("video/mp4", "video/webm", "video/quicktime")
            assert (files[Kind.IMAGE].max_bytes, files[Kind.VIDEO].max_bytes) == (10_000_000, 50_000_000)
            assert Kind.AUDIO not in files
    assert not any("image" in problem.field for problem in TOAPIS.problems(ImageToVideo(image="cat.png")))
    assert not TOAPIS.problems(ReferenceToVideo(references=["anna.mp4"]))


def test_the_balance_is_asked_for():
    assert TOAPIS.encode_balance() == Call("GET", "/v1/user/balance")


@pytest.mark.parametrize(
    ("fields", "remaining", "used"),
    [
        ({"remain_balance": 12.34, "used_balance": 5.66, "unlimited_quota": False}, "12.34", "5.66"),
        ({"remain_balance": "12.340000", "used_balance": "0"}, "12.340000", "0"),
        ({"remain_balance": 0, "used_balance": 0, "unlimited_quota": False}, "0", "0"),
        ({"remain_balance": -0.02, "unlimited_quota": False}, "-0.02", None),
        ({"remain_balance": -1, "unlimited_quota": False}, "-1", None),
        ({"remain_balance": -1, "used_balance": 7, "unlimited_quota": True}, None, "7"),
        ({"remain_balance": -1, "used_balance": 7}, None, "7"),
        ({"unlimited_quota": True}, None, None),
        ({"remain_balance": 3, "used_balance": "much", "remain_credits": 600, "credits_per_usd": 200}, "3", None),
    ],
)
def test_every_form_of_the_balance_is_read(fields, remaining, used):
    balance = TOAPIS.decode_balance(reply({"success": True} | fields))
    exact = [None if amount is None else Decimal(amount) for amount in (remaining, used)]
    assert balance == Balance(remaining=exact[0], used=exact[1], currency="USD")


@pytest.mark.parametrize("amount", [None, "", "much", [], {}, True, "NaN", "Infinity"])
def test_a_balance_that_is_no_amount_is_not_one(amount):
    with pytest.raises(UnexpectedReply, match="did not say what is left"):
        TOAPIS.decode_balance(reply({"success": True, "remain_balance": amount}))


def test_a_refused_balance_says_why():
    with pytest.raises(HTTPStatusError, match="token is disabled"):
        TOAPIS.decode_balance(reply({"success": False, "message": "token is disabled"}))
    with pytest.raises(AuthenticationError):
        TOAPIS.decode_balance(reply({"error": {"code": 401, "message": "Bad key"}}, 401))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(URL),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["success", "message", "data", "url", "remain_balance", "unlimited_quota"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.binary() | JSON.map(lambda body: json.dumps(body).encode()), st.just(200) | st.integers(100, 599))
def test_any_reply_is_an_address_a_balance_or_an_error(content, status):
    answer = reply(content, status)
    with suppress(WanError):
        assert sent(IMAGE, answer)[1].startswith(("https://", "http://"))
    with suppress(WanError):
        assert isinstance(TOAPIS.decode_balance(answer), Balance)
