"""A card's code: it runs, and makes the same request at the same service."""

import pytest

import wan_widgets as ww
from wan_widgets.client import AsyncClient
from wan_widgets.wan.sources import LocalFile
from wan_widgets.widgets.code import as_code

URL = "https://a.example/9f3a"


@pytest.fixture
def simulator():
    return AsyncClient("simulator")


def run(code, **names):
    """The request and the provider that the code would buy with."""
    bought = []

    class Package:
        def __getattr__(self, name):
            return getattr(ww, name)

        def generate(self, request, provider=None):
            bought.append((request, provider))

    exec(code, {"ww": Package()} | names)
    return bought[0]


@pytest.mark.parametrize(
    "request_",
    [
        ww.TextToVideo(prompt='it\'s "quoted" (ImageReference) – 猫', seed=7, extra={"a": None}),
        ww.ImageToVideo(image="/tmp/a b.png", guide_audio="/tmp/s.mp3"),
        ww.ImageToVideo(image=URL, model="my-own", like="wan2.6"),
        ww.ReferenceToVideo(references=[URL, ww.VideoReference(URL), ww.ImageReference("/tmp/a.png"), "/tmp/b.mp4"]),
        ww.ReferenceToVideo(references=[URL]),
    ],
)
def test_the_code_makes_the_request_again(simulator, request_):
    assert run(as_code(request_, simulator)) == (request_, None)


def test_what_was_in_memory_has_a_name_and_a_remark(simulator):
    request = ww.ReferenceToVideo(references=[URL, b"12345", ww.ImageReference(b"123")], guide_audio=b"1")

    code = as_code(request, simulator)

    assert "references=[" in code
    assert code.endswith(
        "  # guide_audio: the 1 bytes that it was made from; references_2: the 5 bytes that it was made from; "
        "references_3: the 3 bytes that it was made from"
    )
    again, _ = run(code, references_2=b"12345", references_3=b"123", guide_audio=b"1")
    assert again == request
    assert again.references[1] == LocalFile(data=b"12345")


@pytest.mark.parametrize(
    ("client", "written"),
    [
        (lambda: AsyncClient("toapis", api_key="k"), "provider='toapis')"),
        (lambda: AsyncClient("dashscope", api_key="k"), "provider='dashscope')"),
        (
            lambda: AsyncClient("dashscope", api_key="k", region="singapore"),
            "provider=ww.AsyncClient('dashscope', region='singapore'))",
        ),
        (
            lambda: AsyncClient("toapis", api_key="k", base_url="http://127.0.0.1:9"),
            "provider=ww.AsyncClient('toapis', base_url='http://127.0.0.1:9'))",
        ),
        (
            lambda: AsyncClient("simulator", base_url="http://127.0.0.1:9"),
            "provider=ww.AsyncClient('simulator', base_url='http://127.0.0.1:9'))",
        ),
    ],
)
def test_the_code_names_the_service_and_never_the_key(client, written):
    code = as_code(ww.TextToVideo(prompt="x"), client())

    assert code.endswith(written)
    assert "'k'" not in code
