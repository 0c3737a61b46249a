"""Ordering a clip costs money: it is sent once, or not at all, and the error says which."""

import traceback

import httpx
import pytest

from shared.network import KEY, TASK_ID, Service, error, page, task
from wan_widgets import (
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    ContentRejected,
    HTTPStatusError,
    ImageToVideo,
    InvalidRequest,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    TextToVideo,
    TimeoutException,
    TransportError,
    Unconfirmed,
    UnexpectedReply,
    WanError,
)

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo(prompt="A kitten", seed=7)


async def failure(answer):
    service = Service(answer)
    with pytest.raises(WanError) as caught:
        await service.client().post(REQUEST, REQUEST)
    assert service.methods == ["POST"], "an order is never repeated"
    return caught.value


async def test_a_submission_is_one_post_and_returns_the_task_with_its_request():
    service = Service(task())
    answer = await service.client().submit(REQUEST)
    assert (answer.id, answer.request, answer.is_terminal) == (TASK_ID, REQUEST, False)
    [sent] = service.requests
    assert (sent.method, str(sent.url)) == ("POST", "https://toapis.com/v1/videos/generations")
    assert sent.headers["content-type"] == "application/json"
    assert (service.body["prompt"], service.body["seed"], service.body["audio"]) == ("A kitten", 7, True)


async def test_what_the_service_refuses_is_refused_before_anything_is_sent():
    service = Service(task())
    request = ImageToVideo(
        image="https://example.com/cat.jpg", resolution="480p", duration=7, audio=False, aspect_ratio="16:9"
    )
    with pytest.raises(InvalidRequest) as caught:
        await service.client().submit(request)
    assert {problem.field for problem in caught.value.problems} == {"resolution", "duration", "audio", "aspect_ratio"}
    assert service.requests == []
    assert not caught.value.maybe_billed


async def test_a_draft_never_leaves():
    service = Service(task())
    with pytest.raises(InvalidRequest) as caught:
        await service.client().submit(TextToVideo.draft({"duration": 0, "resolution": "480p", "prompt": ["x"]}))
    assert {problem.field for problem in caught.value.problems} == {"duration", "resolution", "prompt"}
    assert service.requests == []


@pytest.mark.parametrize(
    ("status", "kind", "maybe_billed"),
    [
        (301, HTTPStatusError, True),
        (307, HTTPStatusError, True),
        (400, HTTPStatusError, False),
        (401, AuthenticationError, False),
        (402, PaymentRequired, False),
        (403, AuthenticationError, False),
        (404, NotFound, False),
        (408, HTTPStatusError, True),
        (422, ContentRejected, False),
        (429, RateLimited, False),
        (500, ServerError, True),
        (502, ServerError, True),
        (503, ServerError, True),
        (504, ServerError, True),
    ],
)
@pytest.mark.parametrize("answer", [error, page], ids=["json", "html"])
async def test_a_refusal_is_final_and_an_accident_may_be_billed(answer, status, kind, maybe_billed):
    response = answer(status)
    response.headers["location"] = "https://toapis.com/v1/videos/generations"
    caught = await failure(response)
    assert type(caught) is kind
    assert caught.status_code == status
    assert caught.maybe_billed is maybe_billed
    assert ("bill it" in str(caught)) is maybe_billed


@pytest.mark.parametrize(
    ("accident", "kind", "maybe_billed"),
    [
        (httpx.ConnectError("no route to host"), ConnectError, False),
        (httpx.ConnectTimeout("slow"), ConnectError, False),
        (httpx.ProxyError("403 Forbidden"), ConnectError, False),
        (httpx.WriteError("broken pipe"), TransportError, True),
        (httpx.WriteTimeout("slow"), TimeoutException, True),
        (httpx.ReadTimeout("slow"), TimeoutException, True),
        (httpx.ReadError("reset by peer"), TransportError, True),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), TransportError, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_a_broken_connection_may_be_billed_once_something_was_sent(accident, kind, maybe_billed):
    caught = await failure(accident)
    assert type(caught) is kind
    assert caught.maybe_billed is maybe_billed
    assert caught.__cause__ is accident


@pytest.mark.parametrize(
    "answer",
    [
        page(),
        httpx.Response(200, content=b""),
        httpx.Response(204),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"status": "queued"}),
        httpx.Response(200, json={"success": False, "message": "Something"}),
        httpx.Response(200, content=b" " * (5 * 2**20)),
    ],
    ids=["page", "empty", "no content", "list", "no id", "no success", "endless"],
)
async def test_a_success_that_cannot_be_read_may_be_billed(answer):
    caught = await failure(answer)
    assert type(caught) is UnexpectedReply
    assert caught.maybe_billed
    assert "was not sent again" in str(caught)


