"""A card as code: Python that makes its clip again, at the same service."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from wan_widgets.files import here
from wan_widgets.providers import PROVIDERS
from wan_widgets.service.service import Service
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, Reference, to_source
from wan_widgets.words import Text, say

_WIDTH = 80  # characters; a longer text is written over several lines
_PROSE = ("prompt", "negative_prompt")


def as_code(request: VideoRequest, client: Service) -> str:
    """Code to paste into a cell. Values at their default are left out.

    A name stands for what only the user has: bytes that were in memory, or a service of their own. A comment explains
    each of these names.
    """
    service, remark = _service(client)
    given = _given(request)
    remarks = [*_remarks(given), *([remark] if remark else [])]
    lines = ["import wan_widgets as ww", "", *(f"# {remark}" for remark in remarks)]
    lines += ["ww.generate(", f"    ww.{type(request).__name__}("]
    lines += [f"        {name}={_written(name, value, 8)}," for name, value in given.items()]
    lines += ["    ),", *([f"    provider={service},"] if service else []), ")"]
    return "\n".join(lines)


def _given(request: VideoRequest) -> dict[str, Any]:
    """The values that are not the default of their field."""
    usual = type(request).draft({})
    values = {field.name: getattr(request, field.name) for field in fields(request)}
    return {name: value for name, value in values.items() if value != getattr(usual, name)}


def _written(name: str, value: Any, indent: int) -> str:
    """A value as Python. It may have several lines, and those after the first are indented."""
    match value:
        case LocalFile():
            text = _quoted(_path(value.path)) if value.path else name
        case Reference():
            text = f"ww.{type(value).__name__}({_written(name, value.source, indent)})"
        case tuple():
            text = _rows("[]", [_written(label, item, indent + 4) for label, item in _items(name, value)], indent)
        case Mapping():
            text = _rows("{}", [f"{_quoted(key)}: {_plain(item)}" for key, item in value.items()], indent)
        case str() if name in _PROSE and (len(value) > _WIDTH or "\n" in value):
            text = "\n".join(["(", *(" " * (indent + 4) + _quoted(part) for part in _parts(value)), " " * indent + ")"])
        case _:
            text = _plain(value)
    return text


def _path(path: Path) -> str:
    """The path, from the notebook's folder on if the file lies there: such code still runs after the folder was moved.

    After `os.chdir` only the whole path leads to the file.
    """
    folder = here.folder()
    if folder != here.working_directory() or not path.is_relative_to(folder):
        return str(path)
    short = path.relative_to(folder).as_posix()
    return short if to_source(short) == LocalFile(path) else str(path)


def _rows(brackets: str, rows: list[str], indent: int) -> str:
    """Items in brackets: in one line if they fit there, else one a line."""
    line = f"{brackets[0]}{', '.join(rows)}{brackets[1]}"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return "\n".join([brackets[0], *(f"{' ' * (indent + 4)}{row}," for row in rows), " " * indent + brackets[1]])


def _parts(text: str) -> Iterator[str]:
    """Parts of a long text that together are the text. Each ends after a word, and at a line's end."""
    for line in text.splitlines(keepends=True):
        words = textwrap.TextWrapper(_WIDTH, expand_tabs=False, replace_whitespace=False, drop_whitespace=False)
        yield from words.wrap(line)


def _quoted(text: str) -> str:
    """A text as Python, in double quotes where that needs no backslash."""
    quoted = repr(text)
    return quoted if '"' in text or "'" in text else f'"{quoted[1:-1]}"'


def _plain(value: Any) -> str:
    """A JSON value as Python."""
    match value:
        case str():
            return _quoted(value)
        case Mapping():
            return f"{{{', '.join(f'{_quoted(key)}: {_plain(item)}' for key, item in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(_plain, value))}]"
    return repr(value)


def _items(name: str, values: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """The items of a field, each with the name that stands for it if it was in memory."""
    return [(f"{name}_{number}", item) for number, item in enumerate(values, start=1)]


def _remarks(values: Mapping[str, Any]) -> Iterator[Text]:
    """What the names for bytes that were in memory stand for."""
    for name, value in values.items():
        for label, item in _items(name, value) if isinstance(value, tuple) else [(name, value)]:
            source = item.source if isinstance(item, Reference) else item
            if isinstance(source, LocalFile) and source.path is None:
                yield say("widgets.code.memory", name=label, size=len(source.data or b""))


def _service(client: Service) -> tuple[str, Text | None]:
    """The service as Python, and a remark; without either for the embedded simulator."""
    name, region = client.provider.name, client.provider.region
    usual = PROVIDERS.get(name)
    if client.is_embedded:
        return "", None
    if usual is None:
        return "provider", say("widgets.code.own_service", service=client.provider.title)
    if (client.base_url, region) == (usual.base_url, usual.region):
        return _quoted(name), None
    shared = client.base_url == usual.regions.get(region)
    where = f"region={_quoted(region)}" if shared else f"base_url={_quoted(client.base_url)}"
    return f"ww.AsyncClient({_quoted(name)}, {where})", None
