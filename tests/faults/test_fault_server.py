"""The fault server is what the proof stands on: each fault is what it says, seen from a bare socket."""

import asyncio
import json
import re
import socket
import time
from collections import Counter
from contextlib import suppress

import pytest

from faults import menu
from faults.clips import clip
from faults.menu import MENU, OF_PARTS
from faults.plans import Plan
from faults.server import FaultServer
from faults.wire import Request, read_request
from wan_widgets.files.media import probe

STALL = 0.05
LINES = [menu.reset(), menu.hang_up(), menu.stall(), menu.CUT_HEAD]


@pytest.fixture
def server():
    with FaultServer(seconds=(0.0, 0.0), stall=STALL) as running:
        yield running


def talk(server, method, path, body=b"", **headers):
    """All that comes back on a connection of its own, up to its end."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def order(server, name="order-1", business_id="ww-1"):
    body = {"prompt": f"A kitten, {name}", "client_business_id": business_id}
    return talk(server, "POST", "/v1/videos/generations", json.dumps(body).encode())


def ask(server, name="video_order-1_1"):
    return talk(server, "GET", f"/v1/videos/generations/{name}")


def fetch(server, reading=None, **headers):
    url = said(reading or ask(server))["result"]["data"][0]["url"]
    return talk(server, "GET", url.removeprefix(server.url), **headers)


def parts(raw):
    """The status, the headers and the body of a reply."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def said(raw):
    return json.loads(parts(raw)[2])


def test_an_order_is_taken_followed_and_fetched(server):
    status, headers, body = parts(order(server))
    assert (status, int(headers["content-length"])) == (200, len(body))
    assert said(ask(server)) == said(ask(server, "ww-1"))
    assert said(ask(server))["status"] == "completed"
    assert server.truth.unfetched == {"order-1"}
    assert parts(fetch(server))[2] == clip("order-1")
    assert server.truth.unfetched == set()
    assert server.truth.is_clip_of("order-1", clip("order-1"))
    assert not server.truth.is_clip_of("order-1", clip("order-2"))
    assert [seen.kind for seen in server.asked("poll", "order-1")] == ["poll"] * 4


def test_a_clip_is_a_film_as_the_package_sees_it(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip("order-1"))
    assert probe(path).width == 64
    path.write_bytes(clip("order-1")[:-1])
    with pytest.raises(Exception, match="cut short"):
        probe(path)


def test_a_task_takes_its_time():
    clock = [1_000_000.0]
    with FaultServer(seconds=(60, 60), now=lambda: clock[0]) as server:
        assert said(order(server))["status"] == "queued"
        assert "result" not in said(ask(server))
        assert parts(talk(server, "GET", "/files/video_order-1_1/1.mp4"))[0] == 404
        clock[0] += 30
        reading = said(ask(server))
        assert (reading["status"], reading["progress"]) == ("in_progress", 50)
        clock[0] += 30
        assert said(ask(server))["status"] == "completed"


def test_the_same_order_twice_is_paid_twice(server):
    order(server)
    assert server.truth.billed_twice == set()
    order(server, business_id="ww-2")
    order(server, "order-2")
    assert server.truth.billed_twice == {"order-1"}
    assert server.truth.billed == {"order-1", "order-2"}


def test_what_is_not_known_is_not_found(server):
    assert parts(ask(server, "video_9"))[0] == 404
    assert parts(talk(server, "DELETE", "/v1/videos/generations/video_9"))[0] == 404


def test_uploads_are_taken(server):
    assert said(talk(server, "POST", "/v1/uploads/images", b"..."))["data"]["url"].startswith(server.url)


def is_right(raw):
    """Whether a reply is whole and names the task."""
    if not raw or b"video_order-1_1" not in raw:
        return False
    _, headers, body = parts(raw)
    return len(body) == int(headers["content-length"])


@pytest.mark.parametrize("fault", MENU["submit"], ids=lambda fault: fault.name)
def test_an_order_is_charged_where_the_fault_says_so(server, fault):
    server.script("submit", fault)
    try:
        raw = order(server)
    except ConnectionResetError:
        raw = None
    assert server.truth.billed == ({"order-1"} if fault.acts else set())
    assert server.seen[0].fault == fault.name
    assert fault.honest == is_right(raw)
    assert b"HTTP/1.1 200" in order(server, "order-2"), "the fault was for one request"


