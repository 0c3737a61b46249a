"""What a provider is: one service's protocol as pure mappings, and its facts as data. No I/O here.

A provider writes a `Call` for what the client should send and reads the `Reply` that came back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wan_widgets.wan.models import Mode, Offer
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask


@dataclass(frozen=True)
class Call:
    """An HTTP request to be made, but for the base URL and the key."""

    method: str
    path: str
    """Below the base URL, with its leading slash."""
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


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


class Provider(Protocol):
    """One service. What it can do is data; what it says is read in one place."""

    @property
    def name(self) -> str:
        """What users write: ``"toapis"``."""

    @property
    def title(self) -> str:
        """What users read: ``"ToAPIs"``."""

    @property
    def base_url(self) -> str:
        """Where it answers unless the user says otherwise."""

    @property
    def key_variables(self) -> tuple[str, ...]:
        """The environment variables in which this service's key is usually kept."""

    @property
    def is_simulated(self) -> bool:
        """It needs no key, charges nothing, and its clips are made up."""

    @property
    def pace(self) -> Pace:
        """How often to ask it."""

    @property
    def models(self) -> tuple[str, ...]:
        """The families it has, the usual one first."""

    def offer(self, model: str, mode: Mode) -> Offer | None:
        """What it can do with this model in this mode; ``None`` if it cannot do it at all."""

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        """Everything in the request that this service or the chosen model refuses."""

    def encode_submit(self, request: VideoRequest) -> Call:
        """How to ask for a clip."""

    def decode_submit(self, reply: Reply) -> VideoTask:
        """The task that the service made of it; raises the `WanError` that the reply means."""

    def encode_retrieve(self, task_id: str) -> Call:
        """How to ask where a task stands."""

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        """Where it stands; raises the `WanError` that the reply means."""

    def encode_cancel(self, task_id: str) -> Call | None:
        """How to call a task off; ``None`` where the service has no way to."""
