"""Where a clip's address may lead: never into this machine or the network around it, unless the service is there."""

from ipaddress import ip_address

import httpx
import pytest

from shared.file_host import finished, kept_out
from shared.network import KEY, Service
from wan_widgets.service.addresses import (
    ForbiddenAddress,
    Reach,
    check_way,
    host_of,
    parsed,
    reach,
    reach_of_service,
    spelled_out,
)

pytestmark = pytest.mark.anyio

PUBLIC = ["8.8.8.8", "47.74.10.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"]
PRIVATE = [
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "198.18.0.1",
    "192.0.2.1",
    "0.1.2.3",
]
PRIVATE += ["fd00::1", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::192.168.0.1", "2002:a00:1::1", "2001:db8::1"]
MACHINE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
SPECIAL = ["169.254.169.254", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "fe80::1", "fe80::1%eth0"]
SPECIAL += ["ff02::1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::169.254.169.254"]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [(PUBLIC, Reach.PUBLIC), (PRIVATE, Reach.PRIVATE), (MACHINE, Reach.MACHINE), (SPECIAL, Reach.SPECIAL)],
)
def test_what_an_address_leads_to(addresses, expected):
    assert {address: reach(ip_address(address)) for address in addresses} == dict.fromkeys(addresses, expected)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        *((each, "127.0.0.1") for each in ("2130706433", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "017700000001")),
        *((each, "127.0.0.1") for each in ("127.0.0.1.", "127。0。0。1", "0X7F.0.0.0x1", "0177.0.0x1")),
        ("0", "0.0.0.0"),
        ("3232235777", "192.168.1.1"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("8.8.8.8", "8.8.8.8"),
        *((each, None) for each in ("example.com", "localhost", "1.2.3.4.5", "0x", "cafe", "127.0.0.1.nip.io", "a_b")),
    ],
)
def test_numbers_are_read_as_resolvers_do(host, address):
    assert spelled_out(host_of(parsed(f"http://{host}/clip.mp4"))) == (ip_address(address) if address else None)


@pytest.mark.parametrize(
    ("service", "open_to"),
    [
        (Reach.PUBLIC, PUBLIC),
        (Reach.PRIVATE, PUBLIC + PRIVATE),
        (Reach.MACHINE, PUBLIC + PRIVATE + MACHINE),
    ],
)
def test_a_service_may_point_to_where_it_is_itself(service, open_to):
    url = httpx.URL("http://files.example.com/clip.mp4")
    for address in {*PUBLIC, *PRIVATE, *MACHINE, *SPECIAL} - {"198.18.0.1", "fc00::1"}:
        for addresses in ([ip_address(address)], [ip_address("8.8.8.8"), ip_address(address)]):
            if address in open_to:
                check_way(url, addresses, service)
            else:
                with pytest.raises(ForbiddenAddress, match=r"files\.example\.com is "):
                    check_way(url, addresses, service)


@pytest.mark.parametrize("address", ["198.18.0.1", "198.19.255.255", "fc00::2"])
def test_what_tunnels_answer_for_every_name_stands_for_that_name(address):
    """Clash, sing-box and their like: without this, nobody behind one could fetch a clip."""
    check_way(httpx.URL("https://files.example.com/"), [ip_address(address)], Reach.PUBLIC)
    with pytest.raises(ForbiddenAddress):
        check_way(
            httpx.URL(f"https://{f'[{address}]' if ':' in address else address}/"), [ip_address(address)], Reach.PUBLIC
        )


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([], Reach.PUBLIC),
        (["127.0.0.1", "::1"], Reach.MACHINE),
        (["127.0.1.1", "192.168.1.5"], Reach.PRIVATE),
        (["192.168.1.5", "8.8.8.8"], Reach.PUBLIC),
        (["169.254.169.254"], Reach.PUBLIC),
    ],
)
def test_a_service_is_inside_only_if_nothing_of_it_is_outside(addresses, expected):
    assert reach_of_service(map(ip_address, addresses)) is expected


INSIDE = [
    "http://10.0.0.1/",
    "http://localhost:8888/",
    "https://x.localhost/",
    "http://[::ffff:7f00:1]/",
    "http://0x7f.1/",
]
NOWHERE = ["file:///etc/passwd", "ftp://files.example.com/", "http:///x", "http://files.example.com:0/"]


