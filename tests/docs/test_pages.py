"""What the pages say is so: names, tables, settings, files."""

import ast
import re
from pathlib import Path

import pytest

import wan_widgets as ww
from docs.pages import Block, all_text, block_with, blocks, text
from wan_widgets import simulator

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(ww.__file__).parent.rglob("*.py"))
REQUEST = ww.TextToVideo(prompt="A kitten", resolution="720p")


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.where)
def test_a_block_is_python_for_a_cell_and_names_what_exists(block: Block):
    tree = compile(block.code, block.where, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_ww(node.value)]

    assert all(hasattr(ww, name) for name in names)


def _is_ww(node):
    return isinstance(node, ast.Name) and node.id == "ww"


def test_every_public_name_in_prose_exists():
    names = set(re.findall(r"`ww\.(\w+)", all_text()))

    assert names
    assert all(hasattr(ww, name) for name in names)


def test_the_simulators_block_runs(tmp_path, monkeypatch):
    block = block_with("wan_widgets.simulator import", "python")
    monkeypatch.chdir(tmp_path)

    space = {"ww": ww}
    exec(block.code, space)

    assert isinstance(space["simulator"], simulator.Simulator)
    assert space["simulator"].directory == Path("a folder for its tasks")


def test_the_table_of_sizes_is_the_packages():
    sizes = ww.providers.PROVIDERS["toapis"].offer("wan2.6", ww.Mode.TEXT).sizes
    rows = re.findall(r"^\| (\d+:\d+) \| (\d+×\d+) \| (\d+×\d+) \|$", text("docs/files.md"), re.MULTILINE)

    assert {ratio: (low, high) for ratio, low, high in rows} == {
        ratio: (str(sizes["720p"][ratio]), str(sizes["1080p"][ratio])) for ratio in sizes["720p"]
    }


def test_every_error_of_the_package_is_named():
    page = text("docs/errors.md")
    errors = {
        name
        for name in ww.__all__
        if isinstance(getattr(ww, name), type) and issubclass(getattr(ww, name), ww.WanError)
    }

    assert {name for name in errors if f"`{name}`" not in page and f"ww.{name}" not in page} == set()


def test_the_regions_are_those_of_model_studio():
    page = text("docs/services.md")
    [told] = re.findall(r"The regions of Model Studio are (.*?)\.\n", page, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", told)) == set(ww.providers.PROVIDERS["dashscope"].regions)


def test_the_provider_on_its_page_is_the_one_in_its_file():
    """Of which tests/providers/test_own_provider.py shows that it works."""
    file, page = text("docs/own_provider.py"), block_with("class Lab", "python").code
    assert file.startswith(page)
    assert all(line.startswith("#") for line in file.removeprefix(page).split("\n") if line)


def test_the_prices_are_prices(tmp_path, monkeypatch):
    in_python, in_a_file = block_with("set_price", "python"), block_with("toapis", "toml")
    client = ww.AsyncClient("toapis", api_key="any")
    path = tmp_path / "prices.toml"
    path.write_text(in_a_file.code)
    monkeypatch.setenv("WAN_PRICES", str(path))
    from_the_file = client.quote(REQUEST)
    try:
        exec(in_python.code, {"ww": ww})
        in_the_notebook = client.quote(REQUEST)
    finally:
        ww.set_price("toapis", "wan2.6", None)

    assert str(from_the_file) == str(in_the_notebook) == "3 CNY"
    assert (from_the_file.source, in_the_notebook.source) == ("your price table", "my contract")


BUDGETS = [block for block in blocks("toml") if "[[budget]]" in block.code]


@pytest.mark.parametrize("block", BUDGETS, ids=lambda block: block.where)
def test_a_budget_file_holds_orders(block: Block, reader, monkeypatch):
    file = reader / "budget.toml"
    monkeypatch.setenv("WAN_BUDGET", str(file))
    file.write_text(block.code)
    ww.generate(REQUEST, provider="toapis")
    file.write_text(re.sub(r"clips = \d+", "clips = 1", block.code))
    with pytest.raises(ww.OverBudget, match="1 of 1 clips are used"):
        ww.generate(REQUEST, provider="toapis")


def test_the_budget_of_the_environment_is_one(reader, monkeypatch):
    [line] = re.findall(r'^WAN_BUDGET="([^"]+)"', all_text(), re.MULTILINE)
    monkeypatch.setenv("WAN_BUDGET", line)
    ww.generate(REQUEST, provider="toapis")
    monkeypatch.setenv("WAN_BUDGET", line.replace("100", "1"))
    with pytest.raises(ww.OverBudget, match="1 of 1 clips are used"):
        ww.generate(REQUEST, provider="toapis")


def test_every_variable_of_the_package_is_told_of_and_no_other():
    assert set(re.findall(r"\bWAN_[A-Z_]+", all_text())) == set(re.findall(r'"(WAN_[A-Z_]+)"', SOURCES))


def test_the_variables_of_keys_are_those_of_the_services():
    told = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*_KEY\b", all_text())) - {"WAN_API_KEY", "LAB_KEY", "VLLM_API_KEY"}
    assert told == {name for provider in ww.providers.PROVIDERS.values() for name in provider.key_variables}
