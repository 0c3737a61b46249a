"""Random outlines and textures: ridges, trees, houses, clouds."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from wan_widgets.simulator.film.painting.canvas import Floats

# Drawings are finer across than down. Strips move sideways by half pixels, and so every step is equally sharp.
FINE_X = 4
FINE_Y = 2

Points = list[tuple[float, float]]


class House(NamedTuple):
    """A box in a skyline, in fine pixels. It stands on the ground."""

    left: float
    top: float
    width: float


def noise(rng: np.random.Generator, length: int, period: float, octaves: int, roughness: float = 0.5) -> Floats:
    """Smooth one-dimensional noise around 0, mostly between -1 and 1."""
    total = np.zeros(length, np.float32)
    weight = 1.0
    for _ in range(octaves):
        knots = rng.uniform(-1, 1, int(length / period) + 3)
        position = np.arange(length) / period
        index = position.astype(int)
        fraction = position - index
        ease = fraction * fraction * (3 - 2 * fraction)
        total += (weight * (knots[index] * (1 - ease) + knots[index + 1] * ease)).astype(np.float32)
        period = max(period / 2.1, 2)
        weight *= roughness
    return total


def peaks(rng: np.random.Generator, length: int, period: float) -> Floats:
    """Mountains with sharp tops."""
    broad = 1 - np.abs(noise(rng, length, period, 1)) * 1.7
    fine = noise(rng, length, period / 3, 5, 0.48)
    return (0.75 * broad + 0.42 * fine).astype(np.float32)


def dunes(rng: np.random.Generator, length: int, period: float) -> Floats:
    """Long dunes with a sharp crest."""
    back = noise(rng, length, period, 2, 0.3)
    return np.asarray(0.6 - np.sqrt(back * back + 0.02) * 1.5, np.float32)


def hills(rng: np.random.Generator, length: int, period: float) -> Floats:
    return noise(rng, length, period, 4)


def sheet(width: int, height: int) -> Image.Image:
    return Image.new("L", (width * FINE_X, height * FINE_Y), 0)


def draw_ground(image: Image.Image, crest: Floats) -> None:
    """Fill everything below the crest (rows, one for each fine column)."""
    points = [(float(x), float(y) * FINE_Y) for x, y in zip(range(0, len(crest), 2), crest[::2], strict=True)]
    bottom = image.height + 8.0
    ImageDraw.Draw(image).polygon([(-8, bottom), (-8, points[0][1]), *points, (image.width, bottom)], fill=255)


def draw_rim(image: Image.Image, crest: Floats, thickness: Floats) -> None:
    """Draw the lit edge of a crest: a band of varying thickness below it."""
    columns = range(0, len(crest), 2)
    upper: Points = [(float(x), float(crest[x]) * FINE_Y) for x in columns]
    lower: Points = [(float(x), float(crest[x] + thickness[x]) * FINE_Y) for x in columns]
    ImageDraw.Draw(image).polygon(upper + lower[::-1], fill=255)


def draw_pines(image: Image.Image, crest: Floats, rng: np.random.Generator, tall: float, density: float) -> None:
    """Draw a wood along the crest. The trees stand in groups."""
    draw = ImageDraw.Draw(image)
    width = len(crest)
    groups = noise(rng, width, tall * FINE_X * 4, 2)
    x = 0.0
    while x < width:
        column = int(x)
        if groups[column] > 0.35 - density:
            height = tall * float(rng.uniform(0.45, 1) * (0.7 + 0.4 * min(groups[column] + density, 1)))
            _draw_pine(draw, x, float(crest[column]), height, rng)
        x += tall * FINE_X * float(rng.uniform(0.16, 0.42))


def _draw_pine(draw: ImageDraw.ImageDraw, x: float, foot: float, height: float, rng: np.random.Generator) -> None:
    spread = height * float(rng.uniform(0.17, 0.24))
    tiers = 6
    left: Points = []
    right: Points = []
    for tier in range(tiers):
        outer = spread * (tier + 1) / tiers * float(rng.uniform(0.8, 1.15))
        y = foot - height * (1 - (tier + 1) / tiers)
        left += [(x - outer * FINE_X, y * FINE_Y), (x - outer * 0.5 * FINE_X, (y - height * 0.02) * FINE_Y)]
        right += [(x + outer * FINE_X, y * FINE_Y), (x + outer * 0.5 * FINE_X, (y - height * 0.02) * FINE_Y)]
    top = (x, (foot - height) * FINE_Y)
    below = [
        (x + spread * FINE_X * 0.4, (foot + height) * FINE_Y),
        (x - spread * FINE_X * 0.4, (foot + height) * FINE_Y),
    ]
    draw.polygon([top, *right, *below, *left[::-1]], fill=255)


def draw_city(
    image: Image.Image, windows: Image.Image, rng: np.random.Generator, heights: tuple[float, float], lit: float
) -> None:
    """Draw houses side by side and light some of their windows. `heights` are shares of the sheet's height."""
    draw = ImageDraw.Draw(image)
    wide, tall = image.size
    unit = tall / FINE_Y * 0.045
    swell = noise(rng, wide, wide / 5, 2)
    x = -unit * FINE_X
    while x < wide:
        width = unit * float(rng.uniform(1.2, 3.2))
        chance = float(rng.beta(1.6, 2.6) + 0.25 * swell[min(max(int(x), 0), wide - 1)])
        share = min(max(heights[0] + (heights[1] - heights[0]) * chance, 0.03), 0.94)
        top = tall * (1 - share)
        house = House(x, top, width * FINE_X)
        draw.rectangle((x, top, x + house.width, tall), fill=255)
        _draw_roof(draw, house, unit, rng)
        _light_windows(windows, house, unit, rng, lit)
        x += house.width