@pytest.mark.parametrize(
    ("provider", "body", "maybe_billed"),
    [
        ("newapi", {"code": "insufficient_user_quota", "message": "Empty", "data": None}, False),
        ("newapi", {"code": "0000", "data": {"job_id": "abc"}}, True),
        ("newapi", {"code": "ok", "message": "accepted", "data": {"taskId": "abc"}}, True),
        ("newapi", {"code": "model_not_found", "message": "No supplier", "data": None}, True),
        ("uniall", {"error": {"message": "warning: the queue is slow"}, "taskId": "9"}, True),
        ("dashscope", {"code": "Arrearage", "message": "Empty", "request_id": "x"}, False),
        ("dashscope", {"code": "Throttling", "message": "Slow down", "request_id": "x"}, False),
        ("dashscope", {"code": "InternalError", "message": "Oh", "request_id": "x"}, True),
    ],
)
async def test_an_error_with_http_200_is_a_refusal_only_by_a_word_that_is_known_as_one(provider, body, maybe_billed):
    service = Service(httpx.Response(200, json=body))
    place = {"base_url": "https://service.example"} if provider == "newapi" else {}
    async with AsyncClient(provider, api_key=KEY, transport=service.transport, **place) as client:
        with pytest.raises(WanError) as caught:
            await client.post(REQUEST, REQUEST)
    assert caught.value.maybe_billed is maybe_billed


PROXIES = [
    "socks5://127.0.0.1:9",
    "oh://user:password@127.0.0.1:9",
    "http://user:pass/password@proxy.example:1",
    "http://user:password#1@proxy.example:1",
    "http://[::1",
]


@pytest.mark.parametrize("proxy", PROXIES)
async def test_a_proxy_that_cannot_be_used_is_explained_and_nothing_is_sent(monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    async with AsyncClient("toapis", api_key=KEY) as client:
        with pytest.raises(ConfigurationError, match="proxy") as caught:
            await client.post(REQUEST, REQUEST)
    assert not caught.value.maybe_billed
    told = "".join(traceback.format_exception(caught.value))
    assert "user" not in told.replace("of the user", "")
    assert "password@" not in told


async def test_a_reply_that_is_not_as_compressed_as_it_says_may_be_billed():
    def broken(request):
        stream = httpx.ByteStream(b"not gzip")
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=stream)

    caught = await failure(broken)
    assert type(caught) is TransportError
    assert caught.maybe_billed


async def test_a_wait_that_the_service_wants_is_passed_on():
    caught = await failure(error(429, retry_after="17"))
    assert caught.retry_after == 17.0


async def test_a_task_that_failed_at_once_is_returned_as_such():
    answer = await Service(task("failed", error={"message": "No"})).client().submit(REQUEST)
    assert answer.is_terminal
    assert answer.error.message == "No"


async def test_a_host_that_no_name_server_can_be_asked_for_was_never_reached():
    service = Service(task())
    client = service.client(base_url="https://xn--")
    with pytest.raises(ConnectError) as caught:
        await client.submit(REQUEST)
    assert not caught.value.maybe_billed
    assert service.requests == []


async def test_a_closed_client_opens_again():
    service = Service(task(), task(id="video_2"))
    client = service.client()
    await client.submit(REQUEST)
    await client.aclose()
    await client.aclose()
    assert (await client.submit(REQUEST)).id == "video_2"


async def test_a_task_that_is_another_orders_is_not_taken_for_this_ones():
    service = Service(task(), task(), error(404))
    client = service.client()
    await client.submit(REQUEST)

    with pytest.raises(Unconfirmed, match="answered about another task"):
        await client.submit(REQUEST)