@pytest.mark.parametrize("url", [*INSIDE, "http://169.254.169.254/latest/", *NOWHERE])
@pytest.mark.parametrize("hops", [0, 1, 3])
async def test_no_hop_leads_inside_or_out_of_http(clip, clock, tmp_path, url, hops):
    redirects = [httpx.Response(302, headers={"location": "https://files.example.com/1"})] * (hops - 1)
    last = [httpx.Response(307, headers={"location": url})] if hops else []
    service = Service(*redirects, *last, httpx.Response(404))
    said = await kept_out(service.client(clock), "https://files.example.com/0" if hops else url, tmp_path)
    assert "cannot be fetched" in said or "leads to" in said
    assert len(service.requests) == hops, "it was tried, or asked for again"
    assert clock.slept == []


@pytest.mark.parametrize("url", ["http://[::1", "data:video/mp4,x", "javascript:1", "https://x:99999/"])
async def test_what_is_no_address_leads_nowhere(clock, tmp_path, url):
    assert "cannot be fetched" in await kept_out(Service(httpx.Response(404)).client(clock), url, tmp_path)
    moved = httpx.Response(302, headers={"location": url})
    service = Service(moved)  # httpx takes it for an accident on the way, so that it is tried again
    await kept_out(service.client(clock), "https://files.example.com/", tmp_path)
    assert {request.url.host for request in service.requests} == {"files.example.com"}


@pytest.mark.parametrize(
    ("base_url", "inside", "outside"),
    [
        (
            "http://127.0.0.1:8000",
            ["http://127.0.0.1:9/", "http://localhost/", "http://192.168.1.5/"],
            "http://169.254.1.1/",
        ),
        (
            "http://192.168.1.4:8000",
            ["http://192.168.1.4:9/", "http://192.168.1.5/", "http://10.9/"],
            "http://localhost/",
        ),
        ("http://169.254.1.1", ["http://169.254.1.1:9/"], "http://169.254.169.254/"),
        (
            "https://gateway.example.com",
            ["http://gateway.example.com:9/", "http://GATEWAY.example.com./"],
            "http://10.9/",
        ),
    ],
)
async def test_a_service_inside_has_its_files_inside(clip, clock, tmp_path, base_url, inside, outside):
    service = Service(httpx.Response(200, content=clip))
    client = service.client(clock, base_url=base_url, insecure_http=True)
    for url in inside:
        await client.download(finished(url), tmp_path / "clip.mp4")
    assert len(service.requests) == len(inside)
    (tmp_path / "clip.mp4").unlink()
    await kept_out(client, outside, tmp_path)


async def test_five_redirects_are_followed_and_no_sixth(clip, clock, tmp_path):
    redirect = httpx.Response(302, headers={"location": "/again"})
    await (
        Service(*[redirect] * 5, httpx.Response(200, content=clip))
        .client(clock)
        .download(finished("https://files.example.com/"), tmp_path / "clip.mp4")
    )
    (tmp_path / "clip.mp4").unlink()
    service = Service(redirect)
    assert "more than 5 times" in await kept_out(service.client(clock), "https://files.example.com/", tmp_path)
    assert len(service.requests) == 6


async def test_a_user_name_in_an_address_goes_nowhere(clip, clock, tmp_path):
    service = Service(
        httpx.Response(302, headers={"location": "https://me:secret@files.example.com/2?a=%7e&b=~%2B"}),
        httpx.Response(200, content=clip),
    )
    await service.client(clock).download(finished("https://me:secret@files.example.com/1"), tmp_path / "clip.mp4")
    assert [str(request.url) for request in service.requests] == [
        "https://files.example.com/1",
        "https://files.example.com/2?a=%7e&b=~%2B",
    ]
    assert all("authorization" not in request.headers for request in service.requests)


@pytest.mark.parametrize("location", [f"https://{KEY}.localhost/", f"{KEY}://files.example.com/"])
async def test_a_key_in_a_redirect_is_not_told(location, clock, tmp_path):
    service = Service(httpx.Response(302, headers={"location": location}))
    said = await kept_out(service.client(clock), "https://files.example.com/", tmp_path)
    assert "***" in said
    assert KEY not in said
