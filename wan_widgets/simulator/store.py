"""Tasks and clips on disk. Every write is atomic, so that any number of processes can share one directory."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wan_widgets.simulator.ids import TASK_ID, created_at
from wan_widgets.simulator.records import CLIP_LIFETIME, RECORD_LIFETIME, Record


class Store:
    """One directory. It has ``tasks/<id>.json``, ``clips/<id>.mp4``, uploaded files in ``uploads/``, and in ``names/``
    a file for each of the callers' own ids, which contains our id.
    """

    def __init__(self, directory: Path) -> None:
        self.tasks = directory / "tasks"
        self.clips = directory / "clips"
        self.uploads = directory / "uploads"
        self.names = directory / "names"

    def save(self, record: Record) -> None:
        write_atomically(self.tasks / f"{record.id}.json", json.dumps(record.to_json()))

    def add(self, record: Record) -> None:
        self.save(record)
        if record.order.caller_id:
            write_atomically(self._name(record.protocol, record.owner, record.order.caller_id), record.id)

    def find(self, task_id: str) -> Record | None:
        # The pattern makes sure that the path stays inside the directory.
        text = read_text(self.tasks / f"{task_id}.json") if TASK_ID.fullmatch(task_id) else None
        return Record.from_json(json.loads(text)) if text else None

    def find_named(self, protocol: str, owner: str, caller_id: str) -> Record | None:
        """Find a task by the caller's own id for it."""
        task_id = read_text(self._name(protocol, owner, caller_id))
        return self.find(task_id) if task_id else None

    def newest_first(self) -> Iterator[Record]:
        """Read all tasks one by one, the newest first. The caller may stop at any time."""
        ids = [path.stem for path in self.tasks.glob("*.json") if TASK_ID.fullmatch(path.stem)]
        for task_id in sorted(ids, key=created_at, reverse=True):
            record = self.find(task_id)
            if record:
                yield record

    def delete(self, record: Record) -> None:
        self._forget_name(record.id)
        self.clip(record).unlink(missing_ok=True)
        (self.tasks / f"{record.id}.json").unlink(missing_ok=True)

    def clip(self, record: Record) -> Path:
        return self.clips / f"{record.id}.mp4"

    def prune(self, now: float) -> None:
        """Delete expired clips, old records and old uploads."""
        for path in self._before(self.clips, now, CLIP_LIFETIME):
            record = self.find(_task_id(path))
            if record is None or record.expires_at <= now:
                path.unlink(missing_ok=True)
        for path in self._before(self.tasks, now, RECORD_LIFETIME):
            self._forget_name(_task_id(path))
            path.unlink(missing_ok=True)
        for path in self._before(self.uploads, now, RECORD_LIFETIME):
            path.unlink(missing_ok=True)

    def _forget_name(self, task_id: str) -> None:
        record = self.find(task_id)
        if record and record.order.caller_id:
            name = self._name(record.protocol, record.owner, record.order.caller_id)
            # The caller may have used the same id for a newer task.
            if read_text(name) == task_id:
                name.unlink(missing_ok=True)

    @staticmethod
    def _before(folder: Path, now: float, age: float) -> list[Path]:
        """List files of tasks that are older than `age` seconds. Their names tell the time, so no file is opened."""
        paths = folder.iterdir() if folder.is_dir() else ()
        ids = ((path, _task_id(path)) for path in paths)
        return [path for path, task_id in ids if TASK_ID.fullmatch(task_id) and created_at(task_id) <= now - age]

    def _name(self, protocol: str, owner: str, caller_id: str) -> Path:
        return self.names / digest(f"{protocol} {owner} {caller_id}")


def _task_id(path: Path) -> str:
    """The id in the name of a task's file, even of a file that a killed process left half written."""
    return path.name.partition(".")[0]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None


def write_atomically(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    Path(temporary).replace(path)
