"""How the pages and the docstrings become a site: scripts/documentation.py.

Why Sphinx with MyST, as things were in November 2026:
- It is maintained, it reads Markdown as a code host shows it, and it fails at a dead link, at a dead anchor, and at an
  unknown name, be it in a page, in a docstring or in a signature.
- MkDocs has had no release since 2024, and Material for MkDocs reaches its end in May 2027.
- Zensical, its successor, fails at dead links as well, but not at unknown names in signatures and docstrings; its
  reference still needs MkDocs, and it is at version 0.1.
- Great Docs and quartodoc need Quarto, a program that pip does not bring; quartodoc is no longer maintained.
- pdoc documents modules and has no pages.
The theme is Furo: it has a dark mode, works on a telephone, and loads nothing from other servers.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGES = ("README.md", "README.ru.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks", "docs")

sys.path.insert(0, str(HERE))

import wan_widgets  # noqa: E402

# Sphinx reads defaults from the source, which does not spell out the fields of a request.
del wan_widgets.generate.__signature__

project = "wan_widgets"
extensions = ["myst_parser", "sphinx.ext.autodoc", "names"]
root_doc = "README"
exclude_patterns = [each.name for each in HERE.parent.iterdir() if each.name not in PAGES]

nitpicky = True  # a name that leads nowhere is a warning, and scripts/documentation.py takes no warning
nitpick_ignore = [("py:class", "Starlette"), ("py:class", "SweepView")]  # they are imported only when they are used
myst_heading_anchors = 3
myst_enable_extensions = ["smartquotes"]

autodoc_default_options = {"undoc-members": True, "member-order": "bysource"}
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
maximum_signature_line_length = 100
add_module_names = False

html_theme = "furo"
html_title = "wan_widgets"
html_copy_source = False
html_show_copyright = False
