"""The ledger's tables in every version, and the journal mode of its file, which depends on the disk."""

import sqlite3
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from wan_widgets.ledger.described import described
from wan_widgets.ledger.values import stored

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
    """
    ALTER TABLE orders ADD COLUMN place_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE orders ADD COLUMN wanted_folder TEXT;
    ALTER TABLE orders ADD COLUMN wanted_name TEXT;
    CREATE INDEX orders_by_place_id ON orders (place_id, created_at);
    """,
    """
    ALTER TABLE orders ADD COLUMN took REAL;
    CREATE INDEX orders_that_took ON orders (base_url, created_at) WHERE took IS NOT NULL;
    CREATE INDEX orders_followed ON orders (base_url) WHERE poller IS NOT NULL;
    """,
    """
    ALTER TABLE orders ADD COLUMN width INTEGER;
    ALTER TABLE orders ADD COLUMN height INTEGER;
    ALTER TABLE orders ADD COLUMN duration REAL;
    ALTER TABLE orders ADD COLUMN has_audio INTEGER;
    ALTER TABLE orders ADD COLUMN finished_at REAL;
    ALTER TABLE orders ADD COLUMN folded_prompt TEXT;
    ALTER TABLE orders ADD COLUMN mode TEXT;
    ALTER TABLE orders ADD COLUMN model TEXT;
    ALTER TABLE orders ADD COLUMN checks TEXT;
    UPDATE orders SET
        folded_prompt = in_recipe(CAST(recipe AS BLOB), 'folded_prompt'),
        mode = in_recipe(CAST(recipe AS BLOB), 'mode'),
        model = in_recipe(CAST(recipe AS BLOB), 'model');
    CREATE INDEX orders_by_time ON orders (created_at, id, state, place, place_id, notebook);
    CREATE INDEX orders_by_content ON orders (sha256) WHERE sha256 IS NOT NULL;
    CREATE TABLE marks (
        order_id TEXT PRIMARY KEY,
        star INTEGER NOT NULL DEFAULT 0,
        rating REAL,
        note TEXT NOT NULL DEFAULT '',
        deleted_at REAL,
        deleted_to TEXT
    );
    CREATE TABLE tags (order_id TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (order_id, tag));
    CREATE INDEX tags_by_tag ON tags (tag, order_id);
    """,
    """
    ALTER TABLE orders ADD COLUMN rewritten_prompt TEXT;
    ALTER TABLE orders ADD COLUMN inputs TEXT;
    """,
    """
    ALTER TABLE orders ADD COLUMN course TEXT;
    """,
)
"""The script at index n brings the file from version n to n + 1. Released scripts never change; new ones are added."""

_NETWORKS = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "gluster", "gpfs", "beegfs", "virtiofs", "fuse.")
"""Beginnings of the names of file system types that are, or may be, on another machine."""


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest version. A newer one than this package knows is used as it is."""
    if _version(db) >= len(_MIGRATIONS):
        return
    if _version(db) == 0:
        with suppress(sqlite3.OperationalError):  # another process does the same, or the next statement fails too
            db.execute(f"PRAGMA journal_mode = {journal_mode(path)}")  # the file keeps this mode
    db.create_function("in_recipe", 2, in_recipe, deterministic=True)  # the sixth script calls it
    db.execute("BEGIN IMMEDIATE")  # another process may do the same, or have done it
    try:
        if (version := _version(db)) < len(_MIGRATIONS):
            for script in _MIGRATIONS[version:]:
                for statement in script.split(";"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    except BaseException:
        if db.in_transaction:  # on a full disk, SQLite has ended the transaction
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def in_recipe(recipe: object, name: str) -> str | bytes | None:
    """A text of a recipe, as SQLite stores it; ``None`` if the recipe has none."""
    found: str | bytes | None = stored(getattr(_described(recipe), name))
    return found


_described = lru_cache(maxsize=1)(described)  # a row asks for several texts of one recipe


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def journal_mode(path: Path) -> str:
    """WAL lets readers and writers work at once, but it needs shared memory, which network disks do not have."""
    folder = path.parent.absolute()
    return "DELETE" if _file_system(folder).startswith(_NETWORKS) or str(folder).startswith("\\\\") else "WAL"


@lru_cache(maxsize=16)
def _file_system(folder: Path) -> str:
    """The type of a folder's file system, as Linux names it; empty on other systems."""
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    points = [line.split()[1:3] for line in mounts if len(line.split()) > 2]
    folder = folder.resolve()
    inside = [(len(point), kind) for point, kind in points if folder.is_relative_to(point.replace("\\040", " "))]
    longest = max((length for length, _ in inside), default=0)
    return next((kind for length, kind in reversed(inside) if length == longest), "")  # the last one hides others
