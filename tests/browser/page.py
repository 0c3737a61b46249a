"""One widget in an empty page, without Jupyter: its logic, its keys, its look, in a tenth of a second.

    form = mount(page, STATIC / "form.js", None, {"prompt": "", "labels": {...}})
    form.root.get_by_role("textbox", name="Prompt").fill("a cat")
    assert form.traits()["prompt"] == "a cat"
    form.message({"kind": "error", "text": "..."})

Composed widgets are several models in one page, and refer to each other as anywidget does:

    studio = mount(page, STATIC / "studio.js", None, {"form": "anywidget:form"},
                   children={"form": Component(STATIC / "form.js", None, {...})})
    studio.child("form").sent
"""

import base64
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route, ViewportSize

from wan_widgets.widgets.bundle import code
from wan_widgets.words import Text
from wan_widgets.words.catalogue import labels
from wan_widgets.words.languages import Language

HARNESS = Path(__file__).with_name("fake_anywidget.js").read_text("utf-8")
# All in one call: each takes its way through four processes.
BEGIN = f"""({{ shared, models }}) => {{
  {HARNESS}
  window.fakeAnywidget.provide(shared);
  for (const model of models) window.fakeAnywidget.create(model);
}}"""
# Browsers trust this origin as they trust a Jupyter server on loopback: the clipboard works. Nothing listens there.
ORIGIN = "http://localhost/widget-under-test"
HAS_SENT = """({id, count, fields}) => {
  const wanted = (message) => Object.entries(fields).every(([name, value]) => message[name] === value);
  return window.fakeAnywidget.contents({id}).filter(wanted).length >= count;
}"""
FONTS = """
  --jp-ui-font-family: system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif;
  --jp-code-font-family: monospace; --jp-ui-font-size1: 13px; --jp-border-radius: 2px; --jp-border-width: 1px;
  --jp-widgets-inline-height: 28px;
"""
# Playwright's clock, once a test has it, is in every later document of the page.
HAS_CLOCK = "() => !String(setTimeout).includes('[native code]')"
# As JupyterLab 4.6 sets them.
THEMES = {
    "light": """
  --jp-layout-color0: #fff; --jp-layout-color1: #fff; --jp-layout-color2: #eee; --jp-layout-color3: #bdbdbd;
  --jp-ui-font-color1: rgba(0, 0, 0, 0.87); --jp-ui-font-color2: rgba(0, 0, 0, 0.54);
  --jp-ui-inverse-font-color1: rgba(255, 255, 255, 1); --jp-border-color1: #bdbdbd; --jp-border-color2: #e0e0e0;
  --jp-brand-color1: #1976d2; --jp-error-color1: #d32f2f; --jp-warn-color1: #f57c00; --jp-success-color1: #388e3c;
  --jp-input-background: #eee; --jp-input-border-color: #bdbdbd; --jp-widgets-color: rgba(0, 0, 0, 0.87);
""",
    "dark": """
  --jp-layout-color0: #111; --jp-layout-color1: #212121; --jp-layout-color2: #424242; --jp-layout-color3: #616161;
  --jp-ui-font-color1: rgba(255, 255, 255, 1); --jp-ui-font-color2: rgba(255, 255, 255, 0.7);
  --jp-ui-inverse-font-color1: rgba(0, 0, 0, 1); --jp-border-color1: #616161; --jp-border-color2: #424242;
  --jp-brand-color1: #2196f3; --jp-error-color1: #d32f2f; --jp-warn-color1: #f57c00; --jp-success-color1: #388e3c;
  --jp-input-background: #424242; --jp-input-border-color: #616161; --jp-widgets-color: rgba(255, 255, 255, 1);
""",
}

Theme = Literal["light", "dark"]
CLIPBOARD = ["clipboard-read", "clipboard-write"]
VIEWPORT = ViewportSize(width=1000, height=800)


