"""Landscapes. One random generator chooses the light, the place and the direction of the movement."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from wan_widgets.simulator.film.painting import shapes
from wan_widgets.simulator.film.painting.canvas import Canvas, Color, Floats
from wan_widgets.simulator.film.painting.elements import Element, Glitter, Mirror, Sheet, Stars, Strip, hide_covered
from wan_widgets.simulator.film.painting.palettes import PALETTES, Palette, mixed
from wan_widgets.wan.models import Size

Line = Callable[[np.random.Generator, int, float], Floats]
"""A function of a generator, a length and the width of the hills, in pixels. It returns a crest of that length."""


@dataclass
class View:
    """The data that the builders of a scene share."""

    size: Size
    frames: int
    rng: np.random.Generator
    palette: Palette
    direction: int
    sun: tuple[float, float]
    """Its position, as shares of the width and the height."""
    canvas: Canvas
    elements: list[Element] = field(default_factory=list)

    @property
    def unit(self) -> float:
        """The length of a pixel in a picture that is 720 pixels high."""
        return min(self.size) / 720

    def row(self, share: float) -> int:
        return int(share * self.size.height) // 2 * 2

    def span(self, speed: float) -> tuple[float, int, int]:
        """The speed in pixels per frame, the travel in pixels, and the width that a strip needs to last to the end."""
        speed = speed * self.unit * self.direction
        travel = (int(abs(speed) * self.frames) // 2 + 1) * 2
        return speed, travel, self.size.width + travel + 4


class Landscape:
    """One shot: a still background, and elements that move in front of it."""

    def __init__(self, background: Canvas, elements: list[Element]) -> None:
        self._background = background
        self._elements = elements
        hide_covered(elements, background.size.height)

    def paint(self, canvas: Canvas, index: int) -> None:
        canvas.copy_from(self._background)
        for element in self._elements:
            element.paint(canvas, index)


def compose(size: Size, frames: int, rng: np.random.Generator, palette: Palette, place: str) -> Landscape:
    sun = float(rng.uniform(0.18, 0.82)), float(rng.uniform(0.62, 0.9))
    view = View(size, frames, rng, palette, int(rng.choice([-1, 1])), sun, Canvas(size))
    PLACES[place](view)
    return Landscape(view.canvas, view.elements)


def choose_palette(rng: np.random.Generator) -> Palette:
    return PALETTES[str(rng.choice(list(PALETTES)))]


def choose_places(rng: np.random.Generator, count: int) -> list[str]:
    return [str(place) for place in rng.permutation(list(PLACES))[:count]]


def mountains(view: View) -> None:
    _sky(view, horizon=0.74)
    count = 5
    for layer in range(count):
        near = layer / (count - 1)
        crest = 0.44 + 0.42 * near**0.9
        line = shapes.peaks if layer < 3 else shapes.hills
        _ridge(
            view, crest, 0.16 * (1 - 0.45 * near), near, line, snow=layer < 2, pines=0.1 if layer == count - 1 else 0
        )


def dunes(view: View) -> None:
    _sky(view, horizon=0.66)
    for layer in range(4):
        near = layer / 3
        _ridge(view, 0.6 + 0.28 * near, 0.07 + 0.05 * near, near, shapes.dunes, snow=False, pines=0)


def sea(view: View) -> None:
    horizon = _sky(view, horizon=float(view.rng.uniform(0.5, 0.6)), water=True)
    _ridge(view, horizon / view.size.height - 0.015, 0.06, 0.15, shapes.peaks, snow=False, pines=0, foot=horizon)
    view.elements.append(Glitter(view.rng, view.canvas, horizon, view.sun[0], view.palette.light))
    _ridge(view, 0.93, 0.05, 1, shapes.hills, snow=False, pines=-0.1)


def lake(view: View) -> None:
    shore = _sky(view, horizon=0.6)
    for layer in range(3):
        near = layer / 4
        _ridge(view, 0.36 + 0.1 * layer, 0.14 - 0.03 * layer, near, shapes.peaks, snow=layer == 0, pines=0, foot=shore)
    _ridge(view, 0.58, 0.02, 0.7, shapes.hills, snow=False, pines=0.3, foot=shore)
    view.elements.append(Mirror(view.rng, view.canvas, shore, mixed(view.palette.near, view.palette.sky[1], 0.35)))
    _ridge(view, 0.95, 0.04, 1, shapes.hills, snow=False, pines=-0.05)


def city(view: View) -> None:
    shore = _sky(view, horizon=0.76)
    for layer in range(3):
        _houses(view, 0.46 - 0.06 * layer, shore, 0.15 + 0.38 * layer)
    view.elements.append(Mirror(view.rng, view.canvas, shore, mixed(view.palette.near, view.palette.sky[2], 0.25)))


PLACES: dict[str, Callable[[View], None]] = {
    "mountains": mountains,
    "sea": sea,
    "lake": lake,
    "dunes": dunes,
    "city": city,
}


def _sky(view: View, *, horizon: float, water: bool = False) -> int:
    """Paint the background, add stars and clouds, and return the row of the horizon."""
    width, height = view.size
    row = view.row(horizon)
    rgb = np.empty((height, width, 3), np.float32)
    rgb[:] = _gradient(view.palette, row, height)[:, None]
    view.sun = view.sun[0], view.sun[1] * horizon
    _shine(view, rgb)
    if water:
        deep = mixed(view.palette.near, view.palette.sky[0], 0.5)
        share = (np.arange(height - row, dtype=np.float32) / (height - row))[:, None, None] ** np.float32(0.6)
        shallow = np.array(mixed(view.palette.sky[2], view.palette.far, 0.4), np.float32)
        rgb[row:] = shallow + share * (np.array(deep, np.float32) - shallow)
    noise = view.rng.random((height, width), np.float32) - np.float32(0.5)
    view.canvas.fill(rgb, noise)
    count = int(170 * view.palette.stars * width * height / (1280 * 720) / view.unit)
    if count:
        view.elements.append(Stars(view.rng, (width, int(row * 0.8)), count, bold=view.unit > 1.2))
    _clouds(view, row)
    return row


def _gradient(palette: Palette, horizon: int, height: int) -> Floats:
    stops = np.array([0, 0.42, 0.78, 1]) * horizon
    rows = np.arange(height)
    channels = [np.interp(rows, stops, [color[channel] for color in palette.sky]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)


def _shine(view: View, rgb: Floats) -> None:
    """Paint the sun or the moon, with its glow."""
    width, height = view.size
    moon = view.palette.moon
    up = 0.45 if moon else 1
    view.sun = view.sun[0], view.sun[1] * up
    x = np.arange(width, dtype=np.float32)[None] - np.float32(view.sun[0] * width)
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(view.sun[1] * height)
    light = np.array(view.palette.light, np.float32)
    distance = np.sqrt(x * x + y * y)
    radius = min(view.size) * (0.045 if moon else float(view.rng.uniform(0.06, 0.1)))
    far = np.sqrt(x * x * np.float32(0.35) + y * y)
    glow = np.exp(-far / np.float32(0.3 * height)) * np.float32(0.3 if moon else 0.5)
    glow += np.exp(-distance / np.float32(radius * 1.1)) * np.float32(0.35)
    disc = np.clip(np.float32(radius + 0.5) - distance, 0, 1)
    share = np.maximum(glow, disc)[..., None]
    rgb += (light - rgb) * share


def _clouds(view: View, horizon: int) -> None:
    cover = float(view.rng.uniform(0, 0.8))
    for layer in range(2):
        speed, travel, width = view.span(0.18 + 0.16 * layer)
        height = int(horizon * (0.5 + 0.2 * layer)) // 2 * 2
        top = int(horizon * (0.04 + 0.3 * layer)) // 2 * 2
        cover_plane = shapes.clouds(view.rng, width, height, cover) * np.float32(0.75)
        color = mixed(view.palette.cloud, view.palette.light, 0.15 + 0.2 * layer)
        sheet = _cloud_sheet(cover_plane, color)
        view.elements.append(Strip(sheet, top=top, speed=speed, travel=travel))


def _cloud_sheet(cover: Floats, color: Color) -> Sheet:
    image = Image.fromarray((cover * 255).astype(np.uint8))
    fine = image.resize((image.width * shapes.FINE_X, image.height * shapes.FINE_Y), Image.Resampling.BILINEAR)
    return Sheet(fine, np.tile(np.array(color, np.float32), (image.height, 1)))


def _ridge(
    view: View,
    crest: float,
    swing: float,
    near: float,
    line: Line,
    *,
    snow: bool,
    pines: float,
    foot: int | None = None,
) -> None:
    """Add a chain of hills. Its crest goes up and down by `swing` around `crest`: both are shares of the height."""
    height = view.size.height
    speed, travel, width = view.span(0.15 + 1.5 * near**1.6)
    bottom = height if foot is None else foot
    shape = line(view.rng, width * shapes.FINE_X, view.unit * shapes.FINE_X * (420 - 120 * near))
    rows = np.minimum((crest - swing * shape) * height, bottom)
    tall = (0.17 if near == 1 else 0.07) * height if pines else 0
    top = max(int(rows.min() - tall) // 2 * 2 - 2, 0)
    band = min(int(rows.max() + 0.06 * height) // 2 * 2, bottom) - top
    line_rows = (rows - top).astype(np.float32)
    sheet, accent = shapes.sheet(width, band), shapes.sheet(width, band)
    shapes.draw_ground(sheet, line_rows)
    if pines:
        shapes.draw_pines(sheet, line_rows, view.rng, tall, pines + 0.35)
    else:
        shapes.draw_rim(accent, line_rows, _rim(view, crest * height - rows, snow=snow))
    colors = _slope_colors(view, near, top, bottom, float(rows.min()))
    light = mixed(view.palette.light, view.palette.far, 0.25)
    drawn = Sheet(sheet, colors, None if pines else accent, light, 0.5 if snow else 0.22 * (1 - near) + 0.1)
    view.elements.append(Strip(drawn, top=top, speed=speed, travel=travel))


def _rim(view: View, above: Floats, *, snow: bool) -> Floats:
    """The thickness in rows of the light below a crest: snow that is thicker high up, or a thin and uneven line."""
    fine = shapes.FINE_X * view.unit
    if snow:
        jagged = np.abs(shapes.noise(view.rng, len(above), 40 * fine, 4, 0.42)) * 30 * view.unit
        return np.clip(above * 0.55 + jagged - 8 * view.unit, 0, None).astype(np.float32)
    uneven = np.clip(shapes.noise(view.rng, len(above), 200 * fine, 2) * 4 + 1.6, 0, 4) * view.unit
    return np.asarray(uneven, np.float32)


def _slope_colors(view: View, near: float, top: int, bottom: int, crest: float) -> Floats:
    """The colours of a slope: its own at the crest, and haze towards the foot. Near slopes have less haze."""
    own = np.array(mixed(view.palette.far, view.palette.near, near), np.float32)
    haze = mixed(view.palette.horizon, view.palette.far, 0.25) if near < 1 else (0, 0, 0)
    depth = 0.7 * (1 - near) if near < 1 else 0.35
    reach = np.float32(0.28 * view.size.height)
    share = np.clip((np.arange(top, bottom, dtype=np.float32) - np.float32(crest)) / reach, 0, 1) * np.float32(depth)
    colors: Floats = own + share[:, None] * (np.array(haze, np.float32) - own)
    return colors


def _houses(view: View, tallest: float, shore: int, near: float) -> None:
    speed, travel, width = view.span(0.15 + 0.7 * near)
    top = view.row(shore / view.size.height - tallest - 0.16)
    sheet, windows = shapes.sheet(width, shore - top), shapes.sheet(width, shore - top)
    lit = 0.5 if view.palette.stars else 0.16
    share = tallest * view.size.height / (shore - top)
    shapes.draw_city(sheet, windows, view.rng, (share * (0.3 - 0.24 * near), share), lit * near)
    colors = _slope_colors(view, min(near, 0.95), top, shore, top)
    drawn = Sheet(sheet, colors, windows, mixed(view.palette.light, (255, 205, 120), 0.5), 0.85)
    view.elements.append(Strip(drawn, top=top, speed=speed, travel=travel))
