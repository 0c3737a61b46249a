"""What a recipe says of the files and addresses that a clip was made from, so that it can be given to anybody.

It has no folder, no signature of an address, and no server of a private network: only names, and the SHA-256 of files.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from wan_widgets.files.disk import check_regular, digest_of
from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.files.names import input_name
from wan_widgets.wan.file_types import suffix_of
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, source_of

SOURCES = ("image", "references", "guide_audio")
"""The fields that have sources, in the sequence of `VideoRequest.sources`."""
_OWN_ENDINGS = re.compile(r"(^|\.)(local|localdomain|localhost|lan|home|internal|intranet|private|corp)$")
_SECRET = re.compile(
    r"(api|access|private|auth|sign|signing|encryption|account|subscription|session)[-_]?key|secret|passw|authori[sz]ation"
    r"|credential|cookie|bearer|signature|jwt|token$",  # `max_tokens` and `token_merging` are no keys
    re.IGNORECASE,
)
"""Names of fields in `extra` whose values are no part of a recipe."""
_BEARER = re.compile(r"\s*bearer\s+\S+\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>]+")


@dataclass(frozen=True)
class Input:
    """A source of a clip that a recipe names, and does not have."""

    field: str
    """The field of the request: ``"image"``, ``"references"`` or ``"guide_audio"``."""
    number: int | None = None
    """Which one of the references it is, counted from 1."""
    name: str = ""
    """The name of the file, without a folder."""
    sha256: str | None = None
    """The SHA-256 of the file as it was sent, in hexadecimal digits; ``None`` if it is not known."""
    size: int | None = None
    """Its size in bytes."""
    address: str = ""
    """An address of which the recipe keeps the part before its query, which may be a signature."""


def files_of(request: VideoRequest, digest: Callable[[Path], str] = digest_of) -> list[Input]:
    """The local files of a request, as they are now. `digest` reads a file and returns its SHA-256."""
    found = []
    for field, number, source in _numbered(request):
        if isinstance(source, LocalFile):
            found.append(_file(field, number, source, digest))
    return found


def _numbered(request: VideoRequest) -> Iterator[tuple[str, int | None, Any]]:
    for index, (field, source) in enumerate(request.sources, start=1):
        yield field, index if field == "references" else None, source_of(source)


def _file(field: str, number: int | None, file: LocalFile, digest: Callable[[Path], str]) -> Input:
    if file.path is None:
        return _in_memory(field, number, file.data or b"")
    name = legal_name(file.path.name)
    try:
        size = check_regular(file.path).st_size
        return Input(field, number, name, digest(file.path), size)
    except (OSError, ValueError):  # it is gone, or its path is none
        return Input(field, number, name)


def _in_memory(field: str, number: int | None, data: bytes) -> Input:
    if not data:  # the ledger does not keep it
        return Input(field, number, field)
    digest = hashlib.sha256(data).hexdigest()
    try:
        known = facts(LocalFile(data=data))
        kind, suffix = str(known.kind), suffix_of(known.type)
    except (NotMedia, OSError, ValueError):
        kind, suffix = "data", ""
    return Input(field, number, input_name(f"{kind}.{suffix}" if suffix else kind, digest), digest, len(data))


def legal_name(name: str) -> str:
    """The name of a file as it can be written as text, and read as the name of a file again."""
    text = name.encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() and char not in "/\\:" else "_" for char in text)[:255] or "file"


def portable(request: VideoRequest, files: Sequence[Input]) -> tuple[dict[str, Any], list[Input]]:
    """The request as JSON without what belongs to one machine or person, and the inputs that it only names.

    `files` are those of `files_of`, at the moment at which the clip was ordered.
    """
    plain, known, named = to_recipe(request), iter(files), list[Input]()
    for field in SOURCES:
        if field not in plain:
            continue
        is_list = isinstance(plain[field], list)
        items = plain[field] if is_list else [plain[field]]
        kept = [_kept(item, field, index if is_list else None, known, named) for index, item in enumerate(items, 1)]
        plain[field] = kept if is_list else kept[0]
    return plain | {"extra": without_secrets(plain["extra"])}, named


def _kept(item: Any, field: str, number: int | None, files: Iterator[Input], named: list[Input]) -> Any:
    if isinstance(item, Mapping) and "source" in item:
        return {"kind": item["kind"], "source": _kept(item["source"], field, number, files, named)}
    if isinstance(item, Mapping):
        named.append(next(files, Input(field, number, field)))
        return {"file": named[-1].name}
    if not isinstance(item, str) or not item:
        return item
    address = bare_address(item)
    if _is_private(address):
        named.append(Input(field, number, legal_name(unquote(PurePosixPath(urlsplit(address).path).name))))
        return {"file": named[-1].name}
    if address != item:
        named.append(Input(field, number, address=address))
    return address


def bare_address(address: str) -> str:
    """An address without its query, its fragment, and the name and password of a user."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _is_private(address: str) -> bool:
    """Whether an address is that of a server which not everybody reaches."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        return parts.scheme in ("http", "https") and not ip_address(host).is_global
    except ValueError:
        return parts.scheme in ("http", "https") and ("." not in host or bool(_OWN_ENDINGS.search(host)))


def without_secrets(value: Any) -> Any:
    """The service's own fields, without signatures of addresses and without keys."""
    if isinstance(value, Mapping):
        secret = {name for name in value if _SECRET.search(str(name))} | _secret_value(value)
        return {name: without_secrets(item) for name, item in value.items() if name not in secret}
    if isinstance(value, list | tuple):
        return [without_secrets(item) for item in value]
    if not isinstance(value, str):
        return value
    return "" if _BEARER.fullmatch(value) else _ADDRESS.sub(lambda found: bare_address(found[0]), value)


def _secret_value(value: Mapping[str, Any]) -> set[str]:
    """The field that has a key, where another one says so: ``{"name": "Authorization", "value": ...}``."""
    names = [value.get(each) for each in ("name", "key", "header")]
    return {"value"} if any(isinstance(name, str) and _SECRET.search(name) for name in names) else set()


def is_bare(path: Path) -> bool:
    """Whether this is the name of a file alone, also as other systems read it."""
    return path.name == str(path) == legal_name(path.name) and path.name not in (".", "..")
