"""A card's code: it runs as it stands, and makes the same request at the same service."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wan_widgets as ww
from wan_widgets.client import AsyncClient
from wan_widgets.providers import ToAPIs
from wan_widgets.wan.sources import LocalFile
from wan_widgets.widgets.code import as_code

URL = "https://a.example/9f3a"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400).filter(str.strip)


@pytest.fixture
def simulator():
    return AsyncClient("simulator")


def run(code, **names):
    """The request and the provider that the code would buy with. The code imports the package by itself."""
    bought = []
    usual, ww.generate = ww.generate, lambda request, provider=None: bought.append((request, provider))
    try:
        exec(code, names)
    finally:
        ww.generate = usual
    [made] = bought
    return made


REQUESTS = [
    ww.TextToVideo(prompt="An owl"),
    ww.TextToVideo(
        prompt='it\'s "quoted" (ImageReference) – 猫', seed=7, extra={"a": None, "b": {"c": ["d", 1.5, True]}}
    ),
    ww.TextToVideo(
        prompt="A lighthouse. " * 30,
        negative_prompt="line\n\nand line\r\n  indented\ttab\u2028end ",
        model="my-own",
        like="wan2.6",
        resolution="720p",
        duration=10,
        seed=0,
        prompt_extend=False,
        audio=False,
        watermark=True,
        aspect_ratio="9:16",
        shot_type="multi",
    ),
    ww.ImageToVideo(image="/tmp/a b.png", guide_audio="/tmp/s.mp3"),
    ww.ImageToVideo(image=URL, prompt="It moves", aspect_ratio="1:1", shot_type="single"),
    ww.ReferenceToVideo(references=[URL, ww.VideoReference(URL), ww.ImageReference("/tmp/a.png"), "/tmp/b.mp4"]),
    ww.ReferenceToVideo(references=[URL], prompt="character1 waves"),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_code_makes_the_request_again(simulator, request_):
    assert run(as_code(request_, simulator)) == (request_, None)


@given(prompt=TEXT, negative=TEXT, address=TEXT, seed=st.none() | st.integers(0, 2**31 - 1))
def test_whatever_was_typed_the_code_has_it_letter_by_letter(prompt, negative, address, seed):
    fields = {"prompt": prompt, "negative_prompt": negative, "seed": seed, "extra": {address: [address, {"x": prompt}]}}
    request = ww.ImageToVideo(image=f"https://a.example/{seed}.png", **fields)
    code = as_code(request, AsyncClient("simulator"))
    assert run(code) == (request, None)
    assert all(line.isprintable() for line in code.split("\n"))


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_code_is_read_by_people(simulator, request_):
    """It has a line for each value, none longer than a screen, and no value that would be there anyway."""
    code = as_code(request_, simulator)
    lines = code.splitlines()
    assert lines[0] == "import wan_widgets as ww"
    assert max(map(len, lines)) <= 110
    [call] = [node for node in ast.walk(ast.parse(code)) if getattr(node, "func", None) and node.keywords]
    usual = type(request_).draft({})
    written = {each.arg for each in call.keywords}
    assert written == {name for name, value in vars(request_).items() if value != getattr(usual, name)}
    assert len({each.value.lineno for each in call.keywords}) == len(call.keywords)


def test_the_code_of_a_usual_clip(simulator):
    request = ww.TextToVideo(prompt="A lighthouse at dusk, " + "slow dolly forward, " * 4 + "calm", seed=7)
    assert as_code(request, AsyncClient("toapis", api_key="k")) == (
        "import wan_widgets as ww\n"
        "\n"
        "ww.generate(\n"
        "    ww.TextToVideo(\n"
        "        prompt=(\n"
        '            "A lighthouse at dusk, slow dolly forward, slow dolly forward, slow dolly "\n'
        '            "forward, slow dolly forward, calm"\n'
        "        ),\n"
        "        seed=7,\n"
        "    ),\n"
        '    provider="toapis",\n'
        ")"
    )


def test_a_file_beside_the_notebook_is_found_again_after_the_folder_was_moved(simulator, tmp_path, monkeypatch):
    def request():
        return ww.ReferenceToVideo(references=["in/b.mp4", "in/c 'd'.mp4", "https://a.example/e.mp4"])

    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    code = as_code(request(), simulator)
    (tmp_path / "a").rename(tmp_path / "b")
    monkeypatch.chdir(tmp_path / "b")
    assert run(code) == (request(), None)


@pytest.mark.parametrize("name", ["'quoted'", " blank", "http:x.png", "~root/x.png", "plain.png"])
def test_a_name_that_would_be_read_as_another_is_written_whole(simulator, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    request = ww.ImageToVideo(image=LocalFile(tmp_path / name))
    assert run(as_code(request, simulator)) == (request, None)


def test_in_another_working_directory_the_code_finds_the_file_too(simulator, tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "a.ipynb"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    request = ww.ImageToVideo(image=LocalFile(tmp_path / "cat.png"))
    assert run(as_code(request, simulator)) == (request, None)


def test_what_was_in_memory_has_a_name_and_a_remark(simulator):
    request = ww.ReferenceToVideo(references=[URL, b"12345", ww.ImageReference(b"123")], guide_audio=b"1")

    code = as_code(request, simulator)

    assert [line for line in code.splitlines() if line.startswith("#")] == [
        "# guide_audio: the 1 bytes that it was made from",
        "# references_2: the 5 bytes that it was made from",
        "# references_3: the 3 bytes that it was made from",
    ]
    again, _ = run(code, references_2=b"12345", references_3=b"123", guide_audio=b"1")
    assert again == request
    assert again.references[1] == LocalFile(data=b"12345")


@pytest.mark.parametrize(
    ("client", "written"),
    [
        (lambda: AsyncClient("toapis", api_key="k"), 'provider="toapis",'),
        (lambda: AsyncClient("dashscope", api_key="k"), 'provider="dashscope",'),
        (
            lambda: AsyncClient("dashscope", api_key="k", region="singapore"),
            'provider=ww.AsyncClient("dashscope", region="singapore"),',
        ),
        (
            lambda: AsyncClient("toapis", api_key="k", base_url="http://127.0.0.1:9"),
            'provider=ww.AsyncClient("toapis", base_url="http://127.0.0.1:9"),',
        ),
        (
            lambda: AsyncClient("simulator", base_url="http://127.0.0.1:9"),
            'provider=ww.AsyncClient("simulator", base_url="http://127.0.0.1:9"),',
        ),
    ],
)
def test_the_code_names_the_service_and_never_the_key(client, written, monkeypatch):
    client = client()
    code = as_code(ww.TextToVideo(prompt="x"), client)

    assert written in code
    assert "'k'" not in code
    assert '"k"' not in code
    monkeypatch.setenv("WAN_API_KEY", "k")
    _, provider = run(code)
    made = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
    assert made.site == client.site


def test_a_service_of_ones_own_has_a_name_and_a_remark():
    class Own(ToAPIs):
        name, title = "own", "My render farm"

    code = as_code(ww.TextToVideo(prompt="x"), AsyncClient(Own(), api_key="k"))

    assert "# provider: your own client of My render farm" in code
    assert run(code, provider="mine") == (ww.TextToVideo(prompt="x"), "mine")
