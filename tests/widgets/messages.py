"""Playing the browser to a widget without one."""

from typing import Any


def say(widget: Any, *buffers: bytes, **content: Any) -> list[tuple[dict[str, Any], list[bytes]]]:
    """Send a widget a message from the browser; returns what it sent back at once."""
    answers: list[tuple[dict[str, Any], list[bytes]]] = []
    widget.send = lambda content, buffers=None: answers.append((content, list(buffers or [])))
    message = {"data": {"method": "custom", "content": content}}
    widget._handle_msg({"content": message, "buffers": list(buffers)})
    return answers
