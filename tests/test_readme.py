"""What the README shows can be typed as it stands."""

import ast
import re
from pathlib import Path

import pytest

import wan_widgets as ww
from wan_widgets import simulator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[0][:40])
def test_a_block_is_python_for_a_cell_and_names_what_exists(block):
    tree = compile(block, "README.md", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_ww(node.value)]

    assert all(hasattr(ww, name) for name in names)


def _is_ww(node):
    return isinstance(node, ast.Name) and node.id == "ww"


def test_every_public_name_in_prose_exists():
    names = set(re.findall(r"`ww\.(\w+)", README))

    assert names
    assert all(hasattr(ww, name) for name in names)


def test_the_simulators_block_runs(tmp_path, monkeypatch):
    [block] = [block for block in BLOCKS if "wan_widgets.simulator" in block]
    monkeypatch.chdir(tmp_path)

    space = {"ww": ww}
    exec(block, space)

    assert isinstance(space["simulator"], simulator.Simulator)
    assert space["simulator"].directory == Path("a folder for its tasks")


def test_the_table_of_sizes_is_the_packages():
    from wan_widgets.wan.models import WAN_2_6_SIZES

    rows = re.findall(r"^\| (\d+:\d+) \| (\d+×\d+) \| (\d+×\d+) \|$", README, re.MULTILINE)

    assert {ratio: (low, high) for ratio, low, high in rows} == {
        ratio: (str(WAN_2_6_SIZES["720p"][ratio]), str(WAN_2_6_SIZES["1080p"][ratio]))
        for ratio in WAN_2_6_SIZES["720p"]
    }


def test_every_error_of_the_package_is_named():
    errors = {
        name
        for name in ww.__all__
        if isinstance(getattr(ww, name), type) and issubclass(getattr(ww, name), ww.WanError)
    }

    assert {name for name in errors if f"`{name}`" not in README and f"ww.{name}" not in README} == set()
