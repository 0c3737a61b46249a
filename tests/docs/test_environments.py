"""The table of environments in docs/notebooks.md is what scripts/environments.py makes of the results it has kept."""

import json

import environments
from docs.pages import text


def test_the_table_is_made_from_the_results():
    table = environments.table(json.loads(environments.RESULTS.read_text("utf-8")))
    assert f"{environments.BEGIN}\n\n{table}\n\n{environments.END}" in text("docs/notebooks.md")


def test_each_cell_names_the_tests_that_hold_it():
    results = json.loads(environments.RESULTS.read_text("utf-8"))
    files = {name.partition("::")[0] for cell in results["cells"] for name in cell["tests"]}
    names = {name.partition("[")[0] for cell in results["cells"] for name in cell["tests"]}
    assert files
    for name in names:
        path, _, function = name.partition("::")
        assert f"def {function}(" in (environments.ROOT / path).read_text("utf-8"), name
