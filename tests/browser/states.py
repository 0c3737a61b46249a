"""Every state in which people see the Studio, a sweep or a gallery, in an empty page: for checks, and for pictures.

    view = STATES["problems"].show(Scene(page, "dark", clip, picture, "zh"))

`part` is what a state has and no other state; the rest of the page was seen before. All sentences are those of the
catalogues, so that each state can be shown in each language; the names of services, models and files stay.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Route, expect

import wan_widgets as ww
from browser import gallery_states, sweep_states
from browser.page import Component, Mounted, mount
from browser.scene import LONG, Setting
from browser.test_cards import CLIP, card, estimate, wish
from browser.test_drops import drag, traits_of
from browser.test_form import form_state
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.words import Said, Several, joined, say

PROMPT = say("example.1")
STUDIO = say("providers.title.dashscope")
IMAGE = "https://a.example/harbour.png"
REFERENCES = [IMAGE, "https://a.example/walk.mp4", f"https://a.example/{'a-very-long-name-' * 12}.png"]
SENTENCE = joined(say("wan.guide_audio.silent"), say("wan.guide_audio.silent.remedy"))
FACTS = ["1280×720", say("seconds", count=5), say("seed.given", seed="7"), "wan2.6 · t2v"]
PORTRAIT = ["720×1280", say("seconds", count=5)]
TASK = {"prompt": PROMPT, "facts": FACTS, "can_edit": True, "again": [], "stop_note": say("stop.note")}
NOT_YET = TASK | {"progress": None}
OVER = NOT_YET | {"again": ["new", "same"], "can_cancel": False}
LEFT = [
    {"per": "day", "clips": [3, 3], "seconds": None, "money": ["10.00", "10.00", "CNY"], "short": False},
    {"per": "ledger", "clips": None, "seconds": ["4", "4"], "money": None, "short": True},
]


@dataclass(frozen=True)
class Scene(Setting):
    """A setting in which a Studio can be shown."""

    def studio(self, *cards: dict[str, Any], form: dict[str, Any] | None = None, **traits: Any) -> Mounted:
        def answer(route: Route) -> None:
            route.fulfill(body=self.picture, content_type="image/png")

        self.page.route("https://a.example/**", answer)
        component = Component(STATIC / "form.js", None, form or form_of(prompt=str(PROMPT), seed=7))
        own = {"_cards": list(cards), "_form": "anywidget:form", "_older": 0} | traits
        children, studio = {"form": component}, STATIC / "studio.js"
        view = mount(self.page, studio, None, own, theme=self.theme, children=children, language=self.language)
        expect(view.root.locator(".ww-generate")).to_be_visible()
        return view


@dataclass(frozen=True)
class State:
    draw: Callable[[Scene], Mounted]
    part: str = ".ww-form"

    def show(self, scene: Scene) -> Mounted:
        """The state in the language of the scene, in which Python speaks too while it is drawn."""
        ww.set_language(scene.language)
        try:
            return self.draw(scene)
        finally:
            ww.set_language(None)


def form_of(provider: str = "simulator", base_url: str | None = None, **values: Any) -> dict[str, Any]:
    key = None if provider == "simulator" else "k"
    return form_state(ww.VideoForm(ww.AsyncClient(provider, base_url=base_url, api_key=key), **values))


def problems(scene: Scene) -> Mounted:
    fields = ("prompt", "negative_prompt", "resolution", "duration", "shot_type", "seed", "guide_audio", "extra")
    form = form_of("dashscope", extra={"a": 1}) | {"_problems": [{"field": each, "text": SENTENCE} for each in fields]}
    return scene.studio(form=form)


def image_faulty(scene: Scene) -> Mounted:
    form = form_of(mode="i2v", image="https://a.example/nothing.png")
    return scene.studio(form=form | {"_problems": [{"field": "image", "text": SENTENCE}]})


def priced(scene: Scene) -> Mounted:
    form = form_of("dashscope", prompt=str(PROMPT), resolution="720p")
    return scene.studio(form=form | {"_budgets": LEFT})


def other_model(scene: Scene) -> Mounted:
    return scene.studio(form=form_of("dashscope", model="mine", like="wan2.6-t2v", prompt=str(PROMPT)))


def chooses(scene: Scene, title: Said) -> Mounted:
    view = scene.studio()
    view.root.locator("header .ww-service").click()
    view.root.get_by_role("radio", name=str(title)).click()
    return view


def refused(scene: Scene) -> Mounted:
    view = chooses(scene, "ToAPIs")
    view.root.get_by_role("button", name=str(say("service.take", service="ToAPIs"))).click()
    form = view.child("form")
    form.wait_for_messages(kind="choose")
    variables = Several(("WAN_API_KEY", "TOAPIS_API_KEY"), "or")
    told = say("service.key.missing", service="ToAPIs", variables=variables, call='ww.login("toapis")')
    form.message({"kind": "not-chosen", "id": form.sent[-1]["id"], "message": told})
    expect(view.root.get_by_text(str(told))).to_be_visible()
    return view


def asked(scene: Scene) -> Mounted:
    view = scene.studio()
    view.root.locator(".ww-generate").click()
    form = view.child("form")
    form.wait_for_messages(kind="generate")
    form.message({"kind": "asked", "id": form.sent[-1]["id"], "question": say("repeat.question")})
    expect(view.root.get_by_role("alertdialog")).to_be_visible()
    return view


def dropped(scene: Scene, *names: str, mode: str = "t2v") -> Mounted:
    view = scene.studio(form=traits_of(mode))
    drag(view.root.locator(".ww-field-prompt textarea"), *names)
    return view


def running(scene: Scene) -> Mounted:
    upload = {"name": "harbour.png", "sent": 1_200_000, "size": 2_400_000, "number": 2, "count": 2}
    queue = {"ahead": 3, "service": "Model Studio", "limit": 5}
    return scene.studio(
        card(**NOT_YET, key="k1", phase="uploading", task_id="", upload=upload),
        card(**NOT_YET, key="k2", phase="waiting", task_id="", queue=queue),
        card(**NOT_YET, key="k3", phase="sending", task_id="", can_cancel=False),
        card(**NOT_YET, key="k4", phase="asking", can_cancel=False),
        card(**NOT_YET, key="k5", phase="queued", estimate=estimate(100, 120, 190)),
        card(**TASK, key="k6", estimate=estimate(20, 40, 80)),
        card(**NOT_YET, key="k7", can_cancel=False, estimate=estimate(1, 2, 3, is_late=True)),
        card(**NOT_YET, key="k8", phase="saving", ratio=[720, 1280], expires=time.time() + 80_000),
    )


def rejected(said: str) -> Said:
    """What Alibaba's filter refuses, with its own words."""
    about = {"service": STUDIO, "said": say("providers.said", said=said)}
    return joined(say("providers.code.rejected", **about), say("providers.code.rejected.remedy"))


