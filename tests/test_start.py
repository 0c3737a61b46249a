"""What `import wan_widgets` loads: nothing that is not used."""

import ast
import subprocess
import sys
from pathlib import Path

import wan_widgets as ww

SOURCE = Path(ww.__file__).read_text("utf-8")


def loaded_by(line: str) -> set[str]:
    """The modules that a fresh Python has loaded after a line of code."""
    code = f"{line}\nimport sys\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_import_alone_loads_no_library():
    assert not loaded_by("import wan_widgets") & {"httpx", "ipywidgets", "anywidget", "asyncio", "sqlite3", "tomllib"}


def test_a_script_that_orders_loads_no_widgets():
    assert not loaded_by("import wan_widgets\nwan_widgets.generate") & {"ipywidgets", "anywidget", "traitlets"}


def test_the_widgets_load_no_video_library_and_no_simulator():
    loaded = loaded_by("import wan_widgets\nwan_widgets.Studio")

    assert "ipywidgets" in loaded
    assert not loaded & {"av", "numpy", "PIL", "starlette", "uvicorn", "tomllib"}


def test_what_a_type_checker_reads_is_what_python_does():
    [block] = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.If)]
    read = {alias.name: node.module for node in block.body for alias in node.names}

    assert read == {name: f"wan_widgets.{home}" for name, home in ww._HOME.items()}
    assert sorted(read) == sorted(ww.__all__)
    assert set(ww.__all__) <= set(dir(ww))


def test_rooms_are_found_by_their_names_as_before():
    assert ww.providers.PROVIDERS
    assert not hasattr(ww, "nothing")
    assert not hasattr(ww, "_nothing")
