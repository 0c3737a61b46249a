"""What it costs to look at a clip, beside FFmpeg's filters for the same faults, and what an event loop notices of it.

python benchmarks/checks.py

The clips are noise over a moving picture, which is hard to decode: a clip of a service takes rather less.
"""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

HERE = Path(__file__).parent
# Files beside this have the same names as packages, so this folder must not be on the path.
sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != HERE.resolve()]

from wan_widgets.files.checks import measured
from wan_widgets.files.video import Video
from wan_widgets.generation.checking import checked_soon

FILTERS = "blackdetect=d=0.25,freezedetect=d=1,scdet"
FPS, SECONDS = 24, 5


def main() -> None:
    """Print a row for each size."""
    print(
        "| clip of 5 s | CPU s | CPU s of FFmpeg's filters | longest stall of a loop meanwhile, ms | and without, ms |"
    )
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for width, height in ((1280, 720), (1920, 1080)):
            path = made(Path(folder) / f"{height}.mp4", width, height)
            measured(path)  # the first call also loads libraries
            begun = time.process_time()
            check = measured(path)
            ours = time.process_time() - begun
            assert not check.findings, check
            stalls = [asyncio.run(stall(path if is_checked else None)) for is_checked in (True, False)]
            row = (f"{width}×{height}", f"{ours:.2f}", by_ffmpeg(path), *(f"{1000 * each:.0f}" for each in stalls))
            print(f"| {' | '.join(row)} |")


def made(path: Path, width: int, height: int) -> Path:
    """A clip that moves, with noise."""
    dice = np.random.default_rng(1)
    patches = av.VideoFrame.from_ndarray(dice.integers(30, 226, (12, 21, 3)).astype(np.uint8), format="rgb24")
    scene = patches.reformat(2 * width, height, "rgb24", interpolation="BICUBIC").to_ndarray().astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(FPS * SECONDS):
            picture = scene[:, 4 * number : 4 * number + width] + dice.integers(-6, 7, (height, width, 1))
            frame = av.VideoFrame.from_ndarray(picture.clip(0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def by_ffmpeg(path: Path) -> str:
    """The CPU seconds of the command line that somebody would use instead."""
    command = shutil.which("ffmpeg")
    if command is None:
        return "-"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    given = [command, "-v", "error", "-threads", "1", "-i", str(path), "-vf", FILTERS, "-f", "null", "-"]
    subprocess.run(given, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.2f}"


async def stall(path: Path | None) -> float:
    """The longest time for which a loop was late, while a clip is looked at or for three seconds."""
    os.environ.pop("WAN_CHECKS", None)
    video = path and Video(path=path, width=1, height=1, duration=SECONDS, size=1)
    checking = checked_soon(video, None) if video else None
    begun, longest = time.monotonic(), 0.0
    while (not checking.done()) if checking else time.monotonic() < begun + 3:
        asked = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - asked - 0.005)
    return longest


if __name__ == "__main__":
    main()
