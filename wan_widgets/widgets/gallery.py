"""The gallery: all clips of the ledger as small pictures, with a search, filters, marks, and a large view of each."""

import asyncio
from concurrent.futures import wait
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

import traitlets

from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Item, Query, Sort
from wan_widgets.files.video import Video
from wan_widgets.generation import worker
from wan_widgets.ledger import orders
from wan_widgets.wan.errors import LedgerError, Misuse, WanError
from wan_widgets.wan.problems import shown
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.widgets.form import VideoForm
from wan_widgets.widgets.gallery_desk import Desk
from wan_widgets.widgets.gallery_record import CLIPS, gallery_record
from wan_widgets.widgets.record import MimeBundle, Recorded
from wan_widgets.widgets.studio import Studio
from wan_widgets.words import Said, said_by, say

_QUERY = tuple(field.name for field in fields(Query))
_PLAIN, _FILTERS = Query(), tuple(name for name in _QUERY if name not in ("where", "sort"))
_PATIENCE = 2.0  # seconds to look for clips before the cell goes on


class Gallery(Recorded):
    """All clips of the ledger as small pictures: look, search, mark, compare, delete.

    `form` is a Studio or a form, into which a clip's request can be put. The other arguments say which clips are shown
    at first: ``ww.Gallery(studio, where="everywhere", starred=True, sort="rating")``. They are values that can be
    changed and observed later, and the person in front of the gallery changes them too.
    """

    _esm = STATIC / "gallery.js"
    _part = "gallery"
    where = traitlets.Enum(("folder", "notebook", "everywhere"), "folder").tag(sync=True)
    """The orders of this notebook, of its folder, or all."""
    search = traitlets.Unicode("").tag(sync=True)
    """Words that must all occur in the prompt, in the note or in a tag."""
    status = traitlets.Unicode("completed", allow_none=True).tag(sync=True)
    """A state, such as ``"failed"``; ``None`` for all orders."""
    provider = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    model = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    mode = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    starred = traitlets.Bool(False).tag(sync=True)
    tag = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    deleted = traitlets.Bool(False).tag(sync=True)
    """The deleted clips, in place of the others."""
    sort = traitlets.Enum(get_args(Sort), "newest").tag(sync=True)
    since = traitlets.Instance(datetime, allow_none=True)
    """The moment of the oldest order that is shown."""
    until = traitlets.Instance(datetime, allow_none=True)
    """The moment before which the shown orders were made."""
    _list = traitlets.Dict().tag(sync=True)
    """What is known of all orders together. Only the worker writes it."""
    _chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The ids of the selected orders. The browser writes them."""
    _can_fill = traitlets.Bool(False).tag(sync=True)

    def __init__(self, form: Studio | VideoForm | None = None, **query: Any) -> None:
        self._form = form.form if isinstance(form, Studio) else form
        if self._form is not None and not isinstance(self._form, VideoForm):
            raise Misuse(say("widgets.gallery.no_form", value=shown(form), code="ww.Gallery(studio)"))
        self._kept: list[tuple[Item, bytes | None]] = []
        self._keeping = asyncio.Lock()
        self._written: object = None
        """Which list the record in the notebook is of."""
        self._desk = Desk(self.send, self._query, self._speaking, self._show)
        super().__init__(_can_fill=self._form is not None, **query)
        self.observe(self._renew, [*_QUERY])
        self._looking = worker.submit(self._desk.take())

    def close(self) -> None:
        """Remove the widget. The clips stay."""
        if hasattr(self, "_looking"):  # it is missing if the constructor failed
            worker.call(self._desk.close)
        super().close()

    @property
    def selected(self) -> list[Video]:
        """The clips that are selected, read from their files now. Those whose files are gone are left out.

        Raises `LedgerError`.
        """
        entries = [orders.entry_if_known(each) for each in self._chosen]
        videos = [orders.saved_video(entry) for entry in entries if entry]
        return [video for video in videos if video]

    def _query(self) -> Query:
        values: dict[str, Any] = {name: getattr(self, name) for name in _QUERY}
        return Query(**values)

    def _renew(self, _change: object = None) -> None:
        worker.call(lambda: self._desk.spawn(self._desk.take))

    def _speak_anew(self) -> None:
        self._renew()

    def _public_value(self) -> dict[str, Any]:
        return {**super()._public_value(), "selected": [*self._chosen]}

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        # The worker must not write the form, nor the values of the query.
        if content.get("kind") == "edit":
            self._fill_form(str(content.get("id")))
        elif content.get("kind") == "clear":
            self._clear()
        else:
            worker.call(self._desk.act, content)

    def _fill_form(self, order: str) -> None:
        try:
            request = orders.entry_named(order).request
            if self._form is not None and request is not None:
                self._form.fill(request)
                self._tell(say("widgets.gallery.filled"))
        except (WanError, traitlets.TraitError) as error:  # a seed may be too large for a browser
            self._tell(said_by(error))

    def _tell(self, words: Said) -> None:
        self.send({"kind": "said", "text": str(words)})

    def _clear(self) -> None:
        """Show all clips of the place again."""
        for name in _FILTERS:
            setattr(self, name, getattr(_PLAIN, name))

    def _find_clips(self) -> None:
        wait([self._looking], timeout=_PATIENCE)
        if self._looking.done():
            wait([worker.submit(self._keep())], timeout=_PATIENCE)

    def _record_shown(self) -> None:
        self._written = None
        worker.call(lambda: self._desk.spawn(self._write_record))

    def _record(self) -> MimeBundle:
        with self._speaking():
            return gallery_record(self._anchor, len(self._desk.ids), self._kept)

    # All methods below run on the worker.

    def _show(self, present: dict[str, Any]) -> None:
        self._list = present
        self._desk.spawn(self._write_record)

    async def _write_record(self) -> None:
        """Keep the first clips of the list as small pictures in the notebook, once it is displayed there."""
        async with self._keeping:
            present = (self._list.get("number"), self._bundle.language)
            if self._handle is None or not self._list or present == self._written:
                return
            await self._keep()
            self._rewrite(await asyncio.to_thread(self._record))
            self._written = present

    async def _keep(self) -> None:
        try:
            found = await asyncio.to_thread(gallery.items, self._desk.ids[:CLIPS])
        except LedgerError:  # the gallery itself says so
            found = ()
        self._kept = [(each, await _poster(each)) for each in found]


async def _poster(of: Item) -> bytes | None:
    try:
        return await gallery.picture(of, "poster")
    except Exception:  # noqa: BLE001  # a damaged file may raise any error; the record has its words alone
        return None
