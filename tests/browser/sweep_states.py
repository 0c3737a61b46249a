"""Every state in which people see a sweep, made of real cells as the kernel would tell of them."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

import wan_widgets as ww
from browser.page import Mounted, Theme, mount
from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.former import former_job
from wan_widgets.files.video import Video
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.pacing.makespan import Span
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.estimates import Estimate
from wan_widgets.wan.tasks import TaskError, TaskFailed, TaskStatus, VideoTask
from wan_widgets.widgets.bundle import STATIC, code_of
from wan_widgets.widgets.sweep_buttons import offers_of
from wan_widgets.widgets.sweep_figures import figures_of, whole_of
from wan_widgets.widgets.sweep_head import head_of
from wan_widgets.widgets.sweep_tiles import card_of, tile_of
from wan_widgets.words import joined, say
from wan_widgets.words.languages import Language

CLIENT = {"dashscope": "any", "simulator": None}
SPAN = Span(420.0, 540.0, 780.0)


def sweep_of(provider: str = "dashscope", **values: Any) -> ww.Sweep:
    """A sweep that is not started. Its prompts are those that a Studio proposes."""
    client = ww.AsyncClient(provider, api_key=CLIENT[provider])
    given = {"prompt": [str(say(f"example.{number}")) for number in (1, 2, 3)], "seed": range(1, 5)}
    return ww.Sweep(**{"provider": client, "resolution": "720p"} | given | values)


def done(cell: Cell) -> None:
    width, height = (720, 1280) if getattr(cell.request, "aspect_ratio", "") == "9:16" else (1280, 720)
    path = Path(f"wan_outputs/a-{cell.number}.mp4")
    price = ww.Money(Decimal("3.00"), "CNY") if cell.client.provider.bills else None
    video = Video(path=path, width=width, height=height, duration=5.0, size=900_000, request=cell.request, price=price)
    cell.job = Job(cell.client, None, Step(request=cell.request, order=f"ww-{cell.number}", video=video))
    cell.job.ended = cell.job.begun + 112
    cell.follow(cell.job)


def runs(cell: Cell, status: TaskStatus = TaskStatus.IN_PROGRESS, progress: int | None = 62) -> None:
    estimate = Estimate(*(time.time() + seconds for seconds in (25, 42, 80)))
    known = {"estimate": estimate, "progress": progress} if status is TaskStatus.IN_PROGRESS else {}
    task = VideoTask(id=f"video_0{cell.number}", status=status, provider=cell.client.provider.name, **known)
    cell.job = Job(cell.client, None, Step(request=cell.request, order="ww-1", task=task))
    cell.state = CellState.RUNNING


def ends(cell: Cell, error: WanError, task: VideoTask | None = None) -> None:
    cell.job = Job(cell.client, None, Step(request=cell.request, order="ww-1", task=task))
    cell.job.error, cell.job.ended = error, cell.job.begun + 8
    cell.follow(cell.job)


def refused(cell: Cell) -> None:
    ends(cell, WanError(say("providers.prompt.long", service="ToAPIs", count=1500)))


def failed(cell: Cell) -> None:
    error = TaskError(say("wan.task.no_reason"))
    task = VideoTask(id="video_01", status=TaskStatus.FAILED, provider=cell.client.provider.name, error=error)
    ends(cell, TaskFailed(error.happened, task), task)


def unsure(cell: Cell) -> None:
    ends(cell, Unconfirmed(say("generation.on_its_way"), ledger_id="ww-1"))


@dataclass
class Shown:
    """What the kernel would tell of a sweep."""

    study: ww.Sweep
    is_running: bool = False
    stopped: Any = ""
    left: Estimate | None = None
    span: Span | None = SPAN
    trouble: Any = ""
    opened: list[int] = field(default_factory=list)

    def traits(self) -> dict[str, Any]:
        study = self.study
        if self.is_running:
            study._idle.clear()
        if self.stopped:
            study.is_paused, study.why_paused = True, self.stopped
        study._left = (0.0, self.left)
        figures = [] if self.trouble else figures_of(self.plan, study)
        tiles = [tile_of(cell) for cell in study.cells]
        cards = [self.card(study.cells[number]) for number in self.opened]
        whole = whole_of(study, figures, offers_of(study), turn=0, trouble=self.trouble)
        study._idle.set()
        counts = {"_number": 0, "_tiles_number": 0, "_unkept": 0, "_recorded": 0, "_finished": 0}
        return {"_head": head_of(study), "_whole": whole, "_tiles": tiles, "_cards": cards, **counts}

    @property
    def plan(self) -> Any:
        import dataclasses

        from wan_widgets.experiments.planning import plan_of

        return dataclasses.replace(plan_of(self.study.cells, self.study.axes, 4), time=self.span)

    def card(self, cell: Cell) -> dict[str, Any]:
        return card_of(cell, cell.job or former_job(cell))


def show(page: Page, shown: Shown, theme: Theme = "light", language: Language = "en", picture: bytes = b"") -> Mounted:
    """A sweep in an empty page, with this picture for each clip that is asked for."""
    parts = {"sweep": code_of("sweep")}
    view = mount(page, STATIC / "sweep.js", None, shown.traits(), theme=theme, language=language, parts=parts)
    expect(view.root.locator(".ww-sweep-tile").first).to_be_visible()
    if picture:
        deliver(view, picture)
    return view


def deliver(view: Mounted, picture: bytes) -> None:
    """Answer all that is asked for now."""
    view.page.wait_for_timeout(60)
    for message in view.sent:
        for wish in message.get("wanted", []):
            view.message({"kind": "picture", **wish}, [picture])


def waiting() -> Shown:
    ww.set_budget(ww.Budget(money="100 CNY"))
    return Shown(sweep_of(baseline={"seed": 1}))


def half_done() -> Shown:
    ww.set_budget(ww.Budget(money="100 CNY"))
    study = sweep_of(baseline={"seed": 1})
    shown = Shown(study, is_running=True, left=Estimate(*(time.time() + seconds for seconds in (100, 125, 190))))
    for number, cell in enumerate(study.cells):
        if number < 9:
            done(cell)
    refused(study.cells[6])
    runs(study.cells[9])
    runs(study.cells[10], TaskStatus.QUEUED)
    return shown


def over() -> Shown:
    study = sweep_of(repeat=None) if False else sweep_of()
    for cell in study.cells:
        done(cell)
    refused(study.cells[1])
    failed(study.cells[2])
    unsure(study.cells[3])
    study.cells[5].state, study.cells[5].job = CellState.CANCELLED, None
    study.cells[6].state, study.cells[6].job = CellState.UNFINISHED, None
    for number in (5, 6):
        study.cells[number].video = None
    return Shown(study, span=None)


def stopped() -> Shown:
    study = sweep_of()
    for cell in study.cells[:5]:
        done(cell)
    for cell in study.cells[5:]:
        cell.is_wanted = True
    why = joined(say("wan.guide_audio.silent"), say("wan.guide_audio.silent.remedy"))
    return Shown(study, stopped=why)


def short() -> Shown:
    ww.set_budget(ww.Budget(money="10 CNY", clips=5))
    return Shown(sweep_of(), span=None)


def one_axis() -> Shown:
    study = sweep_of("simulator", prompt=str(say("example.2")), seed=range(1, 15))
    for cell in study.cells[:6]:
        done(cell)
    runs(study.cells[6], progress=None)
    return Shown(study, is_running=True)


def portrait() -> Shown:
    study = sweep_of("simulator", aspect_ratio="9:16", seed=range(1, 4))
    for cell in study.cells[:7]:
        done(cell)
    return Shown(study)


def grouped() -> Shown:
    study = sweep_of(duration=[5, 10], seed=range(1, 3), aspect_ratio=["16:9", "9:16"])
    for cell in study.cells[:10]:
        done(cell)
    return Shown(study)


def single() -> Shown:
    return Shown(sweep_of(prompt=str(say("example.1")), seed=7))


def many() -> Shown:
    study = sweep_of("simulator", seed=range(70))
    for cell in study.cells[:100]:
        done(cell)
    return Shown(study, is_running=True)


def troubled() -> Shown:
    return Shown(sweep_of("simulator"), trouble=say("generation.order_lost"))


def opened_cell(shown: Shown, number: int) -> Shown:
    shown.opened.append(number)
    return shown


STATES = {
    "sweep, planned": waiting,
    "sweep, running": half_done,
    "sweep, over": over,
    "sweep, stopped": stopped,
    "sweep, budget short": short,
    "sweep, one axis": one_axis,
    "sweep, portrait": portrait,
    "sweep, groups": grouped,
    "sweep, single": single,
    "sweep, many": many,
    "sweep, ledger unreadable": troubled,
}
