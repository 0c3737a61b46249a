"""Pictures on top of the scene: prints that float, and labels that stay in place."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from wan_widgets.simulator.film.painting.canvas import Canvas, patch_from_rgba
from wan_widgets.simulator.film.painting.elements import FPS, STEPS
from wan_widgets.simulator.film.painting.lettering import even
from wan_widgets.wan.models import Size


class Label:
    """A picture that stays in place."""

    def __init__(self, image: Image.Image, left: int, top: int) -> None:
        self._patch = patch_from_rgba(np.asarray(image))
        self._corner = left // 2 * 2, top // 2 * 2

    def paint(self, canvas: Canvas, _: int) -> None:
        canvas.lay(self._patch, *self._corner)


class Print:
    """A framed picture that floats gently up and down, by half pixels."""

    def __init__(
        self, picture: Image.Image, center: tuple[float, float], unit: float, phase: float, tilt: float
    ) -> None:
        fine = framed(picture, unit * 2).rotate(tilt, Image.Resampling.BICUBIC, expand=True)
        width, height = even(fine.width / 2), even(fine.height / 2) + 2
        self._patches = [
            patch_from_rgba(np.asarray(fine.crop((0, -step, width * 2, height * 2 - step)).reduce(2)))
            for step in range(STEPS)
        ]
        self._left = int(center[0] - width / 2) // 2 * 2
        self._top = center[1] - height / 2
        self._swing = 9 * unit
        self._phase = phase

    def paint(self, canvas: Canvas, index: int) -> None:
        steps = round(2 * (self._top + self._swing * np.sin(self._phase + 1.1 * index / FPS)))
        canvas.lay(self._patches[steps % STEPS], self._left, steps // STEPS * 2)


def framed(picture: Image.Image, unit: float) -> Image.Image:
    """Mount a picture on white paper with round corners and a soft shadow."""
    border, radius, blur = 9 * unit, 10 * unit, 16 * unit
    margin = int(blur * 2.5)
    width, height = int(picture.width + 2 * border), int(picture.height + 2 * border)
    mask = Image.new("L", (width + 2 * margin, height + 2 * margin), 0)
    box = (margin, margin, margin + width, margin + height)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius, fill=255)
    shade = mask.filter(ImageFilter.BoxBlur(blur * 0.7)).filter(ImageFilter.BoxBlur(blur * 0.7))
    shade = ImageChops.offset(shade, 0, int(6 * unit)).point([int(value * 0.38) for value in range(256)])
    result = Image.new("RGBA", mask.size, (6, 8, 18, 0))
    result.putalpha(shade)
    paper = Image.new("RGBA", mask.size, (250, 249, 245, 255))
    paper.paste(picture, (int(margin + border), int(margin + border)))
    paper.putalpha(mask)
    return Image.alpha_composite(result, paper)


def arrange(pictures: list[Image.Image], size: Size, rng: np.random.Generator) -> list[Print]:
    """Hang pictures side by side, a little tilted, so that all of them fit."""
    unit = min(size) / 720
    share = 1 / len(pictures)
    several = len(pictures) > 1
    # A single picture hangs a little to one side, which looks better than the middle.
    aside = 0.5 if size.height > size.width else float(rng.choice([0.38, 0.62]))
    prints = []
    for index, picture in enumerate(pictures):
        scale = min(
            size.width * (0.72 * share if several else 0.46) / picture.width,
            size.height * 0.46 / picture.height,
        )
        # The picture has twice its size here, because the print is reduced after it has been tilted.
        target = max(int(picture.width * scale * 2), 2), max(int(picture.height * scale * 2), 2)
        across = 0.06 + 0.88 * (index + 0.5) * share if several else aside
        center = size.width * across, size.height * (0.44 + (0.03 * (-1) ** index if several else 0))
        tilt = float(rng.uniform(-2.2, 2.2))
        prints.append(Print(picture.resize(target, Image.Resampling.LANCZOS), center, unit, index * 1.3, tilt))
    return prints
