"""The ledger's tables, from version to version, and how its file is kept on which kind of disk."""

import sqlite3
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_MIGRATIONS = (
    """
    CREATE TABLE orders (
        id TEXT PRIMARY KEY,
        created_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        place TEXT NOT NULL,
        notebook TEXT NOT NULL,
        provider TEXT NOT NULL,
        base_url TEXT NOT NULL,
        region TEXT NOT NULL,
        recipe TEXT NOT NULL,
        recipe_key TEXT NOT NULL,
        state TEXT NOT NULL,
        task_id TEXT,
        progress INTEGER,
        video_url TEXT,
        expires_at REAL,
        error_code TEXT,
        error_message TEXT,
        path TEXT,
        size INTEGER,
        sha256 TEXT,
        currency TEXT,
        money INTEGER,
        seconds REAL NOT NULL,
        poller TEXT,
        lease_until REAL
    );
    CREATE INDEX orders_by_place ON orders (place, created_at);
    CREATE INDEX orders_by_task ON orders (task_id);
    CREATE INDEX orders_by_recipe ON orders (recipe_key, created_at);
    """,
    """
    ALTER TABLE orders ADD COLUMN is_simulated INTEGER NOT NULL DEFAULT 0;
    UPDATE orders SET is_simulated = 1 WHERE provider = 'simulator';
    """,
    """
    ALTER TABLE orders ADD COLUMN per_second TEXT;
    ALTER TABLE orders ADD COLUMN billed_seconds REAL;
    """,
)
"""Each brings the file from the version of its place to the next; never changed once released, only added to."""

_NETWORKS = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "gluster", "gpfs", "beegfs", "virtiofs", "fuse.")
"""What the types of file systems begin with that are, or may be, another machine's."""


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest version. A newer one than this package knows is used as it is."""
    if _version(db) >= len(_MIGRATIONS):
        return
    if _version(db) == 0:
        with suppress(sqlite3.OperationalError):  # another process is at it, or what is wrong shows below
            db.execute(f"PRAGMA journal_mode = {journal_mode(path)}")  # stays with the file
    db.execute("BEGIN IMMEDIATE")  # another process may be about to do the same, or has been quicker
    try:
        if (version := _version(db)) < len(_MIGRATIONS):
            for script in _MIGRATIONS[version:]:
                for statement in script.split(";"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    except BaseException:
        if db.in_transaction:  # a disk that is full has ended it
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def journal_mode(path: Path) -> str:
    """WAL keeps readers and writers out of each other's way, but shares memory, which network disks do not have."""
    folder = path.parent.absolute()
    return "DELETE" if _file_system(folder).startswith(_NETWORKS) or str(folder).startswith("\\\\") else "WAL"


@lru_cache(maxsize=16)
def _file_system(folder: Path) -> str:
    """The type of the file system that a folder lies on, where the system says it in Linux's way; else nothing."""
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    places = [line.split()[1:3] for line in mounts if len(line.split()) > 2]
    folder = folder.resolve()
    inside = [(len(place), kind) for place, kind in places if folder.is_relative_to(place.replace("\\040", " "))]
    longest = max((length for length, _ in inside), default=0)
    return next((kind for length, kind in reversed(inside) if length == longest), "")  # the last hides the others
