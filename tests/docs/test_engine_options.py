"""The options of the engines in the pages, against those that the engines have.

The table was read in the sources of these versions: SGLang's `multimodal_gen/runtime/server_args/server_args.py`,
vLLM's `entrypoints/launchers/cli_args.py` and `engine/arg_utils.py`, vLLM-Omni's `entrypoints/cli/serve.py`, and for
variables vLLM's `envs.py` and vLLM-Omni's `config/server_settings.py`.
"""

import re
import shlex
from itertools import pairwise

import pytest

from docs.pages import ROOT, blocks, text

PAGE = "docs/engines.md"
VERSIONS = {"SGLang": "0.5.23", "vLLM": "0.30.0", "vLLM-Omni": "0.30.0"}
SGLANG = {
    "--dist-init-addr",
    "--dp-size",
    "--enable-cfg-parallel",
    "--host",
    "--model-path",
    "--nnodes",
    "--node-rank",
    "--num-gpus",
    "--output-path",
    "--port",
    "--ulysses-degree",
}
VLLM = {"--api-key", "--api-server-count", "--headless", "--host", "--port"}
VLLM_OMNI = {
    "--boundary-ratio",
    "--cfg-parallel-size",
    "--flow-shift",
    "--omni",
    "--omni-lb-policy",
    "--omni-master-address",
    "--omni-master-port",
    "--stage-id",
    "--usp",
}
VARIABLES = {
    "VLLM_API_KEY",
    "VLLM_HTTP_TIMEOUT_KEEP_ALIVE",
    "VLLM_OMNI_SERVER_STORAGE__FILE_TTL",
    "VLLM_OMNI_SERVER_STORAGE__PATH",
}
OPTIONS = {"sglang": SGLANG, "vllm": VLLM | VLLM_OMNI}


def commands() -> list[list[str]]:
    code = "\n".join(block.code.replace("\\\n", " ") for block in blocks("shell"))
    return [words for line in code.splitlines() if (words := shlex.split(line)) and words[0] in OPTIONS]


def degrees(words: list[str]) -> int:
    """Over how many GPUs a command spreads the model: the product of the degrees that it names."""
    said = dict(pairwise(words))
    guidance = 2 if said.get("--enable-cfg-parallel") == "true" else int(said.get("--cfg-parallel-size", 1))
    return guidance * int(said.get("--ulysses-degree") or said["--usp"])


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words[:2]))
def test_an_engine_has_the_options_that_a_command_gives_it(words):
    assert words[1] == "serve"
    assert {word for word in words if word.startswith("--")} <= OPTIONS[words[0]]
    if "--num-gpus" in words:
        assert degrees(words) == int(words[words.index("--num-gpus") + 1])
    else:
        assert degrees(words) == 8, "the page says eight GPUs"


def test_the_page_names_no_option_and_no_variable_that_is_not_in_the_table():
    page = text(PAGE)
    named = set(re.findall(r"`(--[a-z][a-z-]*)", page)) | {word for words in commands() for word in words}
    assert {word for word in named if word.startswith("--")} == SGLANG | VLLM | VLLM_OMNI
    assert set(re.findall(r"\bVLLM_[A-Z_]+\b", page)) == VARIABLES


def test_the_page_says_of_which_versions_the_table_is():
    said = ROOT.joinpath(PAGE).read_text("utf-8")
    assert all(f"{name} {version}" in said for name, version in VERSIONS.items())
