"""What answers the browser's part of a gallery: it reads the ledger, marks, deletes, and sends pictures and clips.

All of this runs on the worker.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakSet

from wan_widgets.client import AsyncClient
from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Item, Query
from wan_widgets.files import previews
from wan_widgets.ledger import orders
from wan_widgets.wan.errors import LedgerError, WanError
from wan_widgets.widgets.clip_sending import ClipSender, Send
from wan_widgets.widgets.gallery_items import change_in, chosen_from, details, for_browser, listed
from wan_widgets.words import said_by

_MOST = 240  # items in one message
_TOGETHER = 0.02  # seconds, in which several values of the query may change
_log = logging.getLogger(__name__)
Content = dict[str, Any]
Action = Callable[[], Coroutine[Any, Any, None]]
Wish = tuple[str, previews.What]
"""An order's id, and which picture of its clip."""


class Desk:
    """The list that one gallery shows, as it was when it was taken, and the answers to its messages."""

    open: ClassVar["WeakSet[Desk]"] = WeakSet()
    """Those of all galleries of this kernel. What one changes, the others show too."""

    def __init__(
        self,
        send: Send,
        query: Callable[[], Query],
        speaking: Callable[[], AbstractContextManager[None]],
        changed: Callable[[Content], None],
    ) -> None:
        self.ids: tuple[str, ...] = ()
        self._list = listed(0)
        self._send, self._query, self._speaking, self._changed = send, query, speaking, changed
        self._seen: object = None
        self._running: set[asyncio.Task[None]] = set()
        self._clips = ClipSender(send)
        self._actions: dict[str, Callable[[Content], Coroutine[Any, Any, None]]] = {
            "items": self._send_items,
            "some": self._send_some,
            "pictures": self._send_pictures,
            "details": self._send_details,
            "places": self._tell_places,
            "fetch": self._send_clip,
            "mark": self._mark,
            "delete": self._delete,
            "restore": self._restore,
            "look": lambda _: self._look(),
            "renew": lambda _: self.take(),
        }
        Desk.open.add(self)

    def act(self, content: Content) -> None:
        """Do what a message asks for."""
        kind, wish = str(content.get("kind")), str(content.get("wish"))
        if kind == "chunk-here":
            self._clips.confirm(wish)
        elif kind == "enough":
            self._clips.stop(wish)
        elif action := self._actions.get(kind):
            self.spawn(partial(action, content))
        else:
            _log.debug("an unknown message: %s", kind)

    def spawn(self, action: Action) -> None:
        """Run something, and tell the user what the ledger or a service has against it."""
        running = asyncio.get_running_loop().create_task(self._told(action))
        self._running.add(running)  # the loop itself has only a weak reference
        running.add_done_callback(self._running.discard)

    async def _told(self, action: Action) -> None:
        try:
            await action()  # it begins here, so that nothing is left over if this is cancelled before
        except WanError as error:
            with self._speaking():
                self._send({"kind": "said", "text": str(said_by(error))}, [])
        except Exception:  # noqa: BLE001  # else it would be printed into a cell
            _log.exception("the gallery could not do what it was asked")

    def close(self) -> None:
        """Stop all that runs."""
        Desk.open.discard(self)
        for running in tuple(self._running):
            running.cancel()

    async def take(self) -> None:
        """Find the orders of the query anew."""
        self._list = {**self._list, "number": (number := self._list["number"] + 1)}
        await asyncio.sleep(_TOGETHER)
        if number != self._list["number"]:
            return
        self._seen, query, choices = orders.stamp(), self._query(), self._list["choices"]
        try:
            found = await asyncio.to_thread(gallery.ids, query)
            if number == self._list["number"]:  # else the next search has begun
                with self._speaking():
                    self._show(found, listed(number, len(found), choices=choices))
            choices = await asyncio.to_thread(gallery.choices, query)
        except LedgerError as error:
            if number == self._list["number"]:
                with self._speaking():
                    self._show((), listed(number, trouble=str(said_by(error))))
        else:
            if number == self._list["number"]:
                with self._speaking():
                    self._show(self.ids, {**self._list, **chosen_from(choices)})

    def _show(self, ids: tuple[str, ...], present: Content) -> None:
        self.ids, self._list = ids, present
        self._changed(present)

    async def _look(self) -> None:
        """Tell how many orders have come since the list was taken. Nothing moves before the user wants to see them."""
        present = orders.stamp()
        if present == self._seen:
            return
        self._seen, number = present, self._list["number"]
        found = await asyncio.to_thread(gallery.ids, self._query())
        fresh = len({*found} - {*self.ids})
        if number != self._list["number"]:
            return
        if self.ids or not fresh:
            self._show(self.ids, {**self._list, "fresh": fresh})
        else:
            await self.take()

    async def _send_items(self, content: Content) -> None:
        start, count = _whole(content.get("start")), min(_whole(content.get("count")), _MOST)
        if content.get("number") != self._list["number"]:
            return  # the browser has not heard of the newest list yet
        wanted = self.ids[start : start + count]
        found = {each["id"]: each for each in self._drawn(await _items(wanted))}
        items = [found.get(each, {"id": each}) for each in wanted]
        self._send({"kind": "items", "number": content["number"], "start": start, "items": items}, [])

    def _drawn(self, items: Iterable[Item]) -> list[Content]:
        """Orders as this gallery shows them, in its language."""
        with self._speaking():
            return [*map(for_browser, items)]

    async def _send_some(self, content: Content) -> None:
        self._send({"kind": "changed", "items": self._drawn(await _items(_texts(content.get("ids"))[:_MOST]))}, [])

    async def _send_pictures(self, content: Content) -> None:
        """Send those pictures that were made before, and then each of the others when it is made."""
        wanted = [*_wishes(content.get("wishes"))]
        found = {each.id: each for each in await asyncio.to_thread(gallery.items, [order for order, _ in wanted])}
        known = await asyncio.to_thread(_kept, found, wanted)
        self._send_made({wish: picture for wish, picture in known.items() if picture or wish[0] not in found})
        for wish in [wish for wish, picture in known.items() if not picture and wish[0] in found]:
            self.spawn(partial(self._make, found[wish[0]], wish))

    async def _make(self, of: Item, wish: Wish) -> None:
        self._send_made({wish: await gallery.picture(of, wish[1])})

    def _send_made(self, made: Mapping[Wish, bytes | None]) -> None:
        wishes = [{"id": order, "what": what, "has": picture is not None} for (order, what), picture in made.items()]
        if wishes:
            self._send({"kind": "pictures", "wishes": wishes}, [each for each in made.values() if each is not None])

    async def _send_details(self, content: Content) -> None:
        entry = await asyncio.to_thread(orders.entry_named, str(content.get("id")))
        with self._speaking():
            told = details(entry, AsyncClient("simulator"))
        self._send({"kind": "details", "id": entry.id, **told}, [])

    async def _tell_places(self, content: Content) -> None:
        keys, folder = _texts(content.get("keys"))[:_MOST], content.get("folder")
        if isinstance(folder, str):
            paths = [await asyncio.to_thread(_path_of, key) for key in keys]
            await self._clips.tell_places(dict(zip(keys, paths, strict=True)), folder)

    async def _send_clip(self, content: Content) -> None:
        entry = await asyncio.to_thread(orders.entry_named, str(content.get("key")))
        path = await asyncio.to_thread(orders.file_of, entry)
        wish = str(content.get("wish"))
        if path is None:
            [shown] = self._drawn(await _items([entry.id]))
            self._send({"kind": "clip-gone", "wish": wish, "path": shown["path"]}, [])
            return
        await self._clips.send(wish, path, with_poster=content.get("poster") is not False)

    async def _mark(self, content: Content) -> None:
        ids = _texts(content.get("ids"))
        try:
            await asyncio.to_thread(lambda: gallery.mark(ids, **change_in(content)))
        finally:  # the browser shows the mark already
            await _tell_all(ids)

    async def _delete(self, content: Content) -> None:
        await self._move(_texts(content.get("ids")), gallery.delete, "deleted")

    async def _restore(self, content: Content) -> None:
        await self._move(_texts(content.get("ids")), gallery.restore, "restored")
        for each in tuple(Desk.open):
            if not each._query().deleted:  # noqa: SLF001  # it is of this class
                await each.take()

    async def _move(self, ids: list[str], do: Callable[[Iterable[str]], gallery.Deletion], what: str) -> None:
        """Delete clips, or bring them back. All galleries that show the one kind do not show them any more."""
        outcome = await asyncio.to_thread(do, ids)
        with self._speaking():
            kept = {order: str(why) for order, why in outcome.kept.items()}
        await _tell_all(outcome.done)
        for each in tuple(Desk.open):
            each._forget(outcome.done, are_deleted=what == "restored")  # noqa: SLF001  # it is of this class
        self._send({"kind": what, "done": [*outcome.done], "kept": kept}, [])

    def _forget(self, gone: Sequence[str], *, are_deleted: bool) -> None:
        """Leave orders out of the list, if it is that of deleted ones or that of the others. The others close up."""
        left = tuple(each for each in self.ids if each not in {*gone})
        if len(left) == len(self.ids) or self._query().deleted != are_deleted:
            return
        number = self._list["number"] + 1
        self._send({"kind": "gone", "ids": [*gone], "number": number}, [])
        self._show(left, {**self._list, "number": number, "total": len(left)})


