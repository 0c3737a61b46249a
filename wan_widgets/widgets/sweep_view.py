"""The grid of a sweep: each cell a tile, from waiting to its picture, and its whole card where it is opened."""

import asyncio
import logging
import time
from collections.abc import Iterable
from concurrent.futures import wait
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from wan_widgets.experiments.cells import Cell
from wan_widgets.experiments.plan import Costs, Plan
from wan_widgets.experiments.planning import plan_of
from wan_widgets.experiments.study import Study
from wan_widgets.files import previews
from wan_widgets.files.disk import check_regular, digest_of
from wan_widgets.files.video import Video
from wan_widgets.generation import worker
from wan_widgets.generation.job import Job
from wan_widgets.ledger import orders
from wan_widgets.money.listening import listeners
from wan_widgets.wan.errors import LedgerError, WanError
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.bundle import STATIC, bundle
from wan_widgets.widgets.in_marimo import clip
from wan_widgets.widgets.record import MimeBundle
from wan_widgets.widgets.saving import leave_out
from wan_widgets.widgets.sweep_buttons import costs_of_press, is_covered, offers_of
from wan_widgets.widgets.sweep_figures import Figure, figures_of, whole_of
from wan_widgets.widgets.sweep_head import head_of
from wan_widgets.widgets.sweep_places import hidden_before
from wan_widgets.widgets.sweep_record import sweep_record
from wan_widgets.widgets.sweep_tiles import card_of, key_of, tile_of
from wan_widgets.words import Said, say, speaking

_log = logging.getLogger(__name__)
_WHOLE = ""  # the key of what is said of all cells together
_FRESH = 3.0  # seconds for which the remaining time is not computed anew
_PATIENCE, _PATIENCE_EACH = 2.0, 0.3  # seconds for all pictures together, and for each of them
_MOST_OPEN = 12  # cards that the browser has; those that were opened before are left out
_SLOW = 500_000  # bytes of a record that are written in a second, so that a large one is not always on its way


