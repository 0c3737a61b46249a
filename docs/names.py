"""Names of the package become links to the reference, wherever they are written as code; a name that is none fails.

In docstrings they stand in single backticks, in pages as `ww.Studio` or `AsyncClient.submit`.
"""

import inspect
import re
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.inspect import signature, stringify_signature
from sphinx.util.nodes import make_refnode
from traitlets import HasTraits

import wan_widgets

_NAME = re.compile(r"(?<![`:])`([^`]+)`(?!`)")
_CODE = re.compile(rf"ww\.(\w+(?:\.\w+)*)|((?:{'|'.join(wan_widgets.__all__)})(?:\.\w+)*)(?:\(.*\))?$")
_LINK = re.compile(r"\]\(([\w/-]+)\.md\)")
_PUBLIC = {id(getattr(wan_widgets, name)): f"wan_widgets.{name}" for name in wan_widgets.__all__}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", add_contents)
    app.connect("autodoc-process-signature", mend_signature)
    app.connect("autodoc-process-docstring", link_names_of_docstring)
    app.connect("doctree-read", link_names_of_page)
    app.connect("missing-reference", find_public_name)
    return {"parallel_read_safe": True}


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Make the site's table of contents of the links of the first page, where a code host would show a directive.

    The first page in other languages has no entry: the line at its top leads there.
    """
    if page == app.config.root_doc:
        pages = "\n".join(dict.fromkeys(_LINK.findall(source[0])))
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n"
    elif page.startswith(f"{app.config.root_doc}."):
        source[0] = f"---\norphan: true\n---\n\n{source[0]}"


def mend_signature(
    _app: Sphinx, what: str, _name: str, thing: Any, _options: object, shown: str | None, result: str | None
) -> tuple[str | None, str | None]:
    """Show a widget's own arguments, of which traitlets says `*args, **kwargs`; and what Python can read."""
    if what == "class" and issubclass(thing, HasTraits):
        own = signature(thing.__init__, bound_method=True)
        shown = stringify_signature(own, show_return_annotation=False, unqualified_typehints=True)
    return shown and shown.replace("<factory>", "..."), result


def link_names_of_docstring(
    _app: Sphinx, _what: str, _name: str, thing: Any, _options: object, lines: list[str]
) -> None:
    """Make a link of each name in single backticks, but for a function's own parameters."""
    function = thing.__init__ if inspect.isclass(thing) else thing
    own = set(inspect.signature(function).parameters) if inspect.isfunction(function) else set()

    def linked(match: re.Match[str]) -> str:
        text = match[1]
        name = text.removeprefix("ww.").partition("(")[0]
        place = f"wan_widgets.{name}" if name.partition(".")[0] in wan_widgets.__all__ else name
        return f"``{text}``" if name in own else f":py:obj:`{text} <{place}>`"

    lines[:] = [_NAME.sub(linked, line) for line in lines]


def link_names_of_page(app: Sphinx, tree: nodes.document) -> None:
    """Make a link of each public name that a page writes as code, but for those of former versions."""
    if not app.env.docname.startswith((app.config.root_doc, "docs/")):
        return
    for code in list(tree.findall(nodes.literal)):
        match = _CODE.match(code.astext())
        if match and not isinstance(code.parent, nodes.reference | addnodes.pending_xref | nodes.title):
            link = addnodes.pending_xref(
                "",
                refdomain="py",
                reftype="obj",
                reftarget=f"wan_widgets.{match[1] or match[2]}",
                refdoc=app.env.docname,
                refwarn=True,
            )
            code.replace_self(link)
            link += code


def find_public_name(
    app: Sphinx, env: BuildEnvironment, link: addnodes.pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Lead from where a class is written to its public name. What exists elsewhere has no page here, and no link."""
    if link.get("refdomain") != "py":
        return None
    thing = imported(link["reftarget"])
    if thing is None:
        return None  # so that Sphinx says that there is no such name
    place = env.domains.python_domain.objects.get(_PUBLIC.get(id(thing), ""))
    return make_refnode(app.builder, link["refdoc"], place.docname, place.node_id, text) if place else text


def imported(name: str) -> Any:
    """What a full name means; ``None`` for a name that is none."""
    module, _, rest = name.partition(".")
    try:
        thing = import_module(module)
        for part in filter(None, rest.split(".")):
            module = f"{module}.{part}"
            thing = getattr(thing, part) if hasattr(thing, part) else import_module(module)
    except ImportError:
        return None
    return thing