def ended(scene: Scene) -> Mounted:
    code = f"content_policy_violation · {say('wan.error.request', id='8f2c0a7e-77aa-4f6c-9d3c-1b2f6b1c5f10')}"
    why = rejected("Input data may contain inappropriate content")
    over = OVER | {"ended": time.time()}
    long = say("providers.prompt.long", service="ToAPIs", count=1500)
    unsaved = say("service.download.failed", reason=say("service.download.full", folder="wan_outputs"))
    late = {"phase": "unsaved", "message": unsaved, "can_save": True, "expires": time.time() + 90_000}
    return scene.studio(
        card(
            **over,
            key="k1",
            phase="failed",
            message=why,
            billing="unknown",
            detail=code,
        ),
        card(**over, key="k2", phase="refused", message=long, billing="nothing"),
        card(**over | {"task_id": ""}, key="k3", phase="cancelled", billing="nothing"),
        card(**over | {"again": ["unconfirmed"]}, key="k4", phase="unconfirmed", note=say("unconfirmed.note")),
        card(**over, key="k5", phase="stopped"),
        card(**over, key="k6", phase="let_go"),
        card(**over | late, key="k7"),
        card(**over, key="k8", phase="gone", earlier=True, message=say("clip.removed", path="a.mp4"), can_save=True),
    )


def finished(**more: Any) -> dict[str, Any]:
    clip = CLIP | {"path": "wan_outputs/a-lighthouse-at-dusk-7.mp4"}
    return card(**OVER | {"phase": "completed", "clip": clip, "ended": time.time()} | more)


def deliver(view: Mounted, scene: Scene) -> None:
    """Send the clip of the newest card, and wait until it can play."""
    asked = wish(view)
    view.message({"kind": "poster", "wish": asked}, [scene.picture])
    view.message({"kind": "chunk", "wish": asked, "start": 0, "size": len(scene.clip)}, [scene.clip])
    expect(view.root.locator("video").first).to_have_js_property("readyState", 4)


def plays(scene: Scene, **more: Any) -> Mounted:
    view = scene.studio(finished(**more), _older=25, _unkept=2)
    deliver(view, scene)
    return view


def lost(scene: Scene) -> Mounted:
    return lose(scene.studio(finished()), "wan_outputs/a-lighthouse-at-dusk-7.mp4")