def _draw_roof(draw: ImageDraw.ImageDraw, house: House, unit: float, rng: np.random.Generator) -> None:
    x, top, width = house
    kind = rng.integers(0, 6)
    middle = x + width / 2
    if kind == 0:
        draw.line((middle, top, middle, top - unit * 2.6 * FINE_Y), fill=255, width=max(int(unit * 0.5), 3))
    elif kind == 1:
        draw.rectangle((x + width * 0.2, top - unit * 0.7 * FINE_Y, x + width * 0.8, top), fill=255)
    elif kind == 2:
        draw.polygon([(x, top), (x + width, top), (x + width, top - unit * FINE_Y)], fill=255)
    elif kind == 3:
        draw.polygon([(x, top), (x + width, top), (middle, top - unit * 1.2 * FINE_Y)], fill=255)


def _light_windows(windows: Image.Image, house: House, unit: float, rng: np.random.Generator, lit: float) -> None:
    draw = ImageDraw.Draw(windows)
    across, down = unit * 0.42 * FINE_X, unit * 0.55 * FINE_Y
    columns, rows = int(house.width / across) - 1, int((windows.height - house.top) / down) - 1
    share = lit * float(rng.uniform(0.2, 1))
    for row, column in zip(*np.nonzero(rng.random((max(rows, 0), max(columns, 0))) < share), strict=True):
        x, y = house.left + across * (column + 0.8), house.top + down * (row + 0.8)
        draw.rectangle((x, y, x + across * 0.42, y + down * 0.42), fill=int(rng.integers(90, 255)))


def clouds(rng: np.random.Generator, width: int, height: int, cover: float) -> Floats:
    """Streaks of cloud, from 0 to 1. They get thinner towards the top and the bottom."""
    total = np.zeros((height, width), np.float32)
    weight = 0.5
    cells = 3
    for _ in range(5):
        across = max(int(cells * width / height / 3.2), 2)
        small = Image.fromarray(rng.integers(0, 256, (cells, across), np.uint8))
        large = small.resize((width, height), Image.Resampling.BICUBIC)
        total += weight * np.asarray(large, np.float32) / 255
        weight /= 2
        cells *= 2
    edge = np.clip(np.sin(np.linspace(0, np.pi, height)), 0, 1).astype(np.float32) ** np.float32(0.8)
    density = np.clip((total * edge[:, None] - (0.62 - 0.3 * cover)) * 4, 0, 1)
    return (density * density * (3 - 2 * density)).astype(np.float32)
