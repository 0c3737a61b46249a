"""From a task to the frames of its clip: the shots, their order, and the pictures and labels on top."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from PIL import Image

from wan_widgets.simulator.film.painting.canvas import Canvas, Octets
from wan_widgets.simulator.film.painting.elements import Element
from wan_widgets.simulator.film.painting.insets import Label, arrange
from wan_widgets.simulator.film.painting.landscape import choose_palette, choose_places, compose
from wan_widgets.simulator.film.painting.lettering import pill, placeholder
from wan_widgets.simulator.film.painting.pushin import PushIn
from wan_widgets.simulator.film.pictures import size_like
from wan_widgets.simulator.orders import TIERS
from wan_widgets.simulator.records import Record
from wan_widgets.wan.models import Size

UNREADABLE = "file not readable"  # an image or a video


class Shot(Protocol):
    """The scene between two cuts."""

    def paint(self, canvas: Canvas, index: int) -> None: ...


class Film:
    """The frames of one clip. The prompt, the seed and the mode decide everything in it."""

    def __init__(self, record: Record, pictures: list[Image.Image | None]) -> None:
        self._record = record
        self._pictures = pictures
        self.size = even(record.order.size or self._size_like_image())
        self.frames = record.order.frames
        self.rng = generator(record)

    def __iter__(self) -> Iterator[Octets]:
        """Make the frames one by one, in the layout that PyAV takes. Only one frame is in memory."""
        canvas = Canvas(self.size)
        palette = choose_palette(self.rng)
        cuts = self._cuts()
        places = choose_places(self.rng, len(cuts))
        overlays = self._overlays()
        for place, (first, last) in zip(places, cuts, strict=True):
            shot = self._push_in() or compose(self.size, last - first, self.rng, palette, place)
            for index in range(first, last):
                shot.paint(canvas, index - first)
                for overlay in overlays:
                    overlay.paint(canvas, index)
                yield canvas.packed()

    def _cuts(self) -> list[tuple[int, int]]:
        if self._record.order.shot_type != "multi" or self.frames < 2:
            return [(0, self.frames)]
        return [(0, self.frames // 2), (self.frames // 2, self.frames)]

    def _size_like_image(self) -> Size:
        resolution = self._record.order.resolution
        picture = self._pictures[0] if self._pictures else None
        return size_like(picture, resolution) if picture else TIERS[resolution]

    def _push_in(self) -> Shot | None:
        if self._record.order.mode == "i2v" and self._pictures[0]:
            return PushIn(self._pictures[0], self.size, self.frames, self.rng)
        return None

    def _overlays(self) -> list[Element]:
        overlays: list[Element] = []
        missing = self._record.order.mode == "i2v" and not self._pictures[0]
        if missing or self._record.order.mode == "r2v":
            stand_in = placeholder(640, 480, UNREADABLE)
            overlays += arrange([picture or stand_in for picture in self._pictures], self.size, self.rng)
        return overlays + self._lettering()

    def _lettering(self) -> list[Element]:
        height = max(int(min(self.size) * 0.055), 16)
        margin = int(min(self.size) * 0.035)
        note = pill("SIMULATED", f"{self.size.width} x {self.size.height}   seed {self._record.seed}", height)
        labels: list[Element] = [Label(note, margin, margin)]  # at the top, because players have controls at the bottom
        if self._record.order.watermark:
            mark = pill("", "AI generated", height)
            bottom = self.size.height - margin - mark.height
            labels.append(Label(mark, self.size.width - margin - mark.width, bottom))
        return labels


def even(size: Size) -> Size:
    """Round up to even sides, which the encoder needs."""
    return Size(size.width + size.width % 2, size.height + size.height % 2)


def generator(record: Record) -> np.random.Generator:
    text = f"{record.order.mode} {record.seed} {record.order.prompt}"
    return np.random.default_rng(list(hashlib.sha256(text.encode()).digest()))
