"""Addresses that only this machine or its network knows: told before an order, unless the service is there too."""

from contextlib import closing
from pathlib import Path

import pytest

import wan_widgets as ww
from shared.network import KEY, Service, task
from wan_widgets.service.addresses import Reach
from wan_widgets.service.reachable import reach_of

HERE = [
    "http://localhost:8888/files/cat.png",
    "HTTP://LOCALHOST/cat.png",
    "https://localhost./cat.png",
    "http://app.localhost/cat.png",
    "http://127.0.0.1:8888/cat.png",
    "http://127.1/cat.png",
    "http://2130706433/cat.png",
    "http://0x7f000001/cat.png",
    "http://0x7f.1/cat.png",
    "http://017700000001/cat.png",
    "http://0.0.0.0:8000/cat.png",
    "http://0/cat.png",
    "http://[::1]:8888/cat.png",
    "http://[0:0:0:0:0:0:0:1]/cat.png",
    "http://[::]/cat.png",
    "http://[::ffff:127.0.0.1]/cat.png",
    "http://[64:ff9b::7f00:1]/cat.png",
    "http://user:secret@localhost/cat.png",
    "http://%6cocalhost/cat.png",
    "http://127%2e0.0.1/cat.png",
    "http://\uff11\uff12\uff17.0.0.1/cat.png",
    "http://127\u30020\u30020\u30021/cat.png",
    "http://127.0.0.1\u200b/cat.png",
    "http://local\u00adhost/cat.png",
]
NEAR = [
    "http://10.0.0.7/cat.png",
    "http://172.16.0.1/cat.png",
    "http://172.31.255.255/cat.png",
    "http://192.168.1.5:9000/cat.png",
    "http://0xc0a80105/cat.png",
    "http://3232235781/cat.png",
    "http://100.64.0.1/cat.png",
    "http://[fc00::1]/cat.png",
    "http://[fd12:3456::1]/cat.png",
    "http://[fec0::1]/cat.png",
    "http://[::ffff:10.0.0.1]/cat.png",
    "http://nas/cat.png",
    "http://jupyter:8888/files/cat.png",
    "http://printer.local/cat.png",
    "http://NAS.Local./cat.png",
    "http://host.docker.internal/cat.png",
    "http://minio.svc.cluster.local/cat.png",
    "http://box.lan/cat.png",
    "http://box.home.arpa/cat.png",
    "http://wiki.corp/cat.png",
]
NOWHERE = [
    "http://169.254.169.254/cat.png",
    "http://[fe80::1]/cat.png",
    "http://[fe80::1%25eth0]/cat.png",
    "http://224.0.0.1/cat.png",
    "http://255.255.255.255/cat.png",
]
PUBLIC = [
    "https://example.com/cat.png",
    "https://localhost.example.com/cat.png",
    "https://my-local.net/cat.png",
    "https://8.8.8.8/cat.png",
    "https://172.32.0.1/cat.png",
    "https://[2606:4700::1]/cat.png",
    "https://例え.jp/cat.png",
    "https://a.example/cat.png",
]


def problem(service, image, **settings):
    with closing(ww.VideoForm(client(service, **settings))) as form:
        form.mode, form.image = "i2v", image
        return next((each["text"] for each in form._problems if each["field"] == "image"), "")


def client(name, **settings):
    transport = Service(task()).transport
    return ww.AsyncClient(name, transport=transport, insecure_http=True, **{"api_key": KEY} | settings)


async def refused(service, request, **settings):
    network = Service(task())
    buyer = ww.AsyncClient(service, transport=network.transport, insecure_http=True, **{"api_key": KEY} | settings)
    async with buyer:
        for act in (buyer.submit, buyer.generate, buyer.upload):
            with pytest.raises(ww.InvalidRequest) as caught:
                await act(request)
    assert network.requests == []
    return str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("address", [*HERE, *NEAR, *NOWHERE])
