"""Which budgets hold here: the administrator's, the environment's, the process's. All must cover an order."""

import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from wan_widgets.files.disk import check_regular
from wan_widgets.money import listening
from wan_widgets.providers import Provider
from wan_widgets.wan.budgets import Budget, budgets_from, parse_budgets
from wan_widgets.wan.errors import ConfigurationError, Misuse
from wan_widgets.wan.pasted import bare
from wan_widgets.words import Text, reason_of, say

_own: list[Budget] = []


def set_budget(*budgets: Budget) -> None:
    """Hold every order of this process against these budgets too; without arguments, against them no longer."""
    if wrong := [each for each in budgets if not isinstance(each, Budget)]:
        raise Misuse(say("money.budget.none", value=repr(wrong[0])))
    _own[:] = budgets
    listening.tell()


def budgets() -> tuple[Budget, ...]:
    """All that hold, read anew each time. Raises `ConfigurationError` where one cannot be read."""
    return tuple(budget for budget, _ in sources())


def budgets_for(provider: Provider) -> tuple[Budget, ...]:
    """The budgets that an order at a provider must keep. Raises `ConfigurationError` where one cannot be read.

    Simulated clips keep only those that count them, and an unreadable budget does not stop them.
    """
    if not provider.is_simulated:
        return budgets()
    with suppress(ConfigurationError):
        return tuple(each for each in budgets() if each.counts_simulated)
    return ()


def sources() -> list[tuple[Budget, str]]:
    """All that hold, each with the place where it was set. Raises `ConfigurationError` where one cannot be read."""
    found = [(each, "ww.set_budget") for each in _own]
    found += [(each, str(site_file())) for each in _in_file(site_file(), missing=())]
    if given := os.environ.get("WAN_BUDGET"):
        given = bare(given)
        path = Path(given).expanduser() if given.endswith(".toml") else None
        found += [(each, "WAN_BUDGET") for each in (_in_line(given) if path is None else _in_file(path))]
    return found


def site_file() -> Path:
    """The file that an administrator or a teacher puts in place, for everybody on the machine."""
    return platformdirs.site_config_path("wan_widgets") / "budget.toml"


def _in_line(text: str) -> tuple[Budget, ...]:
    try:
        return parse_budgets(text)
    except ConfigurationError as error:
        raise ConfigurationError(say("money.budget.bad_line", fault=error.said)) from error


def _in_file(path: Path, missing: tuple[Budget, ...] | None = None) -> tuple[Budget, ...]:
    """Its budgets; `missing` where there is no such file, if that may be."""
    import tomllib  # noqa: PLC0415  # most people have no such file

    try:
        check_regular(path)
        return budgets_from(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ConfigurationError) as error:
        if missing is not None and isinstance(error, FileNotFoundError | NotADirectoryError):
            return missing
        raise ConfigurationError(_bad_file(path, error)) from error


def _bad_file(path: Path, error: Exception) -> Text:
    if isinstance(error, ConfigurationError):
        return say("money.budget.bad_file", path=str(path), fault=error.said)
    return say("money.budget.unreadable_file", path=str(path), reason=reason_of(error))
