"""A file of prices, as `WAN_PRICES` names it: sections ``[toapis."wan2.6"]`` with a currency and prices a second."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from wan_widgets.files.disk import check_regular
from wan_widgets.money.price_checks import check_model, check_service, checked, is_price, resolutions
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.offers import PriceList
from wan_widgets.wan.problems import shown

Tables = Mapping[tuple[str, str], PriceList]
"""By the service's name and the model's."""

_FIELDS = ("currency", "bills_input", "input_seconds", "total_seconds")
_SOUNDS = {"audible": True, "silent": False}
_EXAMPLE = 'A section begins with a line such as [toapis."wan2.6"], and has lines currency = "CNY" and "720p" = 0.60.'


def tables_in(path: Path) -> Tables:
    """The file's price lists, read anew where it has changed. Raises `ConfigurationError` for what is none."""
    try:
        state = check_regular(path)
    except OSError as error:
        raise ConfigurationError(f"The price table {path} (WAN_PRICES) cannot be read: {error.strerror}.") from error
    return _read(path, (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: tuple[int, int]) -> Tables:
    import tomllib  # noqa: PLC0415  # most people have no such file

    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError, ArithmeticError) as error:
        why = str(error).rstrip(".")
        raise ConfigurationError(f"The price table {path} (WAN_PRICES) cannot be read: {why}. {_EXAMPLE}") from error
    try:
        tables = _tables(data)
        for provider, model in tables:
            check_model(provider, model)
    except ConfigurationError as error:
        raise ConfigurationError(f"The price table {path} (WAN_PRICES) has a fault. {error}") from error
    return tables


def _tables(data: dict[str, Any]) -> Tables:
    date = str(data.pop("date", "")) or "undated"
    found: dict[tuple[str, str], PriceList] = {}
    for provider, models in data.items():
        if not isinstance(models, dict):
            raise ConfigurationError(
                f'{provider} stands above all sections. Write a line such as [toapis."wan2.6"] first.'
            )
        for model, table in models.items():
            if not isinstance(table, dict):
                needed = f'[{provider}."wan2.6"]'
                raise ConfigurationError(f"[{provider}] names no model above {model}. Write {needed} in its place.")
            if nested := _unquoted(table):
                name = f"{model}.{nested}"
                raise ConfigurationError(f'[{provider}.{name}] needs quotes, for its dot: write [{provider}."{name}"].')
            try:
                check_service(provider, of_this_process=False)
                found[provider, model] = _price_list(table, date, resolutions(provider))
            except ConfigurationError as error:
                raise ConfigurationError(f'[{provider}."{model}"]: {error}') from error
    return found


def _unquoted(table: Mapping[str, Any]) -> str | None:
    """The rest of a model's name that stands without quotes: TOML takes it apart at its dot."""
    name, value = next(iter(table.items()), ("", None))
    is_section = isinstance(value, dict) and not set(value) <= set(_SOUNDS)
    return name if len(table) == 1 and is_section else None


def _price_list(table: Mapping[str, Any], date: str, there_are: tuple[str, ...]) -> PriceList:
    prices = {name: value for name, value in table.items() if name not in _FIELDS}
    if wrong := [name for name in prices if there_are and name not in there_are]:
        fields = f"a field ({', '.join(_FIELDS)}) nor a resolution ({', '.join(there_are)})"
        raise ConfigurationError(f'{wrong[0]} is neither {fields}. A price is written "{there_are[0]}" = 0.60.')
    if "currency" not in table:
        raise ConfigurationError('It has no currency. Add a line such as currency = "CNY".')
    if not prices:
        raise ConfigurationError('It has no price. Add a line such as "720p" = 0.60.')
    rates = {(name, sound): amount for name, value in prices.items() for sound, amount in _by_sound(name, value)}
    given = {name: table[name] for name in _FIELDS if name in table}
    return checked(PriceList(**given, per_second=rates, source="your price table", date=date))


def _by_sound(resolution: str, value: object) -> list[tuple[bool, Decimal]]:
    """The prices of one resolution, with sound (`True`) and without."""
    both = value if isinstance(value, dict) else dict.fromkeys(_SOUNDS, value)
    if not both or (wrong := sorted(set(both) - set(_SOUNDS))):
        line = f'"{resolution}" = {{ audible = 1.00, silent = 0.80 }}'
        what = f"has a price for {shown(wrong[0])}" if both else "has no price"
        raise ConfigurationError(f'"{resolution}" {what}. Write {line}.')
    return [(_SOUNDS[sound], _amount(resolution, amount)) for sound, amount in both.items()]


def _amount(resolution: str, value: object) -> Decimal:
    with suppress(InvalidOperation):
        if is_price(amount := Decimal(str(value))):
            return amount
    raise ConfigurationError(
        f'"{resolution}" is {shown(str(value))}: no price of a second. Write "{resolution}" = 0.60.'
    )
