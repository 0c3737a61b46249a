"""Frames and sound into an MP4."""

import os
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from wan_widgets.simulator.records import Record
from wan_widgets.wan.models import Size

FPS = 24
SAMPLE_RATE = 48_000


def render(record: Record, path: Path) -> None:
    size = record.submission.size or Size(1280, 720)
    part = path.with_name(path.name + ".part.mp4")
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as c:
        v = c.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        v.width, v.height, v.pix_fmt = size.width, size.height, "yuv420p"
        a = c.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        for i in range(FPS * record.submission.duration):
            img = np.full((size.height * 3 // 2, size.width), 128, np.uint8)
            img[: size.height, (i * 8) % size.width :] = 180
            f = av.VideoFrame.from_ndarray(img, "yuv420p")
            f.pts = i
            c.mux(v.encode(f))
        c.mux(v.encode(None))
        n = SAMPLE_RATE * record.submission.duration
        for start in range(0, n, 1024):
            af = av.AudioFrame.from_ndarray(np.zeros((2, min(1024, n - start)), np.float32), "fltp", "stereo")
            af.sample_rate = SAMPLE_RATE
            af.pts = start
            c.mux(a.encode(af))
        c.mux(a.encode(None))
    part.replace(path)
