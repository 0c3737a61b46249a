"""The long tests use the browser and the JupyterLab of the others."""

from browser.conftest import _close_notebooks, browser, lab

__all__ = ["_close_notebooks", "browser", "lab"]
