"""What the numbers of a clip's frames mean: black and frozen parts, cuts, flicker, brightness, motion."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from wan_widgets.files.frames import Readings


class Span(NamedTuple):
    """A part of a clip, in seconds from its beginning."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


_ALL_DARK = 0.98
"""The share of black pixels from which on a frame is black, as in FFmpeg's blackdetect (picture_black_ratio_th)."""
_SHORTEST_BLACK = 0.25
"""Seconds. A film fades in and out over a few dark frames, which nobody takes for a fault."""
_SHORTEST_FREEZE = 1.0
"""Seconds. FFmpeg's freezedetect has 2, for films; a clip of 5 s is still for a fifth then. Drawn figures hold a pose
for up to half a second."""
_ONE_FRAME = 1.5
"""How long the usual frame is shown, at most, in frames: a clip of one frame a second does not stand still."""
_LEAST_CUT = 6.0
"""Per cent. Pictures that have nothing in common differ by 10 to 30, the next frame of the same scene by 0 to 5."""
_ABOVE_OTHERS = 3.0
"""How many times as much as around it the picture must change: in a fast movement all frames differ. PySceneDetect's
AdaptiveDetector has the same value, and the same neighbours."""
_NEIGHBOURS = 2  # frames, on each side
_DEPTH = 0.04
"""The least change of the mean luma that counts as a flash. WCAG 2.3.1 has 10 % of the luminance for what is dangerous;
a 25th of the range is what a viewer notices in a picture that should be even."""


def black(found: Readings) -> tuple[Span, ...]:
    """The parts in which the picture is black, as FFmpeg's blackdetect understands it, of at least 0.25 s."""
    flags = [share >= _ALL_DARK for share in found.dark]
    return _rounded(_runs(found, flags, _SHORTEST_BLACK))


def frozen(found: Readings) -> tuple[Span, ...]:
    """The parts in which the picture stands still, of at least 1 s. Black parts are none.

    As in FFmpeg's freezedetect, all frames are compared with the first one of the part, so that a slow zoom is not
    still. It stands still if no block of the picture has changed by more than one level of 255.
    """
    runs = []
    for _, group in groupby(range(len(found.times)), key=lambda number: found.like[number]):
        numbers = [*group]
        span = Span(found.times[numbers[0]], _end(found, numbers[-1]))
        is_long = span.seconds >= _SHORTEST_FREEZE - 1e-6 and span.seconds * (found.fps or 1.0) > _ONE_FRAME
        if is_long and found.dark[numbers[0]] < _ALL_DARK:
            runs.append(span)
    return _rounded(runs)


def cuts(found: Readings) -> tuple[float, ...]:
    """When the picture becomes another one from one frame to the next, in seconds. A fade or a flash is no cut."""
    return tuple(round(found.times[number], 3) for number in cut_frames(found))


def cut_frames(found: Readings) -> Iterator[int]:
    """The numbers of the frames that begin another scene."""
    for number, change in enumerate(found.change):
        begin = max(1, number - _NEIGHBOURS)
        around = found.change[begin:number] + found.change[number + 1 : number + 1 + _NEIGHBOURS]
        usual = sum(around) / len(around) if around else 0.0
        # After one odd frame, the picture is what it was before.
        stays = min(found.change_of_two[number : number + 2], default=0.0) >= change / 2
        is_dark = max(found.dark[max(number - 1, 0) : number + 1]) >= _ALL_DARK  # it is told as black
        if change >= _LEAST_CUT and change >= _ABOVE_OTHERS * usual and stays and not is_dark:
            yield number


def flicker(found: Readings) -> float:
    """The most flashes of the whole picture within any second.

    A flash is a pair of opposing changes of the mean luma, as in the general flash of WCAG 2.3.1, each of at least 4 %
    of the range. A clip that is shorter than a second has those of its whole length.
    """
    turns = _turns(found.times, found.luma)
    most = max((bisect_left(turns, start + 0.999) - number for number, start in enumerate(turns)), default=0)
    return most / 2


def brightness(found: Readings) -> float:
    """The average picture level (APL): the mean luma of all frames, in per cent of the range."""
    return round(100 * _mean(found.luma), 2)


def motion(found: Readings) -> float:
    """The mean temporal information (TI) of ITU-T P.910, in levels of 255, without the cuts.

    TI is the standard deviation of the difference between neighbouring frames. P.910 takes it at full size; here frames
    are 160 pixels wide, so it compares clips with each other, and not with values of others.
    """
    scenes = {0, *cut_frames(found)}
    return round(_mean([moved for number, moved in enumerate(found.moved) if number not in scenes]), 2)


def _turns(times: Sequence[float], values: Sequence[float]) -> list[float]:
    """When a value has changed by `_DEPTH` against the way that it went before; the first change counts too."""
    turns: list[float] = []
    low = high = values[0] if values else 0.0
    way = 0
    for time, value in zip(times, values, strict=True):
        low, high = min(low, value), max(high, value)
        if way >= 0 and value <= high - _DEPTH:
            way, low = -1, value
            turns.append(time)
            high = value
        elif way <= 0 and value >= low + _DEPTH:
            way, high = 1, value
            turns.append(time)
            low = value
    return turns


def _runs(found: Readings, flags: Iterable[bool], shortest: float) -> list[Span]:
    """The parts in which all frames have the flag, as long as they are shown."""
    runs = []
    for is_set, group in groupby(enumerate(flags), key=lambda each: each[1]):
        numbers = [number for number, _ in group]
        span = Span(found.times[numbers[0]], _end(found, numbers[-1]))
        if is_set and span.seconds >= shortest - 1e-6:
            runs.append(span)
    return runs


def _end(found: Readings, number: int) -> float:
    """When a frame is shown no longer."""
    return found.times[number + 1] if number + 1 < len(found.times) else max(found.end, found.times[number])


def _rounded(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(Span(round(span.start, 3), round(span.end, 3)) for span in spans)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
