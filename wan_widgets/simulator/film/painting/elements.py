"""The moving elements of a landscape. At each frame every element paints itself over the picture so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wan_widgets.simulator.film.painting.canvas import (
    Canvas,
    Color,
    Floats,
    Patch,
    Words,
    octets,
    patch_from_rows,
    to_yuv,
)
from wan_widgets.simulator.film.painting.shapes import FINE_X, FINE_Y

FPS = 24
STEPS = 4
"""How many half pixels lie between two even columns. A strip keeps that many versions of itself ready."""


class Element(Protocol):
    """Anything that paints itself."""

    def paint(self, canvas: Canvas, index: int) -> None: ...


@dataclass(frozen=True)
class Sheet:
    """A drawing with one colour per row, and a second drawing over it in a single colour."""

    cover: Image.Image
    colors: Floats
    """Rows of red, green and blue. Rows below the drawing are solid ground in their colour."""
    accent: Image.Image | None = None
    accent_color: Color = (0, 0, 0)
    strength: float = 1

    @property
    def height(self) -> int:
        return self.cover.height // FINE_Y

    def patch(self, step: int, width: int) -> Patch:
        """Make a patch of the sheet, from `step` half pixels on the left."""
        alpha = self._coverage(self.cover, step, width)
        rows = to_yuv(self.colors[: self.height])
        if self.accent is None:
            return patch_from_rows(rows, alpha)
        share = self._coverage(self.accent, step, width) * np.float32(self.strength) * alpha
        return patch_from_rows(rows, alpha, share, to_yuv(np.array(self.accent_color, np.float32)))

    def _coverage(self, image: Image.Image, step: int, width: int) -> Floats:
        left = step * FINE_X // 2
        box = (left, 0, left + width * FINE_X, image.height)
        return np.asarray(image.reduce((FINE_X, FINE_Y), box), np.float32) / np.float32(255)


class Strip:
    """A sheet that is wider than the picture and moves sideways through it."""

    def __init__(self, sheet: Sheet, *, top: int, speed: float, travel: int) -> None:
        width = sheet.cover.width // FINE_X - 2
        self._top = top
        self.until: int | None = None
        self._patches = [sheet.patch(step, width) for step in range(STEPS)]
        self._ground = octets(to_yuv(sheet.colors[sheet.height :]))
        self._ground_top = top + sheet.height
        self._solid = max(patch.solid_from for patch in self._patches)
        self._speed = speed
        self._travel = travel

    def paint(self, canvas: Canvas, index: int) -> None:
        steps = round(2 * index * abs(self._speed))
        if self._speed < 0:
            steps = 2 * self._travel - steps
        patch = self._patches[steps % STEPS]
        canvas.lay(patch, -(steps // STEPS) * 2, self._top, solid_from=self._solid, until=self.until)
        canvas.lay_rows(self._ground, self._ground_top, until=self.until)

    @property
    def covers(self) -> tuple[int, int]:
        """The first row of the picture that the strip hides, and the row after the last one."""
        return self._top + self._solid, self._ground_top + len(self._ground)


def hide_covered(elements: Sequence[Element], height: int) -> None:
    """Let every strip leave out the rows that a later strip covers down to the bottom of the picture."""
    until = height
    for element in reversed(elements):
        if isinstance(element, Mirror):
            # A mirror also shows what is above the shore, so those rows must be painted.
            until = height
        elif isinstance(element, Strip):
            element.until = until
            first, last = element.covers
            until = min(until, first) if last >= height else until


class Stars:
    """Points that twinkle."""

    def __init__(self, rng: np.random.Generator, area: tuple[int, int], count: int, *, bold: bool) -> None:
        width, height = area
        self._x = rng.integers(1, width - 2, count)
        self._y = (rng.random(count) ** 1.4 * (height - 2)).astype(int)
        self._light = (rng.random(count) ** 3 * 150 + 40) * (1 - 0.6 * self._y / height)
        self._pace = rng.uniform(0.15, 0.5, count)
        self._phase = rng.uniform(0, 2 * np.pi, count)
        self._spread = ((0, 0, 1.0), (0, 1, 0.8), (1, 0, 0.8), (1, 1, 0.65)) if bold else ((0, 0, 1.0), (0, 1, 0.5))

    def paint(self, canvas: Canvas, index: int) -> None:
        twinkle = 0.72 + 0.28 * np.sin(self._phase + 2 * np.pi * self._pace * index / FPS)
        for down, right, share in self._spread:
            where = self._y + down, self._x + right
            canvas.y[where] = np.minimum(canvas.y[where] + (self._light * twinkle * share).astype(np.uint16), 235)


class Glitter:
    """Glittering light on open water: bright below the sun, weak everywhere else."""

    def __init__(self, rng: np.random.Generator, canvas: Canvas, horizon: int, sun: float, light: Color) -> None:
        width, height = canvas.size.width // 2, (canvas.size.height - horizon) // 2
        unit = min(canvas.size) / 1440
        depth = ((np.arange(height) + 1) / height).astype(np.float32)
        # Waves come in bands that grow towards the viewer. Each band has its own phase and pace.
        band = 1.7 * (np.arange(height, dtype=np.float32) / unit) ** 0.55
        group = band.astype(int)
        self._profile = np.sin(np.pi * (band - group)).astype(np.float32)[:, None] ** np.float32(0.7)
        x = np.arange(width, dtype=np.float32)[None]
        length = (12 + 150 * depth[:, None]) * unit
        phases = rng.uniform(0, 2 * np.pi, (3, group.max() + 1)).astype(np.float32)
        self._one = (2 * np.pi * x / length + phases[0][group][:, None]).astype(np.float32)
        self._two = (2 * np.pi * x / (length * 2.6) + phases[1][group][:, None]).astype(np.float32)
        self._pace = (1.2 + 0.5 * np.sin(phases[2][group][:, None])).astype(np.float32)
        reach = (0.05 + 0.16 * depth[:, None]) * width
        path = np.exp(-(((x - sun * width) / reach) ** 2))
        self._glow = (0.92 * path * (1 - 0.45 * depth[:, None]) + 0.09).astype(np.float32)
        self._horizon = horizon
        self._light = to_yuv(np.array(light, np.float32))

    def paint(self, canvas: Canvas, index: int) -> None:
        time = np.float32(index / FPS)
        wave = np.sin(self._one + time * self._pace) + np.sin(self._two - time * self._pace * np.float32(0.7))
        alpha = np.clip((wave - np.float32(0.35)) * np.float32(1.6), 0, 1) * self._profile * self._glow
        self._tint(canvas.u[self._horizon // 2 :], alpha, self._light[1])
        self._tint(canvas.v[self._horizon // 2 :], alpha, self._light[2])
        self._tint(canvas.y[self._horizon :], alpha.repeat(2, axis=0).repeat(2, axis=1), self._light[0])

    @staticmethod
    def _tint(plane: Words, alpha: Floats, value: float) -> None:
        under = plane.astype(np.float32)
        plane[:] = under + alpha * (np.float32(value) - under)


class Mirror:
    """Still water. It shows what is above the shore upside down, with ripples."""

    def __init__(self, rng: np.random.Generator, canvas: Canvas, shore: int, water: Color) -> None:
        height = canvas.size.height - shore
        self._shore = shore
        self._depth = np.arange(height, dtype=np.float32)
        share = self._depth / height
        self._sway = 0.6 + 7 * share * min(canvas.size) / 720
        self._phase = (30 * share**0.55 * 2 * np.pi / 2.4 + rng.uniform(0, 6)).astype(np.float32)
        water_yuv = to_yuv(np.array(water, np.float32))
        weight = 0.22 + 0.5 * share
        self._keep = ((1 - weight) * 256).astype(np.uint16)[:, None]
        self._add = [(weight * value * 256).astype(np.uint16)[:, None] for value in water_yuv]

    def paint(self, canvas: Canvas, index: int) -> None:
        ripple = np.sin(self._phase - 1.5 * index / FPS) + 0.5 * np.sin(self._phase * 2.7 + 2.3 * index / FPS)
        source = np.clip(self._shore - 2 - self._depth * 0.96 + self._sway * ripple, 0, self._shore - 1).astype(int)
        self._reflect(canvas.y, self._shore, source, 0, 1)
        self._reflect(canvas.u, self._shore // 2, source[::2] // 2, 1, 2)
        self._reflect(canvas.v, self._shore // 2, source[::2] // 2, 2, 2)

    def _reflect(self, plane: Words, shore: int, source: NDArray[np.int64], which: int, stride: int) -> None:
        reflection = plane[source]
        reflection *= self._keep[::stride]
        reflection += self._add[which][::stride]
        plane[shore:] = reflection >> np.uint16(8)
