"""What must hold for the repository as a whole. Each guard has a reason: read it before you relax it."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import wan_widgets

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "wan_widgets"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Which rooms each room may import from: one direction, so that each can be read, and tested, without those above it.
ROOMS = {
    "wan": set(),
    "providers": {"wan"},
    "simulator": {"wan"},  # never providers: a misreading of a service must not cancel out between the two
    "client": {"wan", "providers", "simulator"},
    "experiments": {"wan", "providers", "client"},
    "widgets": {"wan", "providers", "client", "experiments"},
}
PURE_ROOMS = ("wan", "providers")
OUTSIDE_WORLD = {"httpx", "anywidget", "ipywidgets", "IPython", "traitlets", "starlette", "uvicorn", "sqlite3"}

# Written so that these lines do not match themselves.
MACHINE_PATH = re.compile(r"(?<![\w.:])/(?:home|Users|work|root|opt/wheels)[/][\w.-]|[A-Z]:\\+Users\\+\w")
REGISTRY = re.compile(r"pythonhosted[.]|\bpypi[.](?:org|python)|registry[.](?:npmjs|yarnpkg)|npmmirro[r]")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|\b(?:src|href)=[\"']([^\"']+)[\"']")


def repository_files() -> list[Path]:
    """What is committed; in a copy without git, what lies in the folders that are."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]
    folders = (".ci", "benchmarks", "docs", "js/src", "notebooks", "scripts", "tests", "wan_widgets")
    inside = (path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
    return [path for path in (*ROOT.glob("*"), *inside) if path.is_file()]


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def imported_names(path: Path) -> Iterator[str]:
    """The full names a module imports, wherever in it; relative ones spelled out."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parent.parts
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_is_below_them(room):
    for path in modules(room):
        others = {name.split(".")[1] for name in imported_names(path) if name.startswith("wan_widgets.")}
        strangers = others - ROOMS[room] - {room}
        assert not strangers, f"{path.relative_to(ROOT)} imports from {strangers}"


def test_every_room_has_its_place():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_values_and_providers_do_no_input_or_output(room):
    for path in modules(room):
        roots = {name.split(".")[0] for name in imported_names(path)}
        assert not roots & OUTSIDE_WORLD, path.relative_to(ROOT)


def test_the_public_face_is_sorted_and_complete():
    public = {name for name, value in vars(wan_widgets).items() if not (name.startswith("_") or is_module(value))}
    assert list(wan_widgets.__all__) == sorted(wan_widgets.__all__)
    assert set(wan_widgets.__all__) == public


def is_module(value: object) -> bool:
    return isinstance(value, ModuleType)


def test_the_license_is_the_one_that_the_metadata_names():
    assert PROJECT["license"] == "BSD-3-Clause"
    for name in PROJECT["license-files"]:
        assert (ROOT / name).read_text("utf-8").startswith("BSD 3-Clause License\n")


def test_the_wheel_holds_every_file_of_the_package():
    """What is installed: with scripts/test.py it is the wheel, which tests/conftest.py makes sure of."""
    installed = Path(wan_widgets.__file__).parent
    for path in repository_files():
        if path.is_relative_to(PACKAGE):
            assert (installed / path.relative_to(PACKAGE)).read_bytes() == path.read_bytes(), path.relative_to(ROOT)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine", "registry"])
def test_no_file_tells_where_it_was_written(pattern):
    """Paths of one machine and addresses of one mirror break for everybody else."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in repository_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in repository_files()
        if path.suffix == ".md"
        for match in LINK.finditer(path.read_text("utf-8"))
        if not re.match(r"[a-z]+:|#", target := match[1] or match[2])
        and not (path.parent / target.split("#")[0]).exists()
    ]
    assert not broken, "\n".join(broken)
