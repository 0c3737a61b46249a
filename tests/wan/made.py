"""Requests of each mode, and values that nobody should give them."""

from pathlib import Path

import numpy as np
import pytest

from wan_widgets import ImageToVideo, InvalidRequest, ReferenceToVideo, TextToVideo

URL = "https://example.com/cat.jpg"
MAKERS = {
    "t2v": lambda **fields: TextToVideo(**{"prompt": "A kitten"} | fields),
    "i2v": lambda **fields: ImageToVideo(**{"image": URL} | fields),
    "r2v": lambda **fields: ReferenceToVideo(**{"references": [URL]} | fields),
}
HUGE = 10**5000
STRANGE = [b"bytes", [], ["16:9"], {}, {"a": 1}, 3.5, object(), np.arange(3), np.float32(2), Path("x")]


def kind(value):
    """A name for a test's value; pytest's own fails at numbers of thousands of digits."""
    return ascii(value)[:30] if isinstance(value, str | bool | float) else type(value).__name__


def problems(make, **fields):
    with pytest.raises(InvalidRequest) as caught:
        make(**fields)
    return {problem.field: problem for problem in caught.value.problems}