@pytest.mark.parametrize("acts", [False, True])
def test_a_reset_is_one(server, acts):
    server.script("submit", menu.reset(acts=acts))
    with pytest.raises(ConnectionResetError):
        order(server)


@pytest.mark.parametrize("acts", [False, True])
def test_nothing_comes_back(server, acts):
    server.script("submit", menu.hang_up(acts=acts), menu.stall(acts=acts))
    assert order(server) == b""
    begun = time.monotonic()
    assert order(server) == b""
    assert time.monotonic() - begun >= STALL


def test_a_reply_is_cut_where_it_says(server):
    server.script("submit", menu.CUT_HEAD, menu.CUT_BODY, menu.LONGER, menu.SHORTER)
    raw = order(server)
    assert raw.startswith(b"H")
    assert b"\r\n\r\n" not in raw
    for compare in (int.__lt__, int.__lt__, int.__gt__):
        _, headers, body = parts(order(server))
        assert compare(len(body), int(headers["content-length"]))


def test_an_error_is_the_protocols_or_a_gateways(server):
    server.script("submit", menu.status(503), menu.status(504, page=True), menu.status(429, retry_after=0.5))
    status, headers, body = parts(order(server))
    assert (status, "retry-after" in headers) == (503, False)
    assert json.loads(body)["error"]["code"] == 503
    status, headers, body = parts(order(server))
    assert (status, headers["content-type"], body[:9]) == (504, "text/html", b"<!doctype")
    status, headers, _ = parts(order(server))
    assert (status, headers["retry-after"]) == (429, "0.5")
    assert server.truth.billed == set()


def test_nonsense_comes_as_a_success(server):
    server.script("poll", menu.PAGE, menu.GARBAGE, menu.WRONG_SHAPE)
    order(server)
    assert parts(ask(server))[:2][0] == 200
    status, _, body = parts(ask(server))
    assert status == 200
    with pytest.raises(ValueError, match="decode"):
        json.loads(body)
    assert isinstance(said(ask(server)), list)


def test_a_drip_and_an_echo_are_whole(server):
    right = order(server)
    server.script("poll", menu.DRIP, menu.TWICE)
    dripped, echoed = ask(server), ask(server)
    assert said(dripped)["id"] == said(right)["id"]
    assert echoed == dripped * 2


def test_the_service_may_lie_about_a_task(server):
    order(server)
    server.script("poll", menu.ODD_WORD, menu.GONE_BACK, menu.NO_ADDRESS)
    readings = [said(ask(server)) for _ in range(4)]
    assert [reading["status"] for reading in readings] == ["warming_up", "queued", "completed", "completed"]
    assert ["result" in reading for reading in readings] == [False, False, False, True]


def test_a_task_may_be_said_to_be_completed_too_soon():
    with FaultServer(seconds=(60, 60)) as server:
        order(server)
        server.script("poll", menu.TOO_SOON)
        reading = said(ask(server))
        assert (reading["status"], "result" in reading) == ("completed", False)


def test_a_part_of_a_file_is_what_was_asked_for(server):
    order(server)
    whole = clip("order-1")
    status, headers, body = parts(fetch(server, Range="bytes=1000-"))
    assert (status, body) == (206, whole[1000:])
    assert headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert parts(fetch(server, Range="bytes=0-9"))[2] == whole[:10]
    assert parts(fetch(server, Range="bytes=5-", If_Range='"other"'))[0] == 200
    assert parts(fetch(server, Range="bytes=5-", If_Range=headers["etag"]))[0] == 206
    assert parts(fetch(server, Range=f"bytes={len(whole)}-"))[0] == 416


def test_a_clip_in_pieces_counts_as_fetched(server):
    order(server)
    fetch(server, Range="bytes=1000-")
    assert server.truth.unfetched == {"order-1"}
    fetch(server, Range="bytes=0-999")
    assert server.truth.unfetched == set()