class BlankPage:
    """The page in which widgets are shown one after the other: a new page for each would cost a quarter of a second.

    What a widget leaves behind in its document goes with the document, for `mount` loads a new one. What outlives that
    is set back by `clean`; where it cannot be, the next widget has a new page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    def opened(self) -> Page:
        if self._page is None:
            self._context = self._browser.new_context(viewport=VIEWPORT)
            self._context.grant_permissions(CLIPBOARD)
            self._page = self._context.new_page()
        return self._page

    def clean(self) -> None:
        """The next widget sees nothing of the last one."""
        page = self._page
        if page is None or page.is_closed() or page.evaluate(HAS_CLOCK):
            self.close()
            return
        page.unroute_all()
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        if page.viewport_size != VIEWPORT:
            page.set_viewport_size(VIEWPORT)

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
        self._context = self._page = None


@dataclass(frozen=True)
class Component:
    """What makes one model: as with anywidget, a Path is a file and a string is the source itself."""

    esm: Path | str
    css: Path | str | None = None
    traits: dict[str, Any] = field(default_factory=dict)


class Mounted:
    """One model and its views, seen from the part that Python plays."""

    def __init__(self, page: Page, name: str, children: "dict[str, Mounted]", errors: list[str]) -> None:
        self.page = page
        self.errors = errors
        self._name = name
        self._children = children
        self._views = 0

    @property
    def root(self) -> Locator:
        """The element of the first view."""
        return self.view(1)

    def view(self, number: int) -> Locator:
        return self.page.locator(f'[data-view="{self._name}-{number}"]')

    def add_view(self) -> Locator:
        """Shows the same model once more, as a second cell would."""
        self._views += 1
        self._call("view", name=f"{self._name}-{self._views}")
        return self.view(self._views)

    def remove_view(self, number: int) -> None:
        self._call("removeView", name=f"{self._name}-{number}")

    def child(self, name: str) -> "Mounted":
        return self._children[name]

    @property
    def sent(self) -> list[Any]:
        """The custom messages the widget has sent, oldest first."""
        return list(_from_browser(self._call("contents")))

    def wait_for_messages(self, count: int = 1, **fields: Any) -> None:
        """Until the widget has sent so many messages with these fields."""
        arguments = {"id": self._name, "count": count, "fields": _to_browser(fields)}
        self.page.wait_for_function(HAS_SENT, arg=arguments)

    @property
    def sent_buffers(self) -> list[list[bytes]]:
        """The buffers of the same messages."""
        return [message["buffers"] for message in self._sent()]

    def _sent(self) -> list[dict[str, Any]]:
        return list(_from_browser(self._call("sent")))

    def traits(self) -> dict[str, Any]:
        """The traits as Python knows them: what the browser set and forgot to save is not among them."""
        return dict(_from_browser(self._call("traits")))

    def set(self, **values: Any) -> None:
        """Traits change in Python."""
        self._call("fromPython", traits=_to_browser(values))

    def message(self, content: Any, buffers: list[bytes] | None = None) -> None:
        """Python sends a custom message."""
        self._call("message", content=_to_browser(content), buffers=_to_browser(buffers or []))

    def lose_kernel(self) -> None:
        """The kernel is restarted, and the page finds nobody to send to, as JupyterLab has it."""
        self._call("lose")

    def unmount(self) -> None:
        """Python closes the widget: every view goes, every signal aborts."""
        self._call("close")

    def _call(self, function: str, **arguments: Any) -> Any:
        call = f"(options) => window.fakeAnywidget.{function}(options)"
        return self.page.evaluate(call, {"id": self._name, **arguments})


def mount(
    page: Page,
    esm: Path | str,
    css: Path | str | None = None,
    traits: dict[str, Any] | None = None,
    *,
    theme: Theme = "light",
    children: dict[str, Component] | None = None,
    language: Language = "en",
    parts: dict[str, str] | None = None,
) -> Mounted:
    """Shows a widget in a blank page, as the only thing there."""
    page.route(ORIGIN, lambda route: _blank(route, theme))
    page.goto(ORIGIN)
    errors = _errors_in(page)
    errors.clear()  # the document before this one had its own
    shared = {"_code": code(), "_parts": parts or {}, "labels": labels(language), "hosts": []}
    own = Component(esm, css, traits or {})
    models = [_model(name, component) for name, component in ((children or {}) | {"widget": own}).items()]
    mounted = Mounted(page, "widget", {name: Mounted(page, name, {}, errors) for name in children or {}}, errors)
    page.evaluate(BEGIN, {"shared": shared, "models": models})
    mounted.add_view()
    return mounted


def speak(page: Page, language: Language) -> None:
    """The widgets of the page speak another language from now on."""
    change = "(labels) => window.fakeAnywidget.fromPython({id: 'bundle', traits: {labels}})"
    page.evaluate(change, labels(language))


def stop_time(page: Page) -> None:
    """From now on, time passes in this page only where a test says so: `page.clock.run_for(milliseconds)`.

    Playwright's clock alone would run on by itself, and a test would hang on how busy the machine is.
    """
    page.clock.install()
    page.clock.pause_at(time.time() + 1)  # not the past, whatever is rounded


def set_theme(page: Page, theme: Theme) -> None:
    """Changes the theme of the page as JupyterLab does, with the widget in place."""
    page.evaluate(
        "([style, light]) => { document.documentElement.style = style; document.body.dataset.jpThemeLight = light; }",
        [_style(theme), str(theme == "light").lower()],
    )


def _style(theme: Theme) -> str:
    return " ".join((FONTS + THEMES[theme]).split())


def _blank(route: Route, theme: Theme) -> None:
    route.fulfill(
        content_type="text/html; charset=utf-8",
        body=f'<!doctype html><html lang="en" style="{_style(theme)}"><title>widget</title>'
        "<style>body { margin: 12px; background: var(--jp-layout-color0); color: var(--jp-ui-font-color1);"
        " font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); }</style>"
        f'<body data-jp-theme-light="{str(theme == "light").lower()}"></body></html>',
    )


def create(page: Page, name: str, component: Component) -> None:
    """A model without a view."""
    page.evaluate("(options) => window.fakeAnywidget.create(options)", _model(name, component))


def _model(name: str, component: Component) -> dict[str, Any]:
    return {
        "id": name,
        "esm": _text(component.esm),
        "css": _text(component.css or ""),
        "traits": _to_browser({"_bundle": "bundle", **component.traits}),
    }


_ERRORS: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def _errors_in(page: Page) -> list[str]:
    """What goes wrong in a page, from its first widget on."""
    if page not in _ERRORS:
        errors: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and "favicon" not in message.location.get("url", ""):
                errors.append(message.text)

        page.on("pageerror", lambda error: errors.append(f"{error.name}: {error.message}"))
        page.on("console", note)
        _ERRORS[page] = errors
    return _ERRORS[page]


def _text(source: Path | str) -> str:
    return source.read_text("utf-8") if isinstance(source, Path) else source


def _to_browser(value: Any) -> Any:
    match value:
        case Text():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return {"$bytes": base64.b64encode(value).decode()}
        case dict():
            return {key: _to_browser(item) for key, item in value.items()}
        case list() | tuple():
            return [_to_browser(item) for item in value]
    return value


def _from_browser(value: Any) -> Any:
    match value:
        case {"$bytes": str(text)}:
            return base64.b64decode(text)
        case dict():
            return {key: _from_browser(item) for key, item in value.items()}
        case list():
            return [_from_browser(item) for item in value]
    return value
