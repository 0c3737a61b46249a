"""The key by which orders of the same clip are found. Ledgers store it, so the key of a request must never change."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from wan_widgets.files.disk import digest_of
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.sources import LocalFile, Reference, source_of


def recipe_key(
    site: Site, request: VideoRequest, repeat: int | None = None, digest: Callable[[Path], str] = digest_of
) -> str:
    """A key that is equal for orders of the same clip: the same site, the same values, files with the same content.

    A `repeat` tells clips of one request apart. Without one, the key is that of an ordinary order. `digest` reads
    a file and returns its SHA-256.

    Values at their default are left out. So a field that a later version adds does not change the keys of old orders.
    """
    usual = type(request).draft({})
    values = {each.name: getattr(request, each.name) for each in fields(request)}
    plain = {name: _plain(value, digest) for name, value in values.items() if value != getattr(usual, name)}
    repeated = [] if repeat is None else [repeat]
    text = json.dumps([site.provider, site.base_url, str(request.mode), plain, *repeated], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any, digest: Callable[[Path], str]) -> Any:
    source = source_of(value)
    plain: Any = source
    if isinstance(source, LocalFile):  # its kind is left out, because the content already tells it
        plain = _content(source, digest)
    elif isinstance(value, Reference):
        plain = {"kind": str(value.kind), "source": source}
    elif isinstance(value, tuple):
        plain = [_plain(item, digest) for item in value]
    return plain


def _content(file: LocalFile, digest: Callable[[Path], str]) -> dict[str, str]:
    if file.path is None:
        return {"sha256": hashlib.sha256(file.data or b"").hexdigest()}
    try:
        return {"sha256": digest(file.path)}
    except OSError:
        return {"file": str(file.path)}