def lose(view: Mounted, path: str) -> Mounted:
    """The file of the clip is gone."""
    view.message({"kind": "clip-gone", "wish": wish(view), "path": path})
    expect(view.root.get_by_role("button", name=str(say("clip.load")))).to_be_visible()
    return view


def long_words(scene: Scene) -> Mounted:
    failed = card(**OVER | {"prompt": LONG}, phase="failed", message=LONG, detail=LONG, elsewhere="ToAPIs")
    return scene.studio(failed, form=form_of(prompt=LONG))


def without_kernel(scene: Scene) -> Mounted:
    view = scene.studio(card(**TASK, estimate=estimate(20, 40, 80)))
    view.lose_kernel()
    expect(view.root.get_by_text(str(say("kernel.gone")))).to_be_visible()
    return view


def sweep(scene: Scene, made: Callable[[], sweep_states.Shown], opened: int | None = None) -> Mounted:
    """A sweep, with the card of a cell opened."""
    shown = made()
    if opened is not None:
        shown.opened.append(opened)
    view = sweep_states.show(scene.page, shown, scene.theme, scene.language, scene.picture)
    ww.set_budget()
    if opened is not None:
        view.root.locator(".ww-sweep-tile").nth(opened).click()
        expect(view.root.get_by_role("article")).to_be_visible()
    return view


def sweep_plays(scene: Scene) -> Mounted:
    view = sweep(scene, sweep_states.half_done, 5)
    deliver(view, scene)
    return view


def sweep_lost(scene: Scene) -> Mounted:
    return lose(sweep(scene, sweep_states.half_done, 5), "wan_outputs/" + 7 * "a-harbour-at-dawn-" + ".mp4")


CARDS, FOOT, PICKER = ".ww-results", ".ww-footer", ".ww-studio > header"
STATES = {
    "empty": State(lambda scene: scene.studio(form=form_of()), ".ww"),
    "image, none yet": State(lambda scene: scene.studio(form=form_of(mode="i2v"))),
    "image": State(lambda scene: scene.studio(form=form_of(mode="i2v", image=IMAGE, prompt=str(PROMPT)))),
    "image, faulty": State(image_faulty),
    "references, none yet": State(lambda scene: scene.studio(form=form_of(mode="r2v"))),
    "references": State(lambda scene: scene.studio(form=form_of(mode="r2v", references=REFERENCES))),
    "file on its way": State(lambda scene: dropped(scene, "harbour.png", mode="i2v")),
    "problems": State(problems),
    "model by name": State(other_model),
    "engine away": State(lambda scene: scene.studio(form=form_of("openai-videos", "http://127.0.0.1:9"))),
    "price and budgets": State(priced, FOOT),
    "question": State(asked, FOOT),
    "notice": State(lambda scene: dropped(scene, "notes.txt"), FOOT),
    "notice with choices": State(lambda scene: dropped(scene, "harbour.png"), FOOT),
    "service": State(lambda scene: chooses(scene, STUDIO), PICKER),
    "key missing": State(refused, PICKER),
    "running": State(running, CARDS),
    "ended": State(ended, CARDS),
    "plays": State(plays, CARDS),
    "plays, portrait": State(lambda scene: plays(scene, ratio=[720, 1280], facts=PORTRAIT), CARDS),
    "clip gone": State(lost, CARDS),
    "long words": State(long_words, ".ww"),
    "kernel gone": State(without_kernel, CARDS),
    "sweep, opened, plays": State(sweep_plays, ".ww"),
    "sweep, opened, clip gone": State(sweep_lost, ".ww"),
    "sweep, opened, refused": State(lambda scene: sweep(scene, sweep_states.over, 1), ".ww"),
    "sweep, opened, unconfirmed": State(lambda scene: sweep(scene, sweep_states.over, 3), ".ww"),
    "sweep, opened, waiting": State(lambda scene: sweep(scene, sweep_states.one_axis, 9), ".ww"),
}
STATES |= {
    name: State(lambda scene, made=made: sweep(scene, made), ".ww") for name, made in sweep_states.STATES.items()
}
STATES |= {name: State(draw, ".ww") for name, draw in gallery_states.STATES.items()}
WIDGETS = ("studio", "sweep", "gallery")


def states_of(widget: str) -> dict[str, State]:
    """The states of one widget: all together would take longer than a test may."""
    return {name: state for name, state in STATES.items() if widget == _widget(name)}


def _widget(name: str) -> str:
    first = name.partition(",")[0]
    return first if first in WIDGETS else "studio"
