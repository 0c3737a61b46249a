"""Which budgets hold here: the administrator's, the environment's, the process's. All must cover an order."""

import os
import tomllib
from pathlib import Path

import platformdirs

from wan_widgets.wan.budgets import Budget, budgets_from, parse_budgets
from wan_widgets.wan.errors import ConfigurationError

_own: list[Budget] = []


def set_budget(*budgets: Budget) -> None:
    """Hold every order of this process against these budgets too; without arguments, against them no longer."""
    if wrong := [each for each in budgets if not isinstance(each, Budget)]:
        raise TypeError(f"A budget is a ww.Budget(…), not {wrong[0]!r}.")
    _own[:] = budgets


def budgets() -> tuple[Budget, ...]:
    """All that hold, read anew each time. Raises `ConfigurationError` where one cannot be read."""
    found = [*_own]
    found += _in_file(site_file(), missing=())
    given = (os.environ.get("WAN_BUDGET") or "").strip()
    if given:
        found += _in_file(Path(given).expanduser()) if given.endswith(".toml") else parse_budgets(given)
    return tuple(found)


def site_file() -> Path:
    """The file that an administrator or a teacher puts in place, for everybody on the machine."""
    return platformdirs.site_config_path("wan_widgets") / "budget.toml"


def _in_file(path: Path, missing: tuple[Budget, ...] | None = None) -> tuple[Budget, ...]:
    """Its budgets; `missing` where there is no such file, if that may be."""
    try:
        return budgets_from(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ConfigurationError) as error:
        if missing is not None and isinstance(error, FileNotFoundError | NotADirectoryError):
            return missing
        why = str(error).rstrip(".")
        raise ConfigurationError(f"The budget file {path} cannot be read: {why}. Nothing is ordered.") from error