async def test_an_address_that_a_public_service_has_no_way_to_is_refused(address):
    text = await refused("toapis", ww.ImageToVideo(image=address, resolution="720p"))
    assert "ToAPIs cannot fetch it: " in text
    assert "Give the path of the file instead." in text
    assert "secret" not in text


@pytest.mark.parametrize("address", PUBLIC)
def test_any_other_address_is_taken(address):
    assert reach_of(address) is Reach.PUBLIC


@pytest.mark.anyio
@pytest.mark.parametrize("service", ["uniall", "newapi", "dashscope"])
async def test_every_service_on_the_internet_is_asked_whether_it_can(service):
    settings = {"base_url": "https://gateway.example.com"} if service == "newapi" else {}
    text = await refused(service, ww.ImageToVideo(image=HERE[0], prompt="x", resolution="720p"), **settings)
    remedy = "Give the path" if service == "dashscope" else "Put the file where everybody can fetch it"
    assert remedy in text


@pytest.mark.anyio
async def test_references_and_sounds_are_asked_too():
    references = ["https://a.example/a.mp4", "http://localhost/b.mp4"]
    text = await refused("toapis", ww.ReferenceToVideo(references=references, prompt="x", resolution="720p"))
    assert "Reference 2: ToAPIs cannot fetch it: localhost leads to this machine." in text
    told = ww.VideoReference("http://10.0.0.1/9f3a")
    assert "10.0.0.1" in await refused("toapis", ww.ReferenceToVideo(references=[told], prompt="x", resolution="720p"))
    sound = ww.TextToVideo(prompt="x", guide_audio="http://localhost/a.mp3", resolution="720p")
    assert "guide_audio: Alibaba Model Studio cannot fetch it" in await refused("dashscope", sound)


@pytest.mark.parametrize(
    ("base_url", "taken", "refused"),
    [
        ("http://127.0.0.1:8000", [*HERE, *NEAR, *NOWHERE], []),
        ("http://localhost:8000", [*HERE, *NEAR, *NOWHERE], []),
        ("http://[::1]:8000", [*HERE, *NEAR, *NOWHERE], []),
        ("http://192.168.1.9:8000", [*NEAR, *NOWHERE], HERE),
        ("http://gpu-box:8000", [*NEAR, *NOWHERE], HERE),
        ("http://gpu.local", [*NEAR, *NOWHERE], HERE),
        ("https://gpu.example.com", [], [*HERE, *NEAR, *NOWHERE]),
    ],
)
def test_a_service_in_a_network_may_be_led_into_that_network(base_url, taken, refused):
    for address in taken:
        assert problem("toapis", address, base_url=base_url) == "", address
    for address in refused:
        assert "cannot fetch it" in problem("toapis", address, base_url=base_url), address


def test_the_embedded_simulator_is_on_this_machine():
    with closing(ww.VideoForm(mode="i2v")) as form:
        for address in [*HERE, *NEAR, *PUBLIC[:2]]:
            form.image = address
            assert form._problems == [], address


def test_ww_generate_says_it_before_it_orders(monkeypatch):
    monkeypatch.setenv("TOAPIS_API_KEY", KEY)
    with pytest.raises(ww.InvalidRequest, match="leads to this machine"):
        ww.generate("x", image=HERE[0], provider="toapis", resolution="720p")
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.generate("x", image=HERE[0], provider="toapis", resolution="720p", duration=0)
    assert {each.field for each in caught.value.problems} == {"image", "duration"}


@pytest.mark.parametrize(
    "address",
    [
        "file:///clips/cat.png",
        "file:cat.png",
        "blob:http://localhost:8888/0f3a",
        "data:image/png;base64,iVBORw0KGgo=",
        "attachment:cat.png",
        "http://127.0.0.1\\@example.com/cat.png",
    ],
)
def test_what_only_a_browser_or_this_machine_reads_is_no_address_and_has_a_remedy(address):
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.ImageToVideo(image=address)
    assert caught.value.problems[0].remedy


def test_the_path_that_is_advised_is_taken(tmp_path):
    assert isinstance(ww.ImageToVideo(image=tmp_path / "cat.png").image.path, Path)
