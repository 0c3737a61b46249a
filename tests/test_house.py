"""The rooms of the package: what each may import, and that no two files need each other.

Each guard has a reason: read it before you relax it. The rooms and what they say are in CONTRIBUTING.md.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "wan_widgets"

# From the ground up: which other rooms each room may import from. One direction, so that each can be read, and tested,
# without those above it.
BELOW = ["words", "wan", "providers", "simulator", "pacing", "files", "money", "ledger", "service"]
ROOMS = {
    "words": set(),
    "wan": {"words"},
    "providers": {"words", "wan"},
    "simulator": {"words", "wan"},  # never providers: a misreading of a service must not cancel out between the two
    "pacing": {"wan", "providers"},
    "files": {"words", "wan", "providers"},
    "money": {"words", "wan", "providers", "files"},
    "ledger": {"words", "wan", "files", "money"},
    "service": {"words", "wan", "providers", "simulator", "pacing", "files"},
    "generation": {*BELOW},
    "client": {*BELOW, "generation"},
    "experiments": {*BELOW, "generation", "client"},
    "console": {*BELOW, "generation", "client", "experiments"},
    "widgets": {*BELOW, "generation", "client", "experiments", "console"},
}
ALONE = {"sqlite3": "ledger", "httpx": "service"}
"""Libraries that one room of the package uses, besides the simulator, which is a service and no client."""
PURE = ("wan", "providers", "pacing")
OUTSIDE_WORLD = {"httpx", "anywidget", "ipywidgets", "IPython", "traitlets", "starlette", "uvicorn", "sqlite3"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imported_names(module: str, source: str) -> Iterator[str]:
    """The full names a module imports, wherever in it, also inside functions; relative ones spelled out."""
    is_package = FILES[module].name == "__init__.py"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: len(module.split(".")) - node.level + is_package] if node.level else []
            yield from (".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names)


def imported_files(module: str, source: str) -> set[str]:
    """Which files of the package a module imports: ``from package import name`` may mean a file or what is in one."""
    names = {name for name in imported_names(module, source) if name.split(".")[0] == PACKAGE.name}
    return {name if name in FILES else name.rpartition(".")[0] for name in names} - {module}


def strangers(module: str, source: str) -> set[str]:
    """The rooms that a module imports from and may not."""
    rooms = {room_of(name) for name in imported_files(module, source)} - {room_of(module)}
    return rooms - ROOMS[room_of(module)]


def outsiders(module: str, source: str) -> set[str]:
    """The libraries that another room has for itself."""
    roots = {name.split(".")[0] for name in imported_names(module, source)}
    return {root for root in roots & set(ALONE) if room_of(module) not in (ALONE[root], "simulator")}


def source_of(module: str) -> str:
    return FILES[module].read_text("utf-8")


IN_ROOMS = [module for module in FILES if module != PACKAGE.name]


@pytest.mark.parametrize("module", IN_ROOMS)
def test_a_room_imports_only_what_is_below_it(module):
    assert strangers(module, source_of(module)) == set()
    assert outsiders(module, source_of(module)) == set()


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("wan_widgets.service.service", "from wan_widgets.generation import buying"),
        ("wan_widgets.service.service", "def f():\n    from wan_widgets.generation.step import Step"),
        ("wan_widgets.service.service", "from ..generation import buying"),
        ("wan_widgets.simulator.desk", "import wan_widgets.providers.replies"),
        ("wan_widgets.ledger.order", "from wan_widgets.service import service"),
        ("wan_widgets.wan.tasks", "def f():\n    from wan_widgets import files"),
    ],
)
def test_an_import_that_runs_upwards_is_found(module, line):
    assert strangers(module, line)


def test_no_two_files_need_each_other():
    graph = {module: imported_files(module, source_of(module)) for module in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")


def test_every_room_has_its_place():
    rooms = {room_of(module) for module in IN_ROOMS}
    assert rooms == set(ROOMS)


def test_contributing_shows_the_rooms_and_the_files_that_there_are():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)(?:/|\.py)`", text, re.MULTILINE) == list(ROOMS)
    named = re.findall(r"\b((?:[a-z]+/)+\w+\.py)", text)
    assert len(named) > 10
    places = (ROOT, PACKAGE)
    assert [name for name in named if not any((place / name).is_file() for place in places)] == []


@pytest.mark.parametrize("module", [module for module in FILES if room_of(module) in PURE])
def test_values_and_providers_do_no_input_or_output(module):
    roots = {name.split(".")[0] for name in imported_names(module, source_of(module))}
    assert not roots & OUTSIDE_WORLD


def test_the_package_is_imported_without_what_is_heavy():
    """Encoders, image libraries and web frameworks come with their first use."""
    code = "import sys, wan_widgets; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"av", "PIL", "numpy", "starlette", "uvicorn", "nest_asyncio2", "keyring"} & set(loaded)
