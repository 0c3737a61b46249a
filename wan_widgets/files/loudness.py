"""How loud a sound is, as ITU-R BS.1770-4 and EBU R 128 measure it."""

from typing import Any

RATE = 48_000
"""Samples a second, for which BS.1770 prints its filters."""
SILENCE = -70.0
"""LUFS. Parts that are quieter do not count in BS.1770 (its absolute gate); a sound of such parts alone is silent."""
_SHELF = (1.53512485958697, -2.69169619940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077425585)
_HIGH_PASS = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)
"""The two filters of K-weighting: how the head reflects sound, and how little the ear hears of what is low."""
_PART = 0.4  # seconds; a part begins each quarter of that
_BELOW = 10.0  # LU below the mean, from where on a part does not count (the relative gate)


def integrated(samples: Any) -> float:
    """The integrated loudness in LUFS, never below `SILENCE`. `samples` has a row for each channel, with values to ±1.

    All channels weigh the same, which is right for mono and stereo. A sound below 0.4 s counts as one part. A sample
    that is no number, which a sound in floating point may have, counts as silence.
    """
    import numpy as np  # noqa: PLC0415

    samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    count = samples.shape[1]
    if not count:
        return SILENCE
    power = (_weighted(samples) ** 2).sum(axis=0)
    part, step = round(_PART * RATE), round(_PART * RATE / 4)
    sums = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    begins = np.arange(0, max(count - part, 0) + 1, step)
    ends = np.minimum(begins + part, count)
    parts = (sums[ends] - sums[begins]) / (ends - begins)
    for gate in (SILENCE, None):
        parts = parts[_loudness(parts) > (_loudness(parts.mean()) - _BELOW if gate is None else gate)]
        if not len(parts):
            return SILENCE
    return round(float(_loudness(parts.mean())), 1)


def _loudness(power: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))


def _weighted(samples: Any) -> Any:
    """The samples after the two filters. They are applied to the spectrum, because a loop over the samples is slow."""
    import numpy as np  # noqa: PLC0415

    count = samples.shape[1]
    size = 1 << (count + RATE // 2 - 1).bit_length()  # the end of the filters must not run into the beginning
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones_like(z)
    for above, below in (_SHELF, _HIGH_PASS):
        response *= np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    return np.fft.irfft(np.fft.rfft(samples, size, axis=1) * response, size, axis=1)[:, :count]
