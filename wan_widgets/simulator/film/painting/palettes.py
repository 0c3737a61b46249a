"""Colours of times of day."""

from dataclasses import dataclass

from wan_widgets.simulator.film.painting.canvas import Color


@dataclass(frozen=True)
class Palette:
    """The colours of one time of day: the sky from the top to the horizon, the clouds, and the far and near land."""

    sky: tuple[Color, Color, Color, Color]
    light: Color
    """The sun or the moon, and its glow."""
    cloud: Color
    far: Color
    near: Color
    stars: float = 0
    """How many stars there are, from 0 to 1."""
    moon: bool = False

    @property
    def horizon(self) -> Color:
        return self.sky[-1]


def rgb(code: str) -> Color:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def palette(sky: str, light: str, cloud: str, land: str, *, stars: float = 0, moon: bool = False) -> Palette:
    top, upper, lower, horizon = map(rgb, sky.split())
    far, near = map(rgb, land.split())
    return Palette((top, upper, lower, horizon), rgb(light), rgb(cloud), far, near, stars=stars, moon=moon)


PALETTES = {
    "violet dusk": palette("2b2a5e 6a4583 c9688a f6b08a", "ffe3b0", "e98f92", "a5678f 1d1638", stars=0.25),
    "golden hour": palette("4a7fa5 8fb3b8 f0d29a fbc77a", "fff3cf", "fff0d2", "c99a72 3a2a2b"),
    "rose dawn": palette("7a86c0 b9a4cf f2bfc4 fde0c8", "fff1e0", "fbdcd9", "bb93b2 3b3358"),
    "blue hour": palette("0b1d3f 1c3f6e 4a7ba6 b8cfd6", "fdf0d5", "6f97b8", "4f7598 081426", stars=0.5),
    "clear noon": palette("2f7fc4 5fa6db a5d0ea e4f2f3", "ffffff", "ffffff", "8fb6c6 1d4a4c"),
    "moonlight": palette("050a1f 0d1b3d 1d3763 44648c", "f3f0df", "31507c", "2b476f 03060f", stars=1, moon=True),
    "aurora": palette("06122a 0c2f45 177068 6fc7a0", "e4fff1", "3fa58b", "23665f 031015", stars=0.9, moon=True),
    "ember": palette("3a1530 872341 dd5a3f fbb15c", "fff0b8", "f27f55", "a33f46 1d0d1c"),
    "mist": palette("8fa6a8 adc0bd cdd8d0 ebece0", "fffdf0", "f3f5ee", "9db3af 2c4244"),
    "desert": palette("3d8a9e 86b9b4 f3d9ae f7b684", "fff6dc", "fbe6c9", "d98f66 5c2b2b"),
    "lavender": palette("433a75 7d6bb0 bfa3d4 f4d3dc", "fff6ea", "d9c1e4", "8f7cb5 241c47", stars=0.15),
    "teal storm": palette("12303a 2a5560 6a918c d9c9a0", "fff0c2", "4f7d80", "3f6a6e 0a1a20"),
}


def mixed(one: Color, other: Color, share: float) -> Color:
    """Mix two colours. `share` is the share of the other one, from 0 to 1."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue
