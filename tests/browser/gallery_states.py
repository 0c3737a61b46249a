"""Every state in which people see a gallery, made of real items as the kernel would tell of them."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from playwright.sync_api import Locator, expect

import wan_widgets as ww
from browser.page import Mounted, mount
from browser.scene import LONG, Setting
from wan_widgets.experiments.gallery import Item
from wan_widgets.files.checks import Check, to_values
from wan_widgets.widgets.bundle import STATIC, code_of
from wan_widgets.widgets.gallery_items import for_browser, listed
from wan_widgets.words import Several, joined, say

SHAPES = ((1280, 720), (1280, 720), (720, 1280), (960, 960), (1280, 720), (1088, 832))
TAGS = {"en": ("trailer", "night"), "zh": ("预告片", "夜景"), "ru": ("трейлер", "ночь")}
HOSTILE = "<b onclick='alert(1)'>" + LONG
ALL: dict[str, Any] = {
    "where": "folder",
    "search": "",
    "status": "completed",
    "starred": False,
    "deleted": False,
    "sort": "newest",
    **dict.fromkeys(("provider", "model", "mode", "tag")),
}


def item(number: int, **more: Any) -> Item:
    """A clip: the smaller its number, the newer it is."""
    width, height = SHAPES[number % len(SHAPES)]
    values: dict[str, Any] = {
        "id": f"ww-{number}",
        "task_id": f"video_0{number}",
        "status": "completed",
        "prompt": str(say(f"example.{1 + number % 3}")),
        "mode": "t2v",
        "model": "wan2.6",
        "seed": 7 + number,
        "provider": "dashscope",
        "service": str(say("providers.title.dashscope")),
        "width": width,
        "height": height,
        "seconds": 5.0,
        "has_audio": True,
        "price": ww.Money(Decimal("3.00"), "CNY"),
        "ordered": datetime.fromtimestamp(time.time() - 3600 * (number + 1), UTC),
        "finished": None,
        "path": f"wan_outputs/a-{number}.mp4",
        "sha256": f"{number:064}",
        "error": "",
        "star": False,
        "rating": None,
        "note": "",
        "tags": (),
        "deleted": None,
        "checks": {},
    }
    return Item(**values | more)


def checked(shown: Item) -> Item:
    """The same clip, in which a check found two cuts."""
    found = say("files.check.cuts", count=2, moments=Several((2.1, 3.4), "plain"))
    numbers = {"seconds": 5.0, "frames": 120, "has_audio": True, "brightness": 50.0, "motion": 3.0, "flicker": 0.0}
    check = Check(width=1280, height=720, cuts=(2.1, 3.4), findings=(found,), **numbers)
    return replace(shown, checks=to_values(check, shown.sha256 or ""))


def without_clip(number: int, status: str, error: Any = "") -> Item:
    nothing = {"width": None, "height": None, "path": None, "sha256": None, "price": None}
    return item(number, status=status, error=error, **nothing)


def rejected() -> Any:
    about = {
        "service": say("providers.title.dashscope"),
        "said": say("providers.said", said="Input data may contain inappropriate content"),
    }
    return joined(say("providers.code.rejected", **about), say("providers.code.rejected.remedy"))


@dataclass
class Told:
    """What the kernel would tell of a gallery, and what of it has come."""

    setting: Setting
    items: Sequence[Item] = ()
    values: dict[str, Any] = field(default_factory=dict)
    has_pictures: bool = True
    gone: tuple[str, ...] = ()
    """The ids of clips whose files are gone."""
    code: str = "import wan_widgets"
    heard: int = 0

    def show(self, choices: dict[str, dict[str, int]] | None = None, **known: Any) -> Mounted:
        """The gallery; `known` are values of its list."""
        present = listed(1, len(self.items), choices=choices) | known
        counts = {"_chosen": [], "_can_fill": True, "_anchor": "", "_front": "", "_recorded": 0, "_unkept": 0}
        traits = ALL | counts | {"_list": present} | self.values
        setting, parts = self.setting, {"gallery": code_of("gallery")}
        look = {"theme": setting.theme, "language": setting.language, "parts": parts}
        self.view = mount(setting.page, STATIC / "gallery.js", None, traits, **look)
        expect(self.view.root.locator(".ww-gallery")).to_be_visible()
        if self.items:
            self.answer("items")
        if any(each.status == "completed" for each in self.items) and self.has_pictures:
            self.answer("pictures")
        return self.view

    def answer(self, kind: str, count: int = 1) -> None:
        """Wait until so many messages of this kind have been sent, and answer all that came since the last answer."""
        self.view.wait_for_messages(count, kind=kind)
        news = self.view.sent[self.heard :]
        self.heard += len(news)
        for message in news:
            for content, buffers in self.answers(message):
                self.view.message(content, buffers)

    def answers(self, message: dict[str, Any]) -> Iterable[tuple[dict[str, Any], list[bytes]]]:
        match message:
            case {"kind": "items", "number": number, "start": start, "count": count}:
                items = [for_browser(each) for each in self.items[start : start + count]]
                yield {"kind": "items", "number": number, "start": start, "items": items}, []
            case {"kind": "pictures", "wishes": wishes}:
                told = [{**wish, "has": wish["id"] not in self.gone} for wish in wishes]
                yield {"kind": "pictures", "wishes": told}, [self.setting.picture for wish in told if wish["has"]]
            case {"kind": "details", "id": order}:
                negative = str(say("example.3"))
                yield {"kind": "details", "id": order, "negative": negative, "code": self.code, "can_edit": True}, []
            case {"kind": "fetch", "key": order, "wish": wish} if order in self.gone:
                yield {"kind": "clip-gone", "wish": wish, "path": f"wan_outputs/a-{order[3:]}.mp4"}, []
            case {"kind": "fetch", "wish": wish}:
                clip = self.setting.clip
                yield {"kind": "poster", "wish": wish}, [self.setting.picture]
                yield {"kind": "chunk", "wish": wish, "start": 0, "size": len(clip)}, [clip]

    def tile(self, number: int) -> Locator:
        return self.view.root.locator(".ww-tile").nth(number)

    def open(self, number: int) -> Mounted:
        """Open an order, and let its clip come."""
        shown = self.items[number]
        self.tile(number).click()
        self.answer("details" if shown.status != "completed" or shown.deleted else "fetch")
        if shown.id not in self.gone:
            self.plays()
        return self.view

    def plays(self) -> None:
        for video in self.view.root.locator("video").all():
            expect(video).to_have_js_property("readyState", 4)


def mixed(setting: Setting) -> Sequence[Item]:
    """A page of clips of all shapes, with marks, and orders that have no clip."""
    tags = TAGS[setting.language]
    return (
        item(0, star=True, rating=4.0),
        checked(item(1)),
        item(2, tags=tags, has_audio=False),
        item(3, star=True, seed=2_147_483_647),
        without_clip(4, "failed", rejected()),
        item(5, prompt=LONG, price=None),
        item(6),
        without_clip(7, "in_progress"),
        item(8, note=str(say("example.3"))),
        item(9, seed=None),
        without_clip(10, "cancelled"),
    )


CHOICES = {
    "provider": {"dashscope": 8, "toapis": 2},
    "model": {"wan2.6": 8, "wan2.6-flash": 2},
    "mode": {"t2v": 8, "i2v": 2},
    "status": {"completed": 8, "failed": 1, "in_progress": 1},
    "tag": {},
}


def choices_of(setting: Setting) -> dict[str, dict[str, int]]:
    return CHOICES | {"tag": dict.fromkeys(TAGS[setting.language], 1)}


def empty(setting: Setting) -> Mounted:
    return Told(setting).show()


def one_clip(setting: Setting) -> Mounted:
    return Told(setting, [item(0)]).show()


def many_kinds(setting: Setting) -> Mounted:
    """The file of the clip at the seventh place is gone."""
    told = Told(setting, mixed(setting), {"status": None}, gone=("ww-6",))
    return told.show(choices=choices_of(setting), fresh=3)


def nothing_found(setting: Setting) -> Mounted:
    values = {"search": str(say("example.3"))[:12], "starred": True}
    return Told(setting, values=values).show(choices=choices_of(setting))


def filtered(setting: Setting) -> Mounted:
    values = {"provider": "dashscope", "mode": "t2v", "tag": TAGS[setting.language][0], "sort": "rating"}
    told = Told(setting, [item(2, tags=TAGS[setting.language], star=True)], values | {"where": "notebook"})
    return told.show(choices=choices_of(setting), fresh=12)


def not_yet(setting: Setting) -> Mounted:
    """Two pictures have not come, and of most clips not even the words."""
    told = Told(setting, [item(number) for number in range(2)], has_pictures=False)
    return told.show(total=9)


def selected(setting: Setting) -> Mounted:
    """Two are selected, and the keys stand on another one."""
    told = Told(setting, [item(number) for number in range(8)], {"_chosen": ["ww-1", "ww-3"]})
    view = told.show()
    told.tile(2).focus()
    setting.page.keyboard.press("ArrowLeft")
    setting.page.keyboard.press("ArrowLeft")
    told.answer("pictures", 2)  # the frames of the clip
    return view


def compares(setting: Setting, count: int) -> Mounted:
    told = Told(setting, mixed(setting)[:4], {"_chosen": [f"ww-{number}" for number in range(count)]})
    view = told.show()
    view.root.locator("footer .ww-main").click()
    told.answer("fetch", count)
    told.plays()
    return view


def opened(setting: Setting) -> Mounted:
    """A clip with all that can be noted, of a long prompt."""
    prompt = "\n".join(str(say(f"example.{number}")) for number in (2, 3, 2, 3))
    marks = {"star": True, "rating": 4.0, "tags": TAGS[setting.language], "note": str(say("example.2"))}
    told = Told(setting, [checked(item(0, prompt=prompt, **marks)), item(1)])
    told.show()
    return told.open(0)


def opened_portrait(setting: Setting) -> Mounted:
    told = Told(setting, [item(number) for number in range(4)])
    told.show()
    return told.open(2)


def opened_failure(setting: Setting) -> Mounted:
    told = Told(setting, mixed(setting), {"status": None})
    told.show()
    return told.open(4)


def opened_gone(setting: Setting) -> Mounted:
    told = Told(setting, [item(0)], gone=("ww-0",))
    told.show()
    return told.open(0)


def deleted(setting: Setting) -> Mounted:
    """A clip was deleted, and another one could not be."""
    first = item(0, prompt=TAGS[setting.language][0])  # its name is cut after some letters
    told = Told(setting, [first, item(1), item(2)], {"_chosen": ["ww-2"]})
    view = told.show()
    why = str(say("experiments.shared"))
    view.message({"kind": "deleted", "done": ["ww-0"], "kept": {"ww-1": why}})
    expect(view.root.locator("footer .ww-said")).to_be_visible()
    return view


def deleted_ones(setting: Setting) -> Mounted:
    told = Told(setting, [item(0, deleted=datetime.now(UTC), price=None)], {"deleted": True, "status": None})
    told.show(choices=choices_of(setting))
    return told.open(0)


def without_kernel(setting: Setting) -> Mounted:
    view = Told(setting, [item(number) for number in range(3)]).show()
    view.lose_kernel()
    expect(view.root.get_by_text(str(say("kernel.gone")))).to_be_visible()
    return view


def unreadable(setting: Setting) -> Mounted:
    return Told(setting).show(trouble=str(say("generation.order_lost")))


def long_words(setting: Setting) -> Mounted:
    """Long words of others, also where few are expected."""
    marks = {"note": LONG, "tags": (LONG[:80], LONG[-80:]), "error": LONG}
    hostile = without_clip(0, "failed")
    hostile = replace(hostile, prompt=HOSTILE, path=f"wan_outputs/{'a-very-long-name-' * 9}.mp4", **marks)
    told = Told(setting, [hostile, item(1, prompt=HOSTILE)], {"tag": LONG[:80], "status": None})
    view = told.show(choices=CHOICES | {"model": {LONG[-80:]: 3}, "tag": {LONG[:80]: 2}})
    view.message({"kind": "said", "text": LONG})
    return told.open(0)


STATES: dict[str, Callable[[Setting], Mounted]] = {
    "gallery, empty": empty,
    "gallery, one clip": one_clip,
    "gallery, mixed": many_kinds,
    "gallery, nothing found": nothing_found,
    "gallery, filtered": filtered,
    "gallery, not yet": not_yet,
    "gallery, selected": selected,
    "gallery, two compared": lambda setting: compares(setting, 2),
    "gallery, four compared": lambda setting: compares(setting, 4),
    "gallery, opened": opened,
    "gallery, opened, portrait": opened_portrait,
    "gallery, opened, failed": opened_failure,
    "gallery, opened, file gone": opened_gone,
    "gallery, deleted": deleted,
    "gallery, opened, deleted": deleted_ones,
    "gallery, kernel gone": without_kernel,
    "gallery, ledger unreadable": unreadable,
    "gallery, long words": long_words,
}
