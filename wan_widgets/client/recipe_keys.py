"""By what one knows the same clip: a key of all that makes it."""

import hashlib
import json
from pathlib import Path

from wan_widgets.client.client import AsyncClient
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, source_of


def recipe_key(client: AsyncClient, request: VideoRequest) -> str:
    """The same for orders that would make the same clip: same service, same values, same content of files."""
    contents = [_content(place) for _, each in request.sources if isinstance(place := source_of(each), LocalFile)]
    recipe = to_recipe(request)
    text = json.dumps([client.provider.name, client.base_url, recipe, contents], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(file: LocalFile) -> str:
    if file.path is None:
        return hashlib.sha256(file.data or b"").hexdigest()
    try:
        return digest_of(file.path)
    except OSError:
        return str(file.path)


def digest_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
