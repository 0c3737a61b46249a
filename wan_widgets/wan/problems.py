"""What is wrong with a field of a request, in words that a form can show beside the field."""

from dataclasses import dataclass

from wan_widgets.words import Said, Several, Text, joined, say


@dataclass(frozen=True)
class Problem:
    """One faulty field."""

    field: str
    """The field's name in the request, such as ``"duration"``."""
    message: Said
    """What is wrong with it."""
    allowed: Said | Several = ""
    """What would be right."""
    remedy: Said = ""
    """What to do about it, where `allowed` does not say it already."""
    number: int | None = None
    """Which one of the references it is about, counted from 1."""

    @property
    def key(self) -> str:
        """The name of the message, the same in all languages; empty if it is not a sentence of this package."""
        return self.message.key if isinstance(self.message, Text) else ""

    @property
    def about(self) -> Said:
        """The message, the allowed values and the remedy, without the field's name."""
        allowed = say("wan.problem.allowed", allowed=self.allowed) if self.allowed else ""
        text = joined(self.message, allowed, self.remedy)
        return text if self.number is None else say("wan.problem.reference", number=self.number, text=text)

    @property
    def said(self) -> Said:
        """All that ``str(problem)`` says."""
        return say("wan.problem.field", field=self.field, text=self.about)

    @property
    def text(self) -> str:
        """What it is about, in the language that holds."""
        return str(self.about)

    def __str__(self) -> str:
        return str(self.said)


def shown(value: object) -> Said:
    """A value as a message shows it, cut to 80 characters."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write numbers of thousands of digits
        return say("wan.shown.unwritable", type=type(value).__name__)
    return text if len(text) <= 80 else f"{text[:77]}..."
