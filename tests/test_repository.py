"""What must hold for the repository as a whole. Each guard has a reason: read it before you relax it."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import wan_widgets

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "wan_widgets"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

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


def test_the_public_face_is_sorted_and_complete():
    public = {name for name in dir(wan_widgets) if not name.startswith("_")}
    assert list(wan_widgets.__all__) == sorted(wan_widgets.__all__)
    assert set(wan_widgets.__all__) == set(wan_widgets._HOME)
    assert public == set(wan_widgets.__all__)
    assert all(getattr(wan_widgets, name) for name in wan_widgets.__all__)


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
