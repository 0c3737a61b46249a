"""What a provider and the client exchange: HTTP requests to make, and the responses to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wan_widgets.wan.sources import Kind, LocalFile


@dataclass(frozen=True)
class FilePart:
    """A file with the name and the type under which it is sent."""

    file: LocalFile
    name: str
    """A name that the client makes: ``"image-3f2a.png"``. The name of the path is never sent."""
    type: str
    """The MIME type."""
    kind: Kind


@dataclass(frozen=True)
class Call:
    """An HTTP request to make, without the base URL and the key."""

    method: str
    path: str
    """A path below the base URL, with a leading slash; or a whole address, which gets no key."""
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Sequence[tuple[str, str | LocalFile | FilePart]] = ()
    """The parts of multipart/form-data, in order. The client turns a `LocalFile` into a `FilePart`."""


@dataclass(frozen=True)
class Reply:
    """An HTTP response that has been read to its end."""

    status_code: int
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The headers, by their names in lower case."""
    received_at: float | None = None
    """The Unix time at which it came, by the clock of this machine; ``None`` where nobody needs it."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What decides how often a service is asked about its tasks."""

    usual: float = 120.0
    """How many seconds a task usually takes, roughly. It counts until there are durations of one's own."""
    questions: float = 5.0
    """How many questions a second the service allows, for all tasks and all users of a key together."""
