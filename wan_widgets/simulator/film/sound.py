"""A soft chord for every clip: tones of a pentatonic scale that slowly swell, and sometimes a bell."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
ROOTS = (98.0, 110.0, 123.47, 130.81, 146.83)
PENTATONIC = (1, 9 / 8, 5 / 4, 3 / 2, 5 / 3)
LEVEL = 0.16

Samples = NDArray[np.float32]


def compose_sound(rng: np.random.Generator, seconds: float) -> Samples:
    """Make two channels of samples, between -1 and 1."""
    time = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    root = float(rng.choice(ROOTS))
    channels = np.zeros((2, len(time)), np.float32)
    for degree, octave in ((0, 1), (3, 1), (0, 2), (int(rng.integers(1, 5)), 2)):
        _add_pad(channels, time, root * PENTATONIC[degree] * octave, rng)
    for second in np.arange(0.8, seconds - 1.5, 1.25):
        if rng.random() < 0.6:
            _add_bell(channels, float(second), root * 4 * float(rng.choice(PENTATONIC)), rng)
    edge = np.minimum(np.minimum(time / np.float32(0.8), (seconds - time) / np.float32(1.2)), 1)
    channels *= np.sin(edge * np.float32(np.pi / 2)) ** 2
    return channels * np.float32(LEVEL / max(float(np.abs(channels).max()), 1e-6))


def _add_pad(channels: Samples, time: Samples, pitch: float, rng: np.random.Generator) -> None:
    swell = 0.62 + 0.38 * np.sin(2 * np.pi * float(rng.uniform(0.08, 0.16)) * time + float(rng.uniform(0, 6)))
    phase = 2 * np.pi * pitch * time * np.array([[0.9985], [1.0015]], np.float32)
    channels += swell * (np.sin(phase) + np.float32(0.22) * np.sin(2 * phase)) * np.float32(110 / (110 + pitch))


def _add_bell(channels: Samples, start: float, pitch: float, rng: np.random.Generator) -> None:
    first = int(start * SAMPLE_RATE)
    time = np.arange(channels.shape[1] - first, dtype=np.float32)[: 2 * SAMPLE_RATE] / np.float32(SAMPLE_RATE)
    bell = np.sin(2 * np.pi * pitch * time) * np.exp(-2.6 * time) * np.minimum(time * 60, 1)
    bell *= np.minimum((time[-1] - time) * 20, 1)
    pan = float(rng.uniform(0.25, 0.75))
    shares = np.array([[1 - pan], [pan]], np.float32)
    channels[:, first : first + len(time)] += np.float32(0.2) * shares * bell
