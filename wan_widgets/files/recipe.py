"""The recipe of a clip, as it is read from the clip's own file: how the clip was made, and how to make it again."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from wan_widgets.files import here, outputs
from wan_widgets.files.disk import absolute, check_regular, digest_of
from wan_widgets.files.names import input_name
from wan_widgets.files.origin import Input
from wan_widgets.files.recipe_checks import Checked, Extent, checked
from wan_widgets.files.recipe_file import LARGEST, Unreadable, text_in, text_of
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import Misuse, RecipeError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, Reference, printable, source_of
from wan_widgets.words import reason_of, say

_UNSAID = "0" * 12
"""It stands in the name of a file whose content is not known."""


class Recipe(Mapping[str, Any]):
    """How a clip was made. As a mapping it has the arguments that make it again: ``ww.generate(**recipe)``.

    A file that it needs is looked for beside the clip, in the notebook's folder and among its inputs, by its name, and
    is taken only if it has the same content.
    """

    def __init__(self, document: dict[str, Any], values: Checked, folder: Path, given: Mapping[str, Any]) -> None:
        self._document, self._values, self._folder, self._given = document, values, folder, dict(given)

    @property
    def provider(self) -> str:
        """The name of the service that made the clip."""
        return self._values.provider

    @property
    def task_id(self) -> str | None:
        return self._values.task_id

    @property
    def rewritten_prompt(self) -> str | None:
        """The prompt as the service rewrote it for the model; ``None`` where the service does not tell it."""
        return self._values.rewritten_prompt

    @property
    def ordered(self) -> datetime | None:
        return self._values.ordered

    @property
    def finished(self) -> datetime | None:
        return self._values.finished

    @property
    def took(self) -> float | None:
        """How many seconds it took from the order to its end."""
        return self._values.took

    @property
    def price(self) -> Money | None:
        """What the clip cost: as billed, else as it was quoted. ``None`` if that is not known, or it is simulated."""
        return self._values.price

    @property
    def version(self) -> str:
        """The version of wan_widgets that wrote the recipe."""
        return self._values.version

    @property
    def sha256(self) -> str:
        """The SHA-256 of the clip as the service sent it, in hexadecimal digits: of the first `size` bytes."""
        return self._values.clip.sha256

    @property
    def size(self) -> int:
        """How many bytes the service sent. In the clip's file, the recipe follows them."""
        return self._values.clip.size

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The files and addresses that the clip was made from, and that the recipe only names."""
        return self._values.inputs

    @property
    def missing(self) -> tuple[Input, ...]:
        """The inputs that are not found here, and that no value of `replace` stands for."""
        return tuple(each for each in self.inputs if each.field not in self._given and self._path(each) is None)

    @property
    def document(self) -> dict[str, Any]:
        """The whole recipe as JSON values, as the schema in the documentation describes it."""
        return deepcopy(self._document)

    @property
    def request(self) -> VideoRequest:
        """The request that makes the clip again. Raises `RecipeError` if a file is missing."""
        kind = type(self._wanted())
        return kind(**{name: self[name] for name in self if name != "provider"})

    def replace(self, **values: Any) -> "Recipe":
        """The recipe with other values in place of its own: ``recipe.replace(image="cat.png", seed=8)``."""
        if unknown := [name for name in values if name not in self]:
            raise Misuse(say("files.recipe.no_field", name=unknown[0]))
        return Recipe(self._document, self._values, self._folder, self._given | values)

    def is_of(self, path: Path | str | os.PathLike[str]) -> bool:
        """Whether a file begins with the clip as the service sent it. This reads the file. Raises `OSError`."""
        digest = hashlib.sha256()
        left = self.size
        with absolute(os.fspath(path)).open("rb") as file:
            while left and (part := file.read(min(left, 2**20))):
                digest.update(part)
                left -= len(part)
        return not left and digest.hexdigest() == self.sha256

    def filled(self) -> VideoRequest:
        """The request for a form, unchecked. A file that is missing has the path at which it would be stored."""
        wanted = self._wanted()
        values = {each.name: getattr(wanted, each.name) for each in fields(wanted)} | self._given
        for field in {each.field for each in self.inputs} - self._given.keys():
            values[field] = self._filled(field, values[field], lambda each: self._path(each) or self.place_of(each))
        return type(wanted).draft(values)

    @staticmethod
    def place_of(missing: Input) -> Path:
        """The path that a missing file has as soon as it is added to a form."""
        return outputs.inputs_folder() / input_name(missing.name, missing.sha256 or _UNSAID)

    def __getitem__(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        if name == "provider":
            return self.provider
        wanted = self._wanted()
        if name not in {each.name for each in fields(wanted)}:
            raise KeyError(name)
        if any(each.field == name for each in self.inputs):
            return self._filled(name, getattr(wanted, name), self._needed)
        return getattr(wanted, name)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)  # also if its file is missing

    def __iter__(self) -> Iterator[str]:
        return iter(("provider", *(each.name for each in fields(self._wanted()))))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        request = self._values.request
        about = repr(printable(request.prompt or "")[:60]) if request else repr(self.task_id)
        return f"Recipe({about}, {self.provider!r}, sha256 {self.sha256[:12]}…)"

    def _wanted(self) -> VideoRequest:
        if self._values.request is None:
            raise RecipeError(say("files.recipe.no_request"), remedy=say("files.recipe.no_request.remedy"))
        return self._values.request

    def _filled(self, field: str, value: Any, path_of: Any) -> Any:
        """The value of a field, with the files of this machine in place of the names."""
        of_field = [each for each in self.inputs if each.field == field]
        for each in of_field:
            if each.address:  # a form shows what is left of it, and for an order it is needed
                path_of(each)
        files = iter(each for each in of_field if each.name)

        def found(item: Any) -> Any:
            if not isinstance(source_of(item), LocalFile):
                return item
            file = LocalFile(path_of(next(files)))
            return type(item)(file) if isinstance(item, Reference) else file

        return tuple(map(found, value)) if isinstance(value, tuple) else found(value)

    def _needed(self, wanted: Input) -> Path | None:
        if wanted.address:
            raise RecipeError(
                say("files.recipe.cut_address", field=wanted.field, address=wanted.address),
                remedy=say("files.recipe.cut_address.remedy", code=f"recipe.replace({wanted.field}=…)"),
            )
        if path := self._path(wanted):
            return path
        digest = wanted.sha256 or say("files.recipe.unknown_sha256")
        raise RecipeError(
            say("files.recipe.missing", name=wanted.name, sha256=digest),
            remedy=say("files.recipe.missing.remedy", code=f"recipe.replace({wanted.field}=…)"),
        )

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((self._folder, here.folder(), outputs.inputs_folder())))

    def _path(self, wanted: Input) -> Path | None:
        """The path of an input on this machine; ``None`` if no file of its name has its content."""
        if wanted.sha256 is None or not wanted.name:
            return None
        candidates = [*(folder / wanted.name for folder in self._folders), self.place_of(wanted)]
        return next((path for path in candidates if _has(path, Extent(wanted.sha256, wanted.size or 0))), None)


def _has(path: Path, content: Extent) -> bool:
    try:
        return check_regular(path).st_size == content.size and digest_of(path) == content.sha256
    except (OSError, ValueError):
        return False


def load_recipe(path: Path | str | os.PathLike[str]) -> Recipe:
    """The recipe of a clip: from its file, a `Video`, or the ``.recipe.json`` beside it.

    No ledger is needed, so that it works on every machine. ``ww.generate(**ww.load_recipe("kitten-7.mp4"))`` makes the
    clip again. Raises `RecipeError` if there is no recipe, or it cannot be read here.
    """
    found = absolute(os.fspath(path))
    name = printable(found.name)
    try:
        text = text_of(found)
    except Unreadable as error:
        raise _damaged(name) from error
    except (OSError, ValueError) as error:
        raise RecipeError(say("files.recipe.unreadable", name=name, reason=reason_of(error))) from error
    return _loaded(text, name, found.parent)


def recipe_in(content: bytes, name: str) -> Recipe:
    """The recipe in a packet, or in a file of JSON with this name, which a browser has read. Raises `RecipeError`."""
    if len(content) > LARGEST:
        raise _damaged(printable(name))
    try:
        is_json = name.lower().endswith(".json")
        text = content.decode("utf-8-sig") if is_json else text_in(content)
    except ValueError as error:
        raise _damaged(printable(name)) from error
    return _loaded(text, printable(name), here.folder())


def _loaded(text: str | None, name: str, folder: Path) -> Recipe:
    if text is None:
        raise RecipeError(say("files.recipe.none", name=name), remedy=say("files.recipe.none.remedy"))
    document, values = checked(text, name)
    return Recipe(document, values, folder, {})


def _damaged(name: str) -> RecipeError:
    return RecipeError(say("files.recipe.damaged", name=name), remedy=say("files.recipe.damaged.remedy"))
