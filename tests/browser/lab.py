"""Opens notebooks in a real JupyterLab and drives them as a user would.

    notebook = lab.open(["import wan_widgets as ww", "ww.VideoForm()"])
    notebook.run(0)
    notebook.run(1)
    notebook.output(1).get_by_role("button", name="Create").click()
    assert notebook.errors == []

JupyterLab itself is asked to run cells and to save (`window.jupyterapp`): its commands resolve when the work is done,
so nothing here waits for a fixed time or guesses from the look of the page.
"""

import ast
import itertools
import json
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from browser.server import THEMES, LabServer
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page

Theme = Literal["light", "dark"]

# Errors that JupyterLab prints itself, whatever a notebook shows.
NOISE = re.compile(r"favicon|Failed to load resource|WebSocket is closed before|Could not restore the debugger state")
ANSI = re.compile(r"\x1b\[[0-9;]*m")

WITHIN = """
  const within = (promise, ms, what) => {
    let timer;
    const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`${what}: not in ${ms} ms`)), ms); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };
"""
OPENED = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel != null"
CONNECTED = f"""async ({{ms}}) => {{ {WITHIN}
  window.notebookPanel = window.jupyterapp.shell.currentWidget;
  await within(notebookPanel.context.ready, ms, "the notebook");
  await within(notebookPanel.sessionContext.session.kernel.info, ms, "the kernel");
}}"""
START = """({index}) => {
  const panel = window.notebookPanel;
  panel.content.activeCellIndex = index;
  panel.content.deselectAll();
  window.notebookRuns ??= {};
  window.notebookRuns[index] = window.jupyterapp.commands.execute("notebook:run-cell");
}"""
FINISH = f"async ({{index, ms}}) => {{ {WITHIN} await within(window.notebookRuns[index], ms, `cell ${{index}}`); }}"
OUTPUTS = "({index}) => window.notebookPanel.content.widgets[index].model.outputs.toJSON()"
SAVE = f"""async ({{ms}}) => {{ {WITHIN} await within(window.notebookPanel.context.save(), ms, "saving"); }}"""
RESTART = f"""async ({{ms}}) => {{ {WITHIN}
  const session = window.notebookPanel.sessionContext;
  await within(session.restartKernel(), ms, "restarting the kernel");
  await within(session.session.kernel.info, ms, "the new kernel");
}}"""
EVALUATE = f"""async ({{expression, ms}}) => {{ {WITHIN}
  const kernel = window.notebookPanel.sessionContext.session.kernel;
  const request = {{ code: "", silent: true, user_expressions: {{ value: expression }} }};
  const reply = await within(kernel.requestExecute(request).done, ms, expression);
  return reply.content.user_expressions.value;
}}"""
CHANGE_THEME = f"""async ({{theme, ms}}) => {{ {WITHIN}
  await within(window.jupyterapp.commands.execute("apputils:change-theme", {{ theme }}), ms, theme);
}}"""
SHUT_DOWN = f"""async ({{ms}}) => {{ {WITHIN}
  await within(window.notebookPanel.sessionContext.shutdown(), ms, "shutting down");
}}"""


