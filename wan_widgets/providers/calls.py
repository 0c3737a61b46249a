"""What goes between a provider and the client: an HTTP request to make, the response that came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wan_widgets.wan.sources import Kind, LocalFile


@dataclass(frozen=True)
class FilePart:
    """A file as it is sent: under which name, and as what."""

    file: LocalFile
    name: str
    """Made here, never the path's: ``"image-3f2a.png"``."""
    type: str
    """MIME type."""
    kind: Kind


@dataclass(frozen=True)
class Call:
    """An HTTP request to be made, but for the base URL and the key."""

    method: str
    path: str
    """Below the base URL, with its leading slash; else a whole address, to which no key is sent."""
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Sequence[tuple[str, str | LocalFile | FilePart]] = ()
    """Parts of multipart/form-data, in their order. Of a `LocalFile` the client makes a `FilePart`."""


@dataclass(frozen=True)
class Reply:
    """An HTTP response that has been read."""

    status_code: int
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By lower-case name."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often a service wants to be asked about a task, in seconds."""

    first: float
    """From the submission to the first question."""
    interval: float
    """Between questions."""
    longest: float = 120.0
    """The most between questions when they keep failing."""
