"""Clips in a folder as judges of video models read it: VBench, and tools that have taken over its layout."""

import json
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wan_widgets.files import here
from wan_widgets.files.disk import absolute
from wan_widgets.wan.errors import WanError
from wan_widgets.words import say

_ILLEGAL = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]')
"""What some disk does not take in a name."""
_LONGEST = 180  # bytes of the prompt; a name has at most 255, with the number, and some judges add words to it
_TOLD = ("prompt", "negative_prompt", "seed", "model", "provider", "mode", "path", "sha256", "task_id", "order_id")


def export_vbench(table: Any, folder: Path | str) -> Path:
    """Put the clips of a table into a new folder in the layout of VBench, and return the folder.

    `table` is a sweep, or a data frame, such as ``ww.history()``, or a part of one; of its columns, ``prompt`` and
    ``path`` are needed. Rows whose file is not here are left out. The folder gets:

    - ``videos/`` with ``{prompt}-{number}.mp4``, the numbers from 0 for each prompt, in the sequence of the table. The
      files are hard links, which take no room; copies where the disk has no such links.
    - ``prompts.json``: the prompt by file name, for ``--prompt_file``. A name has no more of a prompt than disks take.
    - ``clips.json``: which order, seed and model is behind each file.

    Raises `WanError` if no row has a clip or the folder is not empty, and `OSError`.
    """
    rows = [(row, path) for row in _rows(table) if (path := _file(row)) is not None]
    if not rows:
        raise WanError(say("experiments.export.no_clips"))
    target = absolute(folder)
    if target.exists() and any(target.iterdir()):
        remedy = say("experiments.export.not_empty.remedy")
        raise WanError(say("experiments.export.not_empty", folder=str(folder)), remedy=remedy)
    (target / "videos").mkdir(parents=True, exist_ok=True)
    prompts, clips, numbers = dict[str, str](), dict[str, Any](), Counter[str]()
    for row, path in rows:
        prompt = _text(row.get("prompt"))
        stem = name_of(prompt)
        alike = unicodedata.normalize("NFC", stem).casefold()  # some disks tell these not apart
        name = f"{stem}-{numbers[alike]}{path.suffix.lower() or '.mp4'}"
        numbers[alike] += 1
        _place(path, target / "videos" / name)
        prompts[name] = prompt
        clips[name] = {each: _plain(row[each]) for each in _TOLD if each in row}
    for file, content in (("prompts.json", prompts), ("clips.json", clips)):
        (target / file).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return target


def name_of(prompt: str) -> str:
    """The prompt as the beginning of a file name: itself, where every disk takes it."""
    name = " ".join(_ILLEGAL.sub(" ", prompt).split()).encode("utf-8", "ignore")
    return name[:_LONGEST].decode("utf-8", "ignore").strip(" .") or "clip"


def _rows(table: Any) -> Iterable[Mapping[str, Any]]:
    table = table.to_pandas() if hasattr(table, "to_pandas") else table
    rows: Iterable[Mapping[str, Any]] = table.to_dict("records") if hasattr(table, "to_dict") else table
    return rows


def _file(row: Mapping[str, Any]) -> Path | None:
    """The file of a row, if it is here. Tables have paths as they lie to the notebook."""
    path = row.get("path")
    if not isinstance(path, str | os.PathLike):
        return None
    found = absolute(Path(path), here.folder)
    return found if found.is_file() else None


def _place(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:  # to copy over it could change the clip of which it is a link
        raise
    except OSError:  # the disk has no hard links, or it is another disk
        shutil.copyfile(source, target)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> Any:
    """A value as JSON has it; pandas has several words for nothing."""
    if isinstance(value, str | None):
        return value
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
