"""The engines' dialects against what the engines themselves answered to the same requests.

The recordings were made in November 2026 with the HTTP servers of SGLang-Diffusion 0.5.23 and of vLLM-Omni 0.30.0, in
front of a stand-in that made empty clips in place of the model. Each has the answers to `probes`, by their names, in a
short form. `<int>` is some whole number, `<text>` some text, and `<any>` what the stand-in said. `{"as": "create"}` is
the body of another answer, with the values that stand beside it. The headers of usual answers in JSON are left out.
"""

import json
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import httpx
import pytest

from simulator.probes import Answer, Prober
from wan_widgets.simulator import Simulator

pytestmark = pytest.mark.anyio

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))


class Kept(NamedTuple):
    """A difference that stays: what differs, and why."""

    reason: str
    fields: set[str]


MADE = {"num_frames", "duration_s"}
ROUNDED = Kept("The stand-in makes as many frames as are asked for. Wan's pipeline makes four k plus one.", MADE)
NO_CLIP = Kept("The stand-in makes one frame where no number is asked for. Wan's pipeline makes 81.", MADE)
ENDED_BADLY = {"status", "progress", "completed_at", "error", "num_outputs", "urls", "file_path", "file_paths"}
UNREADABLE = Kept("The stand-in opens no picture. A pipeline cannot read this one, and the task fails.", ENDED_BADLY)
NO_IMAGE = Kept(
    "The stand-in needs no picture. The pipeline says that there is none, and the task fails.",
    {"HTTP status", "status", "progress", "error", "file_name", "duration_s"},
)
TOO_SMALL = Kept(
    "The stand-in's encoder fails at 10x10. The pipeline rounds the sides to multiples of 16.",
    {"HTTP status", "status", "progress", "error", "file_name", "duration_s"},
)
UNFINISHED = Kept(
    "The stand-in was not done when the recording ended.",
    {"status", "progress", "completed_at", "file_name", "duration_s"},
)
DIFFERENCES = {
    "sglang-ti2v": {"img junk done": UNREADABLE},
    "sglang-i2v": {"img junk done": UNREADABLE},
    "sglang-t2v": {},
    "vllm-omni-ti2v": {
        "frames 2 done": ROUNDED,
        "frames 10 done": ROUNDED,
        "seconds only done": ROUNDED,
        "seconds and fps done": ROUNDED,
        "nothing of time done": NO_CLIP,
        "size small done": TOO_SMALL,
        "width height done": UNFINISHED,
    },
    "vllm-omni-t2v": {},
    "vllm-omni-i2v": {
        "NOIMG done": NO_IMAGE,
        "img reference_url data done": NO_IMAGE,
        "img reference_url junk done": NO_IMAGE,
        "img reference_url file done": NO_IMAGE,
        "img unreachable url reference_url done": NO_IMAGE,
    },
}
"""What differs on purpose, by recording and probe. What does not differ any more is taken out of here."""


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
async def test_an_engine_answers_as_it_was_recorded(tmp_path, clock, recording):
    recorded = json.loads(recording.read_text("utf-8"))
    engine, _, task = recording.stem.rpartition("-")
    simulator = Simulator(tmp_path, clock=clock, rng=Random(7), engine=engine, model=recorded["model"])
    async with httpx.AsyncClient(transport=simulator.transport(), base_url="http://sim.test") as http:
        needs_image = task == "i2v"
        prober = Prober(http, clock, recorded["model"], needs_image=needs_image, wanted=recorded["answers"])
        answers = await prober.run()
    expected = whole(recorded["answers"])
    assert answers.keys() == expected.keys()
    found = {name: differences(expected[name], answer) for name, answer in answers.items()}
    kept = {name: kept.fields for name, kept in DIFFERENCES[recording.stem].items()}
    assert {name: set(fields) for name, fields in found.items() if fields} == kept, {
        name: fields for name, fields in found.items() if set(fields) != kept.get(name, set())
    }


def test_every_recording_has_its_list_of_differences():
    assert {path.stem for path in RECORDINGS} == set(DIFFERENCES)


def whole(recorded: dict[str, Any]) -> dict[str, Answer]:
    """Write the short forms out."""

    def written_out(body: Any) -> Any:
        if isinstance(body, dict) and "as" in body:
            values = {name: value for name, value in body.items() if name != "as"}
            return written_out(recorded[body["as"]]["body"]) | values
        if isinstance(body, dict):
            return {name: written_out(value) for name, value in body.items()}
        return [written_out(value) for value in body] if isinstance(body, list) else body

    usual = {"content-type": "application/json"}
    return {
        name: Answer(answer["status"], usual | answer.get("headers", {}), written_out(answer["body"]))
        for name, answer in recorded.items()
    }


def differences(expected: Answer, found: Answer) -> dict[str, str]:
    """What differs, and how, by the name of the field."""
    status = {} if expected.status == found.status else {"HTTP status": f"{found.status}, not {expected.status}"}
    headers = {name: value for name, value in expected.headers.items() if value is not None}
    return status | compared("header", headers, found.headers) | compared("body", expected.body, found.body)


def compared(name: str, expected: Any, found: Any) -> dict[str, str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = {key: (expected.get(key, "<nothing>"), found.get(key, "<nothing>")) for key in expected | found}
        return {key: told for field, pair in pairs.items() for key, told in compared(field, *pair).items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return {key: told for pair in pairs for key, told in compared(name, *pair).items()}
    return {} if fits(expected, found) else {name: f"{found!r}, not {expected!r}"}


def fits(expected: Any, found: Any) -> bool:
    match expected:
        case "<any>":
            return found != "<nothing>"
        case "<int>":
            return isinstance(found, int) and not isinstance(found, bool)
        case "<text>":
            return isinstance(found, str) and found != "<nothing>"
    # A whole number is not the same as one with a point: JSON writes them differently.
    return type(expected) is type(found) and expected == found
