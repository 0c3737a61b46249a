"""Makes the documentation's site of README.md and docs/. Any warning is a failure: a dead link, an unknown name.

python scripts/documentation.py   -> site/, which git ignores: open site/index.html
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    match sys.argv[1:]:
        case []:
            shutil.rmtree(ROOT / "site", ignore_errors=True)
            code = build(ROOT, ROOT / "site")
        case [pages, site]:
            code = build(Path(pages), Path(site))
        case _:
            sys.exit(__doc__)
    sys.exit(code)


def build(pages: Path, site: Path) -> int:
    """Read every page anew, because a page that has not changed would not be warned about again."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-P", "-m", "sphinx", "--builder", "html", "--quiet", "--fail-on-warning"]
        folders: list[str | Path] = ["--conf-dir", pages / "docs", "--doctree-dir", scratch, pages, site]
        code = subprocess.run([*command, *folders], check=False).returncode
    if code == 0:
        # The first page refers to its pictures in HTML, which Sphinx does not read.
        for picture in (pages / "docs").glob("*.png"):
            shutil.copy(picture, site / "docs")
        shutil.copy(site / "README.html", site / "index.html")
    return code


if __name__ == "__main__":
    main()