class Notebook:
    """One notebook in one page of the browser. Timeouts are milliseconds, as everywhere in Playwright."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self._note(f"{error.name}: {error.message}"))
        page.on("console", self._on_console)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(message.text)

    def _note(self, error: str) -> None:
        if not NOISE.search(error):
            self.errors.append(error)

    def run(self, index: int, *, raises: bool = False, timeout: float = 60_000) -> None:
        """Runs a cell to its end. A cell that fails is the test's failure, unless `raises` says it should."""
        self.start(index)
        self.finish(index, timeout=timeout)
        failures = [output for output in self.outputs(index) if output["output_type"] == "error"]
        if failures and not raises:
            raise AssertionError(f"cell {index} failed:\n" + ANSI.sub("", "\n".join(failures[0]["traceback"])))
        if raises and not failures:
            raise AssertionError(f"cell {index} was expected to fail, and ran")

    def run_all(self) -> None:
        for index in range(self.page.evaluate("() => window.notebookPanel.content.widgets.length")):
            self.run(index)

    def start(self, index: int) -> None:
        """Starts a cell and returns at once."""
        self.page.evaluate(START, {"index": index})

    def finish(self, index: int, *, timeout: float = 60_000) -> None:
        """Waits for the end of a cell that was started."""
        self.page.evaluate(FINISH, {"index": index, "ms": timeout})

    def output(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputArea")

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """The cell's outputs as the notebook format has them."""
        return list(self.page.evaluate(OUTPUTS, {"index": index}))

    def text_outputs(self, index: int) -> list[str]:
        """The cell's outputs as plain text: what was printed, the text/plain of what was shown, `Error: message`."""
        return [_plain_text(output) for output in self.outputs(index)]

    def evaluate(self, expression: str, *, timeout: float = 60_000) -> Any:
        """The value of a Python expression in the kernel; its repr where that is no literal."""
        answer = self.page.evaluate(EVALUATE, {"expression": expression, "ms": timeout})
        if answer["status"] != "ok":
            raise AssertionError(f"{expression}: {answer['ename']}: {answer['evalue']}")
        text = answer["data"]["text/plain"]
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def save(self) -> dict[str, Any]:
        """Saves the notebook and returns what is now in the file."""
        self.page.evaluate(SAVE, {"ms": 30_000})
        document: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return document

    def set_theme(self, theme: Theme) -> None:
        """Changes the theme of the open page, as the Settings menu does."""
        self.page.evaluate(CHANGE_THEME, {"theme": THEMES[theme], "ms": 30_000})
        light = "true" if theme == "light" else "false"
        self.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")

    def restart_kernel(self) -> None:
        self.page.evaluate(RESTART, {"ms": 60_000})

    def reload(self, *, save: bool = True) -> None:
        """Loads the page anew. The kernel lives on."""
        if save:
            self.save()
        self.page.reload()
        self._wait_until_connected()

    def _wait_until_connected(self) -> None:
        self.page.wait_for_function(OPENED, timeout=60_000)
        self.page.evaluate(CONNECTED, {"ms": 60_000})

    def close(self) -> None:
        """Ends the kernel and closes the page."""
        if self.page.is_closed():
            return
        try:
            self.page.evaluate(SHUT_DOWN, {"ms": 20_000})
        except Error as error:
            print(f"{self.path.name}: its kernel was left to the server to end: {error.message}")
        self.page.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Lab:
    """The session's JupyterLab. Every notebook is opened in a page of its own; the pages share the browser's cache."""

    def __init__(self, server: LabServer, context: BrowserContext) -> None:
        self.server = server
        self.notebooks: list[Notebook] = []
        self._context = context
        self._numbers = itertools.count(1)

    def open(
        self,
        cells: list[str],
        *,
        name: str = "notebook",
        theme: Theme = "light",
        width: int = 1200,
        height: int = 900,
        kernel: str = "python3",
        metadata: dict[str, Any] | None = None,
    ) -> Notebook:
        """Writes a notebook of these code cells into a folder of its own and opens it, its kernel connected."""
        path = self.server.root / f"{next(self._numbers):03}" / f"{name}.ipynb"
        path.parent.mkdir()
        path.write_text(json.dumps(_document(cells, kernel, metadata or {})), "utf-8")
        return self.open_file(path, theme=theme, width=width, height=height)

    def open_file(self, path: Path, *, theme: Theme = "light", width: int = 1200, height: int = 900) -> Notebook:
        """Opens a notebook that is already somewhere under the server's folder."""
        self.server.choose_theme(theme)
        page = self._context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        notebook = Notebook(page, path)
        self.notebooks.append(notebook)
        place = path.relative_to(self.server.root).as_posix()
        page.goto(f"{self.server.url}doc/tree/{place}?token={self.server.token}&reset", wait_until="commit")
        notebook._wait_until_connected()
        return notebook

    def close(self) -> None:
        for notebook in self.notebooks:
            notebook.close()


def _document(cells: list[str], kernel: str, metadata: dict[str, Any]) -> dict[str, Any]:
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": spec, **metadata},
        "cells": [{**empty, "id": f"cell-{index}", "source": source} for index, source in enumerate(cells)],
    }


def _plain_text(output: dict[str, Any]) -> str:
    match output["output_type"]:
        case "stream":
            return "".join(output["text"])
        case "error":
            return f"{output['ename']}: {output['evalue']}"
        case _:
            return "".join(output["data"].get("text/plain", ""))
