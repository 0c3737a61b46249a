"""One notebook in one page of a real JupyterLab.

JupyterLab itself is asked to run cells and to save (`window.jupyterapp`): its commands resolve when the work is done,
so nothing here waits for a fixed time or guesses from the look of the page.
"""

import ast
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from playwright.sync_api import ConsoleMessage, Error, Locator, Page

from browser.server import THEMES

Theme = Literal["light", "dark"]

# Errors that the front ends print themselves, whatever a notebook shows: what a restart cuts short, what a new server
# lacks. The last two are Notebook's at its start.
NOISE = re.compile(
    r"Canceled future for|favicon|Failed to load resource|WebSocket is closed before"
    r"|reading 'schema'|'filebrowser:open-path' not registered"
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")

WITHIN = """
  const within = (promise, ms, what) => {
    let timer;
    const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`${what}: not in ${ms} ms`)), ms); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };
"""
OPENED = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel != null"
CONNECT = f"""async ({{ms}}) => {{ {WITHIN}
  const panel = window.notebookPanel = window.jupyterapp.shell.currentWidget;
  await within(panel.context.ready, ms, "the notebook");
  await within(panel.sessionContext.ready, ms, "the session");
  await within(panel.sessionContext.session.kernel.info, ms, "the kernel");
}}"""
OPEN_NEXT = f"""async ({{path, ms}}) => {{ {WITHIN}
  await within(window.jupyterapp.commands.execute("docmanager:open", {{ path }}), ms, path);
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
EMPTY = f"""async ({{code, ms}}) => {{ {WITHIN}
  const kernel = window.notebookPanel.sessionContext.session.kernel;
  const reply = await within(kernel.requestExecute({{ code, silent: true, store_history: false }}).done, ms, code);
  if (reply.content.status !== "ok") throw new Error(JSON.stringify(reply.content));
}}"""
REPLACE = """({document}) => {
  window.notebookRuns = {};
  window.notebookPanel.content.model.fromJSON(document);
}"""
INTERRUPT = f"""async ({{ms}}) => {{ {WITHIN}
  await within(window.notebookPanel.sessionContext.session.kernel.interrupt(), ms, "interrupting the kernel");
}}"""
CHANGE_THEME = f"""async ({{theme, ms}}) => {{ {WITHIN}
  await within(window.jupyterapp.commands.execute("apputils:change-theme", {{ theme }}), ms, theme);
}}"""
CLOSE = f"""async ({{ms}}) => {{ {WITHIN}
  await within(window.notebookPanel.sessionContext.shutdown(), ms, "shutting down");
  window.notebookPanel.dispose();  // and not close(), which would ask whether to save
}}"""


FORGET = """
from ipywidgets import Widget
Widget.close_all()
%reset -f
"""


class Notebook:
    """One notebook in one page of the browser. Timeouts are milliseconds, as everywhere in Playwright."""

    def __init__(self, page: Page, path: Path, on_close: Callable[[Page], None] = Page.close) -> None:
        self.page = page
        self.path = path
        self.errors: list[str] = []
        self.closed = False
        self._on_close = on_close
        page.on("pageerror", self._on_page_error)
        page.on("console", self._on_console)

    def _on_page_error(self, error: Error) -> None:
        self._note(f"{error.name}: {error.message}")

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

    def begin_anew(self, cells: list[str]) -> None:
        """These code cells in place of the ones before. The kernel lives on, without variables and without widgets."""
        self.page.bring_to_front()  # a page behind others draws once a second
        self.page.evaluate(EMPTY, {"code": FORGET, "ms": 60_000})
        self.page.evaluate(REPLACE, {"document": document_of(cells)})
        self.errors.clear()

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

    def evaluate_when_true(self, expression: str) -> Any:
        """The value of a Python expression as soon as it is true: a widget's message may come after a cell's."""
        for _ in range(100):
            if value := self.evaluate(expression):
                return value
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{expression} did not become true")

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
        chosen = self.page.locator(f"body[data-jp-theme-light={str(theme == 'light').lower()}]")
        if chosen.count() == 0:
            self.page.evaluate(CHANGE_THEME, {"theme": THEMES[theme], "ms": 30_000})
        chosen.wait_for(state="attached")

    def interrupt(self, index: int) -> None:
        """Interrupts the kernel, which runs this cell, and waits for the cell's end."""
        self.page.evaluate(INTERRUPT, {"ms": 20_000})
        self.finish(index)

    def restart_kernel(self) -> None:
        self.page.evaluate(RESTART, {"ms": 60_000})

    def reload(self, *, save: bool = True) -> None:
        """Loads the page anew. The kernel lives on."""
        if save:
            self.save()
        self.page.reload()
        self._connect()

    def open_in_new_page(self, url: str) -> None:
        self.page.goto(url, wait_until="commit")
        self._connect()

    def open_in_used_page(self, place: str) -> None:
        self.page.evaluate(OPEN_NEXT, {"path": place, "ms": 60_000})
        self._connect()

    def _connect(self) -> None:
        self.page.wait_for_function(OPENED, timeout=60_000)
        self.page.evaluate(CONNECT, {"ms": 60_000})

    def close(self) -> None:
        """Ends the kernel and closes the notebook, unsaved."""
        if self.closed:
            return
        self.closed = True
        self.page.remove_listener("pageerror", self._on_page_error)
        self.page.remove_listener("console", self._on_console)
        try:
            self.page.evaluate(CLOSE, {"ms": 20_000})
        except Error:  # a page that a test has closed or broken; the server ends its kernels at last
            self.page.close()
        else:
            self._on_close(self.page)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def document_of(cells: list[str], kernel: str = "python3", metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A notebook of these code cells, as its file has it."""
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": spec, **(metadata or {})},
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
