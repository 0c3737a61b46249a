"""Which test holds which promise about an environment, such as JupyterLab, or a page that nbconvert made.

A test says what it holds with ``@pytest.mark.promise(environment, promise, cell)``: the row and the column of the table
in docs/notebooks.md, and the words in that cell, usually "yes". With ``--promises=FILE`` the outcomes are written to a
file; scripts/environments.py makes the table of it.
"""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

PACKAGES = ("jupyterlab", "notebook", "ipykernel", "anywidget", "nbconvert", "nbclient", "papermill", "voila", "marimo")
"""Whose versions are told below the table."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", type=Path, help="write to this file which promises were kept")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(environment, promise, cell='yes'): what the table in the docs says")
    if path := config.getoption("--promises"):
        config.pluginmanager.register(Outcomes(path), "outcomes")


class Outcomes:
    """The outcome of each cell of the table. A cell holds if all tests that say it have passed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells: dict[tuple[str, str], dict] = {}
        self.promised: dict[str, list[tuple[str, str]]] = {}
        self.versions = {name: version(name) for name in PACKAGES}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("promise"):
                environment, promise, *words = mark.args
                self.promised.setdefault(item.nodeid, []).append((environment, promise))
                cell = {"environment": environment, "promise": promise, "cell": (words or ["yes"])[0]}
                self.cells.setdefault((environment, promise), cell | {"kept": True, "tests": []})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key in self.promised.get(report.nodeid, []):
            self.cells[key]["kept"] &= report.passed
            if report.when == "call":
                self.cells[key]["tests"].append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        cells = [cell for cell in self.cells.values() if cell["tests"]]
        found = {
            "versions": self.versions,
            "cells": sorted(cells, key=lambda cell: (cell["environment"], cell["promise"])),
        }
        self.path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