class SweepView(TaskBoard):
    """A sweep as a grid. ``ww.Sweep`` makes it when it is shown."""

    _esm = STATIC / "sweep.js"
    _part = "sweep"
    _lists: ClassVar[dict[str, str]] = {"_cards": "_number", "_tiles": "_tiles_number"}
    _tiles: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    _tiles_number = traitlets.Int().tag(sync=True)
    _head = traitlets.Dict().tag(sync=True)
    """What does not change while the sweep runs."""
    _whole = traitlets.Dict().tag(sync=True)
    """How far the sweep is, and what can be done."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._turn = 0
        self._plan: Plan | None = None
        self._trouble: Said = ""
        self._offers: dict[str, Costs | None] = {}
        """What was last said that each button costs."""
        self._plan_now()
        self._estimated = 0.0
        self._posters: dict[int, bytes | None] = {}
        with speaking(bundle().language):
            traits: dict[str, Any] = {"_head": head_of(study), "_whole": self._whole_now()}
            traits["_tiles"] = [tile_of(cell) for cell in study.cells]
        super().__init__(study.cells[0].client, **traits)
        leave_out(self, _head={}, _whole={}, _tiles=[])
        listeners.add(self)

    def close(self) -> None:
        """Remove the widget. The sweep goes on."""
        listeners.discard(self)
        super().close()

    def hear_of_money(self) -> None:
        """Show the prices and the budgets of now."""
        worker.call(self._heard, None)

    def _plan_now(self) -> None:
        """Look into the ledger what the sweep would do."""
        try:
            self._plan = self._study.plan()
        except WanError as error:
            self._trouble = error.message

    def renew(self) -> None:
        """Plan anew, unless the sweep runs: budgets, prices and clips may have changed."""
        worker.call(self._renew)

    def hear(self, cell: Cell | None) -> None:
        """Show that a cell has changed; with ``None``, that the whole has. It may be called on any thread."""
        worker.call(self._heard, cell)

    def _find_clips(self) -> None:
        """Wait for the pictures of the clips that are here, as long as that may take."""
        clips = sum(cell.video is not None for cell in self._study.cells)
        wait([worker.submit(self._picture_all())], timeout=_PATIENCE + clips * _PATIENCE_EACH)

    def hear_of_former(self) -> None:
        """Show how far the sweep is that was shown here before. It may be called on any thread."""
        worker.call(self._updates.note, _WHOLE)

    def _public_value(self) -> dict[str, Any]:
        return {"clips": [clip(cell.video) for cell in self._study.cells if cell.video is not None]}

    def _record(self) -> MimeBundle:
        with self._speaking():
            return sweep_record(self._anchor, self._study, self._head, self._figures_now(), self._kept_poster)

    def _figures_now(self) -> list[Figure]:
        return figures_of(self._plan, self._study) if self._plan else []

    def _whole_now(self) -> dict[str, Any]:
        self._offers, former = offers_of(self._study), hidden_before(self._study)
        figures, words = self._figures_now(), self._trouble
        return whole_of(self._study, figures, self._offers, turn=self._turn, trouble=words, former=former)

    def _kept_poster(self, cell: Cell) -> bytes | None:
        """The small picture of a clip, if it was made already. The first record does not wait for others."""
        if cell.number not in self._posters:
            if (found := previews.kept(_digest(cell), "poster")) is None:
                return None
            self._posters[cell.number] = found
        return self._posters[cell.number]

    # All methods below run on the worker.

    def _heard(self, cell: Cell | None) -> None:
        if cell is None:
            self._updates.note(_WHOLE)
            if not self._study.is_running:
                self._renew()
            return
        if cell.job is not None:
            cell.job.key = key_of(cell)
            self._tell_listeners(cell.job)
        self._updates.note(key_of(cell), _WHOLE)

    def _renew(self) -> None:
        if not self._study.is_running:
            self._spawn(self._plan_anew())

    async def _plan_anew(self) -> None:
        study = self._study
        try:
            await study.look_again()
            self._plan = await asyncio.to_thread(plan_of, study.cells, study.axes, study.at_once)
            self._trouble = ""
        except WanError as error:
            self._trouble = error.message
        self._updates.note(_WHOLE)

    def _show_all(self) -> None:
        with self._speaking():
            self._head = head_of(self._study)
        self._updates.note(_WHOLE, *map(key_of, self._study.cells))

    def _show_cards(self, keys: set[str]) -> None:
        try:
            self._show_tiles([self._study.cells[int(key)] for key in keys if key != _WHOLE])
            if _WHOLE in keys:
                with self._speaking():
                    self._whole = self._whole_now()
                self._estimate()
        except Exception:  # noqa: BLE001  # an error in showing it must not end the sweep
            _log.exception("a sweep could not be drawn")
        for key in keys & self._jobs.keys():
            self._take(self._study.cells[int(key)])
        super()._show_cards(keys & self._jobs.keys())

    def _show_tiles(self, cells: Iterable[Cell]) -> None:
        with self._speaking():
            drawn = {key_of(cell): tile_of(cell) for cell in cells}
        self._tell_list("_tiles", drawn, [key_of(cell) for cell in self._study.cells])

    def _card(self, key: str) -> dict[str, Any]:
        return card_of(self._study.cells[int(key)], self._jobs[key])

    def _take(self, cell: Cell) -> None:
        """Have the job of a cell among those that have a card."""
        job = self._study.job_of(cell)
        job.key = key_of(cell)
        self._jobs[job.key] = job

    def _estimate(self) -> None:
        if self._study.is_running and time.monotonic() - self._estimated > _FRESH:
            self._estimated = time.monotonic()
            self._spawn(self._estimate_anew())

    async def _estimate_anew(self) -> None:
        try:
            await asyncio.to_thread(lambda: self._study.remaining)
        except WanError:  # the line says less
            return
        self._updates.note(_WHOLE)

    def _act(self, content: dict[str, Any]) -> None:
        kind, cell = content.get("kind"), self._cell_named(content.get("key"))
        if kind in _PRESSES:
            self._press(str(kind), content.get("turn"))
        elif kind == "open" and cell is not None:
            self._open(cell)
        else:
            super()._act(content)

    def _cell_named(self, key: object) -> Cell | None:
        is_number = isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 10
        number = int(str(key)) if is_number else -1
        return self._study.cells[number] if 0 <= number < len(self._study.cells) else None

    def _press(self, kind: str, seen: object) -> None:
        """A double click is one press, and so are clicks in two views."""
        if type(seen) is not int or seen != self._turn:
            return
        self._turn += 1
        if kind in _BUYING:
            self._spawn(self._begin_as_said(kind))
        else:
            _PRESSES[kind](self._study)
            self._updates.note(_WHOLE)

    async def _begin_as_said(self, kind: str) -> None:
        """Do what a button does, unless it costs more by now than it said: then it says so, and waits for a press."""
        said = self._offers.get(kind)
        await self._plan_anew()
        if not is_covered(costs_of_press(kind, self._study), said):
            self._trouble = say("widgets.sweep.costs_more")
        else:
            _PRESSES[kind](self._study)
        self._updates.note(_WHOLE)

    def _open(self, cell: Cell) -> None:
        self._jobs.pop(key_of(cell), None)  # it is the newest again
        self._take(cell)
        for key in list(self._jobs)[:-_MOST_OPEN]:
            del self._jobs[key]
        self._updates.note(key_of(cell))
        self._updates.flush()

    def _want_picture(self, key: str, number: object) -> None:
        if number == "poster" and (cell := self._cell_named(key)) is not None:
            self._spawn(self._send_poster(cell))
        else:
            super()._want_picture(key, number)

    async def _send_poster(self, cell: Cell) -> None:
        picture = await self._poster(cell)
        self.send({"kind": "picture", "key": key_of(cell), "number": "poster"}, [picture] if picture else [])

    async def _poster(self, cell: Cell) -> bytes | None:
        """The small picture of a clip. It is made once, on a thread of its own, and kept with those of the gallery."""
        if (video := cell.video) is None:
            return None
        if self._posters.get(cell.number) is None:
            digest = await asyncio.to_thread(_digest, cell)
            self._posters[cell.number] = await previews.picture(digest, "poster", lambda: _file_of(video, digest))
        return self._posters[cell.number]

    async def _picture_all(self) -> int:
        """Have the small picture of each clip. Returns how many clips there are."""
        clips = [cell for cell in self._study.cells if cell.video is not None]
        await asyncio.gather(*map(self._poster, clips))
        return len(clips)

    async def _go_on(self, job: Job) -> None:
        await self._study.follow(self._study.cells[int(job.key)])

    async def _dismiss(self, job: Job) -> None:
        await self._study.dismiss(self._study.cells[int(job.key)])

    def _recordable(self) -> object:
        return [str(cell.state) for cell in self._study.cells], self._figures_shown(), self._bundle.language

    def _figures_shown(self) -> object:
        return str(self._whole.get("figures"))

    async def _write_record(self, present: object) -> None:
        async with self._keeping:
            if present != self._kept:  # a newer one follows
                return
            clips = await self._picture_all()
            record = await asyncio.to_thread(self._record)
            self._rewrite(record)
            self._recorded = clips
            await asyncio.sleep(len(record["text/html"]) / _SLOW)


def _digest(cell: Cell) -> str | None:
    """The SHA-256 of a cell's clip, under which its pictures are kept. Blocks."""
    if cell.past is not None and cell.past.video is not None:
        return cell.past.entry.sha256
    try:
        entry = orders.entry_if_known(cell.order_id) if cell.order_id else None
    except LedgerError:
        return None
    return entry.sha256 if entry else None


def _file_of(video: Video, digest: str | None) -> Path | None:
    """The file of a clip, unless it is another one by now: no picture of that may be kept as the clip's. Blocks."""
    check_regular(video.path)
    return video.path if digest in (None, digest_of(video.path)) else None


def _pause_all(studies: Iterable[Study]) -> None:
    for each in studies:
        each.pause()


_PRESSES: dict[str, Any] = {
    "start": lambda study: study.start(),
    "rest": lambda study: study.start(),
    "follow-all": lambda study: study.start(),
    "retry": lambda study: study.start(retry=True),
    "pause": lambda study: study.pause(),
    "go-on": lambda study: study.go_on(),
    "cancel-all": lambda study: study.cancel(),
    "pause-former": lambda study: _pause_all(hidden_before(study)),
}
"""What the buttons of the head do. Those of a card have other names."""
_BUYING = ("start", "rest", "follow-all", "retry", "go-on")
