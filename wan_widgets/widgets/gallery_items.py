"""What the browser is told of the orders in a gallery, and what it tells of their marks. Both are plain data."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.client import AsyncClient, described
from wan_widgets.experiments.gallery import Item
from wan_widgets.files.checks import from_values, word_of
from wan_widgets.files.player import printable
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marks import Changes
from wan_widgets.widgets.code import as_code
from wan_widgets.words.values import written

_LONGEST = 100_000  # characters of a note


def listed(
    number: int, total: int = 0, trouble: str = "", choices: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, Any]:
    """What is known of all orders together. `number` is another one for each list."""
    return {"number": number, "total": total, "fresh": 0, "trouble": trouble, "choices": choices or {}}


def for_browser(shown: Item) -> dict[str, Any]:
    """An order as a tile and its large view show it."""
    return {
        "id": shown.id,
        "task_id": shown.task_id or "",
        "status": shown.status,
        "prompt": printable(shown.prompt or ""),
        "mode": shown.mode or "",
        "model": shown.model or "",
        "seed": None if shown.seed is None else str(shown.seed),  # JavaScript's numbers cannot hold each
        "service": written(shown.service),
        "ratio": [shown.width, shown.height] if shown.width and shown.height else None,
        "seconds": shown.seconds,
        "has_audio": bool(shown.has_audio),
        "price": [str(shown.price.amount), shown.price.currency] if shown.price else None,
        "ordered": shown.ordered.timestamp() if shown.ordered else None,
        "path": shown.path or "",
        "odd": printable(str(word_of(from_values(shown.checks, shown.sha256)))),
        "error": printable(str(shown.error)),
        "star": shown.star,
        "rating": shown.rating,
        "note": printable(shown.note),
        "tags": [*map(printable, shown.tags)],
        "deleted": shown.deleted is not None,
    }


def details(entry: Entry, client: AsyncClient) -> dict[str, Any]:
    """What only the large view shows. `client` is any; it is not used to send anything."""
    request = entry.request
    return {
        "negative": printable((request.negative_prompt or "") if request else ""),
        "code": as_code(request, described(entry, client)) if request else "",
        "can_edit": request is not None,
    }


def change_in(content: Mapping[str, Any]) -> Changes:
    """The change of marks that the browser asks for. What is of another type is left out."""
    changes: Changes = {}
    if isinstance(star := content.get("star"), bool):
        changes["star"] = star
    if "rating" in content and ((rating := content["rating"]) is None or isinstance(rating, int | float)):
        changes["rating"] = rating
    if isinstance(note := content.get("note"), str):
        changes["note"] = note[:_LONGEST]
    if isinstance(tag := content.get("tag"), str):
        changes["tag"] = [tag]
    if isinstance(tag := content.get("untag"), str):
        changes["untag"] = [tag]
    return changes