def test_a_server_may_be_wrong_about_parts(server):
    order(server)
    whole = clip("order-1")
    server.script("download", *OF_PARTS)
    answers = [parts(fetch(server, Range="bytes=1000-")) for _ in OF_PARTS]
    assert [status for status, _, _ in answers] == [200, 416, 206]
    assert answers[0][2] == whole
    assert answers[2][1]["content-range"].startswith("bytes 0-")


def test_noise_has_the_right_length(server):
    order(server)
    server.script("download", menu.NOISE)
    status, headers, body = parts(fetch(server))
    assert (status, headers["content-length"]) == (200, str(len(clip("order-1"))))
    assert not server.truth.is_clip_of("order-1", body)
    assert server.truth.unfetched == {"order-1"}


def test_an_address_expires_and_the_task_then_has_another(server):
    order(server)
    server.script("download", menu.EXPIRED)
    old = ask(server)
    assert [parts(fetch(server, old))[0] for _ in range(2)] == [403, 403]
    assert parts(fetch(server))[0] == 200


def test_a_file_may_become_another_halfway(server):
    order(server)
    server.script("download", menu.CHANGED)
    _, old, first = parts(fetch(server))
    _, new, second = parts(fetch(server))
    assert len(first) < len(second)
    assert old["etag"] != new["etag"]
    assert second == clip("order-1", 2)
    assert server.truth.is_clip_of("order-1", second)
    assert not server.truth.is_clip_of("order-1", first + second[len(first) :])


@pytest.mark.parametrize("fault", LINES[:3], ids=lambda fault: fault.name)
def test_a_connection_may_end_before_anything_is_read(server, fault):
    server.script("connect", fault)
    with suppress(ConnectionError):  # what was sent may meet a closed door
        assert order(server) == b""
    assert server.seen == []
    order(server)
    assert server.connections == 2


def test_a_server_that_is_down_refuses_connections(server):
    idle = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    while not server.connections:
        time.sleep(0.001)
    with server.down():
        with pytest.raises(ConnectionRefusedError):
            order(server)
        with pytest.raises(ConnectionResetError):
            idle.recv(1)
    idle.close()
    assert parts(order(server))[0] == 200


def test_a_script_may_be_for_one_order(server):
    server.script("submit", menu.status(500), order="order-2")
    assert [parts(order(server, f"order-{number}"))[0] for number in (1, 2, 2)] == [200, 500, 200]


def drawn(seed, names, rate=0.2, kind="poll", **headers):
    plan, request = Plan({kind: rate}, seed), Request("GET", "/", headers, b"")
    found = [(name, plan.of_request(kind, name, request)[0].name) for name in names for _ in range(5)]
    return sorted(found)


def test_faults_are_drawn_by_order_and_not_by_the_clock():
    names = [f"order-{number}" for number in range(400)]
    assert drawn(1, names) == drawn(1, reversed(names)) != drawn(2, names)
    faults = Counter(fault for _, fault in drawn(1, names))
    assert 0.17 < 1 - faults["none"] / 2000 < 0.23
    assert set(faults) == {"none"} | {fault.name for fault in MENU["poll"]}
    assert {fault for _, fault in drawn(1, names, rate=0)} == {"none"}


def test_a_part_meets_faults_of_its_own():
    names = [f"order-{number}" for number in range(100)]
    faults = {fault for _, fault in drawn(1, names, rate=1, kind="download", range="bytes=5-")}
    assert {fault.name for fault in OF_PARTS} < faults
    assert menu.NOISE.name not in faults, "it could not be told from the film"


async def read(raw):
    reader = asyncio.StreamReader()
    reader.feed_data(raw)
    reader.feed_eof()
    return await read_request(reader)


def test_a_body_in_chunks_is_read():
    head = b"POST /v1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    request = asyncio.run(read(head + b'4\r\n{"a"\r\n3;x=y\r\n: 1\r\n1\r\n}\r\n0\r\n\r\n'))
    assert request.json == {"a": 1}
    assert asyncio.run(read(head + b"4\r\n{")) is None
    assert asyncio.run(read(b"")) is None


def test_every_fault_has_a_name_of_its_own():
    for faults in (*MENU.values(), OF_PARTS):
        names = Counter(fault.name for fault in set(faults))
        assert max(names.values()) == 1
        assert all(re.fullmatch(r"[\w ,-]+", name) for name in names)
