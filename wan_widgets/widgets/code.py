"""A card as code: a line of Python that makes its clip again, at the same service."""

from dataclasses import fields
from typing import Any

from wan_widgets.providers import PROVIDERS
from wan_widgets.service.service import Service
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, Reference


def as_code(request: VideoRequest, client: Service) -> str:
    """What to paste into a cell. What was only in memory has a name there, and a remark."""
    values = {field.name: getattr(request, field.name) for field in fields(request)}
    written = {name: _written(name, value) for name, value in values.items() if value not in (None, {})}
    arguments = ", ".join(f"{name}={text}" for name, text in written.items())
    made = f"ww.{type(request).__name__}({arguments})"
    return f"ww.generate({made}{_service(client)}){_remark(values)}"


def _written(name: str, value: Any) -> str:
    match value:
        case LocalFile(path=None):
            return name
        case Reference():
            return f"ww.{type(value).__name__}({_written(name, value.source)})"
        case tuple():
            items = [_written(f"{name}_{number}", item) for number, item in enumerate(value, start=1)]
            return f"[{', '.join(items)}]"
    return repr(value)


def _remark(values: dict[str, Any]) -> str:
    """What stands behind the names of what was in memory."""
    found = [
        f"{_written(label, source)}: the {len(source.data or b'')} bytes that it was made from"
        for name, value in values.items()
        for label, source in _sources(name, value)
        if isinstance(source, LocalFile) and source.path is None
    ]
    return f"  # {'; '.join(found)}" if found else ""


def _sources(name: str, value: Any) -> list[tuple[str, Any]]:
    items = enumerate(value, start=1) if isinstance(value, tuple) else ()
    several = [(f"{name}_{number}", item) for number, item in items]
    return [(label, item.source if isinstance(item, Reference) else item) for label, item in several or [(name, value)]]


def _service(client: Service) -> str:
    name, region = client.provider.name, client.provider.region
    usual = PROVIDERS.get(name, client.provider)
    if client.is_embedded:
        return ""
    if (client.base_url, region) == (usual.base_url, usual.region):
        return f", provider={name!r}"
    shared = client.base_url == usual.regions.get(region)
    where = f"region={region!r}" if shared else f"base_url={client.base_url!r}"
    return f", provider=ww.AsyncClient({name!r}, {where})"
