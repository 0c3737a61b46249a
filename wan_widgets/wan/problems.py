"""What is wrong with a field of a request, in words that a form can show beside the field."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One faulty field."""

    field: str
    """The field's name in the request, such as ``"duration"``."""
    message: str
    """What is wrong with it."""
    allowed: str = ""
    """What would be right."""
    remedy: str = ""
    """What to do about it, where `allowed` does not say it already."""
    code: str = ""
    """A name of the problem, where a form offers another remedy than the text does: ``"unknown_kind"``."""

    @property
    def text(self) -> str:
        """The message, the allowed values and the remedy, without the field's name."""
        allowed = f"Allowed: {self.allowed}." if self.allowed else ""
        return " ".join(part for part in (self.message, allowed, self.remedy) if part)

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


def shown(value: object) -> str:
    """A value as a message shows it, cut to 80 characters."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write numbers of thousands of digits
        return f"that {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."
