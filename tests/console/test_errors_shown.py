"""What a cell shows when it is interrupted, or when its clip fails: the user's own lines and a sentence."""

import re
import sys

from shared.quick import QUICK

INTERRUPTED = f"""{QUICK}
os.environ["WAN_SIMULATOR_SPEED"] = "1"
import threading, time, wan_widgets as ww
def press():
    while not any(order.task_id for order in ww.tasks()):
        time.sleep(0.1)
    os.kill(os.getpid(), 2)
threading.Thread(target=press).start()
video = ww.generate("A kitten", seed=3)"""
FAILING = [
    INTERRUPTED,
    "os.environ['WAN_SIMULATOR_SPEED'] = '50'\nww.generate('FAIL kitten', resolution='720p')",
    "ww.generate('A kitten', resolution='9p')",
    "ww.wait('nothing', provider='simulator')",
    "await ww.AsyncClient('toapis', api_key='k', base_url='http://127.0.0.1:9').submit(ww.TextToVideo(prompt='x'))",
    "ww.generate('A kitten', resolutoin='720p')",
    "ww.Studio(promt='A kitten')",
    "ww.set_budget('10 CNY')",
    "def mine():\n    return ww.ImageToVideo(image='')\nmine()",
]


def test_only_the_users_own_lines_are_shown(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in FAILING])
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, resources=where, allow_errors=True).execute()
    for cell in notebook.cells:
        said = "".join("\n".join(o.get("traceback", [])) + o.get("text", "") for o in cell.outputs)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
        assert sum(output.output_type == "error" for output in cell.outputs) == 1
        assert len(plain.splitlines()) <= len(cell.source.splitlines()) + 15, plain
        assert "wan_widgets/" not in plain
        assert not any(place in plain for place in (str(tmp_path), sys.prefix))
    [first, *_] = notebook.cells
    assert "To come back to it:  ww.wait('" in first.outputs[1].text
    assert [output.get("ename") for output in first.outputs][-1] == "Interrupted"
    assert "mine()" in "\n".join(notebook.cells[-1].outputs[0].traceback), "the user's own functions are shown"
