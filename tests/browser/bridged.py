"""A gallery of this process in a page without Jupyter: Python's own answers, and a real browser, in half a second.

    shown = Bridge(page, ww.Gallery())
    shown.settle()
    expect(shown.root.locator(".ww-tile")).to_have_count(12)

What the widget sends on its thread waits here, because the page belongs to the thread of the test.
"""

import queue
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

import wan_widgets as ww
from browser.page import Component, Mounted, Theme, create, mount
from wan_widgets.widgets.bundle import STATIC, code_of
from wan_widgets.words.languages import Language

_PAUSE = 0.02  # seconds


class Bridge:
    """Carries messages and values between a gallery and its page, whenever a test says so."""

    def __init__(
        self,
        page: Page,
        gallery: ww.Gallery,
        *,
        theme: Theme = "light",
        language: Language = "en",
        beside: Mounted | None = None,
    ) -> None:
        self.page, self.gallery = page, gallery
        self.leaving: queue.Queue[tuple[Any, list[bytes]]] = queue.Queue()
        gallery.send = lambda content, buffers=None: self.leaving.put((content, list(buffers or [])))
        gallery._desk._send = gallery._desk._clips._send = gallery.send
        gallery._looking.result(timeout=60)
        self._heard = 0
        self._traits = self._present()
        if beside is None:
            self.view = self._mounted(theme, language)
        else:
            create(page, "beside", Component(STATIC / "gallery.js", None, self._traits))
            self.view = Mounted(page, "beside", {}, beside.errors)
        self.root: Locator = self.view.root
        if beside is not None:
            self.view.add_view()

    def _mounted(self, theme: Theme, language: Language) -> Mounted:
        parts = {"gallery": code_of("gallery")}
        return mount(self.page, STATIC / "gallery.js", None, self._traits, theme=theme, language=language, parts=parts)

    def _present(self) -> dict[str, Any]:
        state = self.gallery.get_state()
        own = self.gallery.class_traits(sync=True).keys() - ww.TaskView.class_traits(sync=True).keys() | {
            "_anchor",
            "_front",
        }
        return {name: state[name] for name in own if name in state}

    def pass_on(self) -> bool:
        """Carry what waits, in both directions. Returns whether there was any."""
        sent, known = self.view.sent, self._heard
        self._heard = len(sent)
        was_any = self._values()
        for content in sent[known:]:
            if content["kind"] != "look":
                was_any = True
            self.gallery._hear(content, [])
        while not self.leaving.empty():
            was_any = True
            content, buffers = self.leaving.get()
            self.view.message(content, buffers)
        return was_any

    def _values(self) -> bool:
        """Carry values that have changed: first what the browser has set."""
        names = set(self._traits)
        for name, value in self.view.traits().items():
            if name in names and value != self._traits[name] and not name.startswith(("_list", "_anchor")):
                self._traits[name] = value
                self.gallery.set_trait(name, value)
        present = self._present()
        news = {name: value for name, value in present.items() if value != self._traits[name]}
        self._traits |= news
        if news:
            self.view.set(**news)
        return bool(news)

    def settle(self, quiet: float = 0.25) -> None:
        """Carry on until nothing is left to carry."""
        self.until(lambda: False, quiet=quiet)

    def until(self, holds: Callable[[], bool], quiet: float = 30.0) -> None:
        """Carry on until something holds, or nothing happened for a time in seconds."""
        last = time.monotonic()
        while not holds() and time.monotonic() - last < quiet:
            if self.pass_on():
                last = time.monotonic()
            self.page.wait_for_timeout(1000 * _PAUSE)
