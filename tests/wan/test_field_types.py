"""The types of arguments: what pyright, completion in a cell and the tooltip of a call know of them."""

import inspect
import json
import subprocess
import sys
from dataclasses import fields

import pytest

import wan_widgets as ww
from wan_widgets.wan.field_types import FormValues, RequestFields
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.widgets.values import FIELDS

PROGRAM = """\
import io, pathlib
import numpy as np
import wan_widgets as ww
from PIL import Image

ww.generate("x", resolution="720p", seed=7, aspect_ratio="16:9", image=pathlib.Path("cat.png"))
ww.generate("x", references=["a.png", ww.VideoReference("b"), Image.new("RGB", (2, 2)), np.zeros((2, 2)), io.BytesIO()])
ww.generate("x", sead=7)  # wrong
ww.generate("x", seed="7")  # wrong
ww.generate("x", image=7)  # wrong
ww.ImageToVideo("x", image=pathlib.Path("cat.png"), seed=7)
ww.ImageToVideo(image=Image.new("RGB", (2, 2)), aspect_ratio="16:9")
ww.ReferenceToVideo("x", references=[pathlib.Path("a.png"), ww.VideoReference(b"")])
ww.ImageToVideo("x", image=7)  # wrong
ww.TextToVideo("x", sead=7)  # wrong
studio = ww.Studio("toapis", resolution="720p", prompt="x", image=b"")
ww.Studio(promt="x")  # wrong
ww.VideoForm(duration="5")  # wrong
video = studio.submit(ww.TextToVideo(prompt="x", seed=7)).result()
print(video.seed, video.price, video.request)
ww.TextToVideo(prompt="x", image="cat.png")  # wrong
ww.TextToVideo(prompt=7)  # wrong
"""


def test_every_field_of_a_request_and_of_a_form_is_typed():
    of_requests = {field.name for kind in REQUEST_TYPES.values() for field in fields(kind)}
    assert inspect.get_annotations(RequestFields).keys() == of_requests - {"prompt", "image", "references"}
    assert inspect.get_annotations(FormValues).keys() == set(FIELDS)


@pytest.mark.parametrize(
    ("function", "typed"), [(ww.generate, RequestFields), (ww.Studio, FormValues), (ww.VideoForm, FormValues)]
)
def test_the_tooltip_of_a_call_shows_every_field(function, typed):
    assert inspect.get_annotations(typed).keys() <= inspect.signature(function).parameters.keys()


def test_a_cell_completes_the_names():
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["ww"] = ww
    with provisionalcompleter():
        for text in ("ww.generate(res", "ww.Studio(res", "ww.VideoForm(res", "ww.TextToVideo(res"):
            assert "resolution=" in [each.text for each in shell.Completer.completions(text, len(text))]


def test_pyright_knows_them(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "program.py"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    found = json.loads(checked.stdout)["generalDiagnostics"]
    lines = {each["range"]["start"]["line"] for each in found if each["severity"] == "error"}
    assert lines == {number for number, line in enumerate(PROGRAM.splitlines()) if line.endswith("# wrong")}, found
