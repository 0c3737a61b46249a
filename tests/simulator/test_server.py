"""The simulator as a program, and what it may import."""

import ast
import html
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import wan_widgets as ww
import wan_widgets.simulator
from wan_widgets.simulator import Simulator
from wan_widgets.simulator.welcome import greeting

ROOM = Path(wan_widgets.simulator.__file__).parent


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[subprocess.Popen, str]]:
    command = [sys.executable, "-m", "wan_widgets.simulator", "--port", "0", "--directory", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process, process.stdout.readline()
        process.kill()


def ask(url: str, body: dict | None = None, key: str = "any") -> tuple[int, dict]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_its_address_in_a_browser_says_how_to_come_there(server, monkeypatch):
    [base] = re.findall(r"The simulator is at (\S+)", server[1])
    with urllib.request.urlopen(base, timeout=20) as answer:
        page = html.unescape(answer.read().decode())
    for name, value in re.findall(r"(WAN_\w+)=(\S+?)(?=[\s<])", page):
        monkeypatch.setenv(name, value)
    client = ww.AsyncClient()
    assert (client.provider.name, client.base_url, client.is_embedded) == ("simulator", base, False)
    [code] = re.findall(r"ww\.Studio\((.*)\)</pre>", page)
    assert eval(code, {"ww": ww}).base_url == base
    assert f"curl {base}/v1/videos/generations" in page


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_its_address_stands_alone_where_a_terminal_or_a_program_takes_it_from_the_greeting(monkeypatch, language):
    monkeypatch.setenv("WAN_LANG", language)
    first, *_ = re.findall(r"http://\S+", greeting("127.0.0.1", 8765))
    assert first == "http://127.0.0.1:8765"


def test_from_another_machine_it_says_that_the_network_is_yours(monkeypatch):
    answer = TestClient(Simulator().app, base_url="http://class-server:8765").get("/")
    page = html.unescape(answer.text)
    assert "WAN_BASE_URL=http://class-server:8765 WAN_INSECURE_HTTP=1" in page
    assert 'base_url="http://class-server:8765", insecure_http=True' in page
    said = greeting("0.0.0.0", 8765)
    assert f"From other machines: http://{socket.gethostname()}:8765" in said
    assert "0.0.0.0" not in said
    for base_url in ("http://class-server:8765", "http://192.168.7.7:8765"):
        monkeypatch.delenv("WAN_INSECURE_HTTP", raising=False)
        with pytest.raises(ww.ConfigurationError, match="WAN_INSECURE_HTTP"):
            ww.AsyncClient("simulator", base_url=base_url)
        monkeypatch.setenv("WAN_INSECURE_HTTP", "1")
        assert ww.AsyncClient("simulator", base_url=base_url).base_url == base_url


@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "wan_widgets 模拟器"),
        ("de, ru;q=0.7", "ru", "Симулятор wan_widgets"),
        ("de", "en", "The simulator of wan_widgets"),
    ],
)
def test_its_page_speaks_the_language_of_the_browser(wanted, language, title):
    page = TestClient(Simulator().app).get("/", headers={"accept-language": wanted}).text
    assert (f'<html lang="{language}">' in page, f"<h1>{title}</h1>" in page) == (True, True)


def test_a_hostile_name_of_the_server_stays_text():
    answer = TestClient(Simulator().app).get("/", headers={"host": "a<script>alert(1)</script>"})
    assert "<script>" not in answer.text


def test_it_serves_any_client_and_ends_quietly(server):
    process, line = server
    base = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
    assert f"curl {base}/v1/videos/generations" in line
    for path in ("/v1", "/api/v1", "/uniall/v1", "/newapi/v1"):
        assert f" {base}{path}" in line
    status, task = ask(f"{base}/v1/videos/generations", {"model": "wan2.6", "prompt": "A lighthouse"})
    assert (status, task["status"]) == (200, "queued")
    status, again = ask(f"{base}/v1/videos/generations/{task['id']}")
    assert (status, again["id"]) == (200, task["id"])
    assert ask(f"{base}/v1/videos/generations/{task['id']}", key="wrong")[0] == 401
    assert ask(f"{base}/v1/videos/generations/{task['id']}/cancel", {})[1]["status"] == "cancelled"
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert (stdout, stderr, process.returncode) == ("", "", 0)


def test_it_knows_the_facts_of_wan_and_the_words_and_nothing_else_of_the_package():
    imported = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
            imported.update(name for name in names if name.startswith("wan_widgets"))
    others = {name for name in imported if not name.startswith("wan_widgets.simulator")}
    assert others == {"wan_widgets.wan.models", "wan_widgets.words", "wan_widgets.words.languages"}


def test_importing_it_loads_no_server_and_no_encoder():
    code = "import sys, wan_widgets; old = {*sys.modules}; import wan_widgets.simulator; print(*{*sys.modules} - old)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"starlette", "uvicorn", "numpy", "av", "PIL"} & set(loaded)


def test_help_and_errors_say_what_can_be_chosen():
    command = [sys.executable, "-m", "wan_widgets.simulator"]
    text = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    assert "{openai,sglang,vllm-omni}" in text
    assert "/newapi/v1" in text
    wrong = subprocess.run([*command, "--port", "0", "--model", "x"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("--model: 'x' is none of Wan-AI/")