def _wishes(values: object) -> Iterator[Wish]:
    for each in values if isinstance(values, list) else []:
        if isinstance(each, dict) and isinstance(order := each.get("id"), str):
            yield order, "strip" if each.get("what") == "strip" else "poster"


def _kept(found: Mapping[str, Item], wanted: Iterable[Wish]) -> dict[Wish, bytes | None]:
    return {wish: gallery.kept_picture(found[wish[0]], wish[1]) if wish[0] in found else None for wish in wanted}


async def _items(ids: Sequence[str]) -> Sequence[Item]:
    return await asyncio.to_thread(gallery.items, ids)


async def _tell_all(ids: Sequence[str]) -> None:
    """Let all galleries show how these orders are now."""
    for begin in range(0, len(ids), _MOST):
        items = await _items(ids[begin : begin + _MOST])
        for each in tuple(Desk.open):
            each._send({"kind": "changed", "items": each._drawn(items)}, [])  # noqa: SLF001  # it is of this class


def _path_of(order: str) -> Path | None:
    """The file of an order's clip; ``None`` if there is no such order, or no file."""
    entry = orders.entry_if_known(order)
    return orders.file_of(entry) if entry else None


def _texts(values: object) -> list[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _whole(value: object) -> int:
    return max(0, value) if isinstance(value, int) else 0
