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
    _own[:] = budgets


def budgets() -> tuple[Budget, ...]:
    """All that hold, read anew each time. Raises `ConfigurationError` where one cannot be read."""
    found = [*_own]
    place = site_file()
    if place.exists():
        found += _in_file(place)
    given = (os.environ.get("WAN_BUDGET") or "").strip()
    if given:
        found += _in_file(Path(given)) if given.endswith(".toml") else parse_budgets(given)
    return tuple(found)


def site_file() -> Path:
    """The file that an administrator or a teacher puts in place, for everybody on the machine."""
    return platformdirs.site_config_path("wan_widgets") / "budget.toml"


def _in_file(path: Path) -> tuple[Budget, ...]:
    try:
        return budgets_from(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"The budget file {path} cannot be read: {error}. Nothing is ordered.") from error
