"""A request whose model is known, and the content that is read from it."""

from dataclasses import dataclass
from typing import NamedTuple

from wan_widgets.simulator.protocols.dashscope.errors import missing
from wan_widgets.simulator.protocols.dashscope.fields import MoreFields
from wan_widgets.simulator.protocols.dashscope.models import Model
from wan_widgets.simulator.protocols.dashscope.parameters import Extent
from wan_widgets.simulator.protocols.dashscope.sources import Source, Sources


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request to a known model."""

    model_id: str
    model: Model
    inputs: MoreFields
    parameters: MoreFields
    sources: Sources

    def prompt(self, *, required: bool) -> str:
        """Read the prompt. A prompt that is too long is silently cut."""
        prompt = self.inputs.text("prompt") or ""
        if required and not prompt.strip():
            raise missing("input.prompt")
        return prompt[: self.model.prompt_limit]

    def take(self, name: str, url: str, *, base64: bool = False) -> Source:
        return self.sources.take(f"input.{name}", url, model_id=self.model_id, base64=base64)

    def source(self, name: str, *, base64: bool = False) -> Source | None:
        url = self.inputs.text(name)
        return self.take(name, url, base64=base64) if url else None


class Content(NamedTuple):
    """The prompt, the size and the sources of a clip."""

    prompt: str
    extent: Extent
    first_frame: str | None = None
    references: tuple[str, ...] = ()
    guide_audio: str | None = None
    input_seconds: float = 0
    """The billed seconds of the input videos."""
