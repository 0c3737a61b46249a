"""Opens notebooks in a real JupyterLab, or in a real Notebook 7.

    notebook = lab.open(["import wan_widgets as ww", "ww.VideoForm()"])
    notebook.run_all()
    notebook.output(1).get_by_role("button", name="Create").click()
    assert notebook.errors == []

What a notebook can be asked to do is in notebook.py.
"""

import itertools
import json
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Page

from browser.notebook import Notebook, Theme, document_of
from browser.server import LabServer

Front = Literal["lab", "notebook"]
PLACES: dict[Front, str] = {"lab": "doc/tree", "notebook": "notebooks"}


class Lab:
    """The session's JupyterLab.

    A notebook in a new page costs some four seconds, most of them JupyterLab's own start in the browser; one in the
    page that a closed notebook has left costs one. So pages are used again, unless a test asks for a fresh one. Where a
    test needs no kernel of its own, either, a module's tests share a notebook: `Notebook.begin_anew`. With
    ``front="notebook"`` the notebook is opened in Notebook 7, where each page has one notebook.
    """

    def __init__(self, server: LabServer, context: BrowserContext) -> None:
        self.server = server
        self.notebooks: list[Notebook] = []
        self._context = context
        self._idle: list[Page] = []
        self._numbers = itertools.count(1)

    def open(
        self,
        cells: list[str],
        *,
        name: str = "notebook",
        theme: Theme = "light",
        width: int = 1200,
        height: int = 900,
        fresh: bool = False,
        front: Front = "lab",
        kernel: str = "python3",
        metadata: dict[str, Any] | None = None,
    ) -> Notebook:
        """Writes a notebook of these code cells into a folder of its own and opens it, its kernel connected."""
        path = self.server.root / f"{next(self._numbers):03}" / f"{name}.ipynb"
        path.parent.mkdir()
        path.write_text(json.dumps(document_of(cells, kernel, metadata)), "utf-8")
        return self.open_file(path, theme=theme, width=width, height=height, fresh=fresh, front=front)

    def open_file(
        self,
        path: Path,
        *,
        theme: Theme = "light",
        width: int = 1200,
        height: int = 900,
        fresh: bool = False,
        front: Front = "lab",
    ) -> Notebook:
        """Opens a notebook that is already somewhere under the server's folder."""
        used = bool(self._idle) and not fresh and front == "lab"
        page = self._idle.pop() if used else self._context.new_page()
        page.bring_to_front()
        page.set_viewport_size({"width": width, "height": height})
        notebook = Notebook(page, path, on_close=self._take_back if front == "lab" else Page.close)
        self.notebooks.append(notebook)
        place = path.relative_to(self.server.root).as_posix()
        if used:
            notebook.open_in_used_page(place)
            notebook.set_theme(theme)
        else:
            self.server.choose_theme(theme)
            notebook.open_in_new_page(f"{self.server.url}{PLACES[front]}/{place}?token={self.server.token}&reset")
        return notebook

    def _take_back(self, page: Page) -> None:
        page.unroute_all()
        page.evaluate("document.documentElement.lang = 'en'")  # a test may have chosen another language
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
        self._idle.append(page)

    def close(self) -> None:
        for notebook in self.notebooks:
            notebook.close()
