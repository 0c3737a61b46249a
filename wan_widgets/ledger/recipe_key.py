"""By what one knows the same clip: a key of all that makes it. Keys lie in ledgers: an old order keeps its own."""

import hashlib
import json
from dataclasses import fields
from typing import Any

from wan_widgets.files.disk import digest_of
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.sources import LocalFile, Reference, source_of


def recipe_key(site: Site, request: VideoRequest) -> str:
    """The same for orders that would make the same clip: same service, same values, same content of files.

    What stands at its default is left out, so that a field that a later version adds gives no old order another key.
    """
    usual = type(request).draft({})
    values = {each.name: getattr(request, each.name) for each in fields(request)}
    told = {name: _told(value) for name, value in values.items() if value != getattr(usual, name)}
    text = json.dumps([site.provider, site.base_url, str(request.mode), told], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(value: Any) -> Any:
    source = source_of(value)
    told: Any = source
    if isinstance(source, LocalFile):  # what kind it is, be it told or not, is in the content as well
        told = _content(source)
    elif isinstance(value, Reference):
        told = {"kind": str(value.kind), "source": source}
    elif isinstance(value, tuple):
        told = [_told(item) for item in value]
    return told


def _content(file: LocalFile) -> dict[str, str]:
    if file.path is None:
        return {"sha256": hashlib.sha256(file.data or b"").hexdigest()}
    try:
        return {"sha256": digest_of(file.path)}
    except OSError:
        return {"file": str(file.path)}
