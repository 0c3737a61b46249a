"""Filling a form with the recipe of a clip that was dropped on it, and naming the files that are missing then."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from traitlets import TraitError

from wan_widgets.files.origin import Input
from wan_widgets.files.recipe import Recipe, recipe_in
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.errors import WanError
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.sources import printable
from wan_widgets.words import joined, say


class Fillable(Protocol):
    """A form."""

    def fill(self, request: Recipe) -> None: ...


def filled_from(form: Fillable, content: Mapping[str, Any], buffers: list[Any]) -> dict[str, Any]:
    """Fill the form with what the browser found in a file. Returns the answer to the browser."""
    name = printable(str(content.get("name")))
    try:
        recipe = recipe_in(bytes(buffers[0]) if buffers else b"", name)
        form.fill(recipe)
    except (WanError, TraitError) as error:  # a seed may be too large for a browser
        return {"kind": "recipe-refused", "id": content.get("id"), "words": str(error)}
    provider = PROVIDERS.get(recipe.provider)
    service = provider.title if provider else recipe.provider
    words = joined(
        say("widgets.recipe.filled", name=name, service=service),
        *(say("widgets.recipe.cut_address", address=each.address) for each in recipe.inputs if each.address),
    )
    return {"kind": "recipe-filled", "id": content.get("id"), "words": str(words)}


def with_missing_file(problem: Problem, lacking: Iterable[Input]) -> Problem:
    """The problem with the name of a recipe's file, if it is that this file is missing."""
    if problem.key != "files.input.missing":
        return problem
    for each in lacking:
        if each.name and say("files.input.missing", path=printable(str(Recipe.place_of(each)))) == problem.message:
            known = say("widgets.recipe.add_file.same", sha256=each.sha256[:12]) if each.sha256 else ""
            return replace(problem, message=say("widgets.recipe.add_file", name=each.name), remedy=known)
    return problem
