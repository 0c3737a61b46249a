"""A clip's file as a service sent it."""

from pathlib import Path

import wan_widgets as ww


def as_sent(path: Path) -> bytes:
    """The bytes that the service sent, without the recipe that follows them."""
    return path.read_bytes()[: ww.load_recipe(path).size]
