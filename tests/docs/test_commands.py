"""Every command in the pages: what is ours in it exists. Nothing is installed here, and nothing started."""

import os
import re
import shlex
import subprocess
import sys
import tomllib

import pytest

import wan_widgets as ww
from docs.pages import ROOT, blocks, text

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NOT_OURS = ("jupyter", "voila", "sglang", "vllm", "vbench", "export", "ssh")
KEYS = {name for provider in ww.providers.PROVIDERS.values() for name in provider.key_variables}


def commands() -> list[str]:
    lines = [line.strip() for block in blocks("shell") for line in block.code.replace("\\\n", " ").splitlines()]
    return list(dict.fromkeys(filter(None, lines)))


@pytest.fixture(scope="module")
def help_of_simulator() -> str:
    command = [sys.executable, "-m", "wan_widgets.simulator", "--help"]
    wide = os.environ | {"COLUMNS": "500"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=wide).stdout


@pytest.mark.parametrize("command", commands())
def test_a_command_is_one(command, help_of_simulator):
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    match words:
        case ["python" | "python3", script]:
            assert script.startswith("scripts/")
            assert (ROOT / script).is_file()
        case ["python", "-m", "wan_widgets.simulator", *flags]:
            assert all(flag in help_of_simulator for flag in flags if flag.startswith("--"))
            engine = flags[flags.index("--engine") + 1] if "--engine" in flags else "openai"
            assert re.search(rf"--engine {{[^}}]*\b{engine}\b[^}}]*}}", help_of_simulator)
        case ["pip", "install", "vllm==0.30.0", "vllm-omni==0.30.0"]:
            pass  # test_engine_options says what is read of them
        case ["pip", "install", what]:
            assert what in (".", "keyring", "sglang[diffusion]") or what.startswith("git+https://")
            assert PROJECT["optional-dependencies"]["keyring"][0].startswith("keyring")
        case [program, *_]:
            assert program in NOT_OURS


def test_the_base_urls_of_the_simulator_are_those_it_announces(help_of_simulator):
    told = re.findall(r"`http://127\.0\.0\.1:8765(/[\w/]+)`", text("docs/simulator.md"))
    assert told
    assert set(told) == set(re.findall(r"http://host:port(/[\w/]+)", help_of_simulator))
