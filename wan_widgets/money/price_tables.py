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
from wan_widgets.words import Several, joined, reason_of, say

Tables = Mapping[tuple[str, str], PriceList]
"""By the service's name and the model's."""

OWN_TABLE, UNDATED = "your price table", "undated"
"""What a quote by such a list says of its source and its date, in every language: code may compare it."""
_FIELDS = ("currency", "bills_input", "input_seconds", "total_seconds")
_SOUNDS = {"audible": True, "silent": False}
_SECTION, _CURRENCY, _PRICE = '[toapis."wan2.6"]', 'currency = "CNY"', '"720p" = 0.60'


def tables_in(path: Path) -> Tables:
    """The file's price lists, read anew where it has changed. Raises `ConfigurationError` for what is none."""
    try:
        state = check_regular(path)
    except OSError as error:
        raise ConfigurationError(say("money.table.unreadable", path=str(path), reason=reason_of(error))) from error
    return _read(path, (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: tuple[int, int]) -> Tables:
    import tomllib  # noqa: PLC0415  # most people have no such file

    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError, ArithmeticError) as error:
        unreadable = say("money.table.unreadable", path=str(path), reason=reason_of(error))
        example = say("money.table.example", section=_SECTION, currency=_CURRENCY, price=_PRICE)
        raise ConfigurationError(unreadable, remedy=example) from error
    try:
        tables = _tables(data)
        for provider, model in tables:
            check_model(provider, model)
    except ConfigurationError as error:
        raise ConfigurationError(joined(say("money.table.faulty", path=str(path)), error.said)) from error
    return tables


def _tables(data: dict[str, Any]) -> Tables:
    date = str(data.pop("date", "")) or UNDATED
    found: dict[tuple[str, str], PriceList] = {}
    for provider, models in data.items():
        if not isinstance(models, dict):
            raise ConfigurationError(say("money.table.no_section", name=provider, example=_SECTION))
        for model, table in models.items():
            if not isinstance(table, dict):
                values = {"section": f"[{provider}]", "line": model, "example": f'[{provider}."wan2.6"]'}
                raise ConfigurationError(say("money.table.no_model", **values))
            if nested := _unquoted(table):
                name = f"{model}.{nested}"
                values = {"section": f"[{provider}.{name}]", "example": f'[{provider}."{name}"]'}
                raise ConfigurationError(say("money.table.no_quotes", **values))
            try:
                check_service(provider, of_this_process=False)
                found[provider, model] = _price_list(table, date, resolutions(provider))
            except ConfigurationError as error:
                values = {"section": f'[{provider}."{model}"]', "fault": error.said}
                raise ConfigurationError(say("money.table.in_section", **values)) from error
    return found


def _unquoted(table: Mapping[str, Any]) -> str | None:
    """The rest of a model's name that stands without quotes: TOML takes it apart at its dot."""
    name, value = next(iter(table.items()), ("", None))
    is_section = isinstance(value, dict) and not set(value) <= set(_SOUNDS)
    return name if len(table) == 1 and is_section else None


def _price_list(table: Mapping[str, Any], date: str, there_are: tuple[str, ...]) -> PriceList:
    prices = {name: value for name, value in table.items() if name not in _FIELDS}
    if wrong := [name for name in prices if there_are and name not in there_are]:
        raise ConfigurationError(
            say(
                "money.table.no_field",
                name=wrong[0],
                fields=Several(_FIELDS, "plain"),
                resolutions=Several(there_are, "plain"),
                example=f'"{there_are[0]}" = 0.60',
            )
        )
    if "currency" not in table:
        raise ConfigurationError(say("money.table.no_currency", example=_CURRENCY))
    if not prices:
        raise ConfigurationError(say("money.table.no_price", example=_PRICE))
    rates = {(name, sound): amount for name, value in prices.items() for sound, amount in _by_sound(name, value)}
    given = {name: table[name] for name in _FIELDS if name in table}
    return checked(PriceList(**given, per_second=rates, source=OWN_TABLE, date=date))


def _by_sound(resolution: str, value: object) -> list[tuple[bool, Decimal]]:
    """The prices of one resolution, with sound (`True`) and without."""
    both = value if isinstance(value, dict) else dict.fromkeys(_SOUNDS, value)
    if not both or (wrong := sorted(set(both) - set(_SOUNDS))):
        values = {"name": f'"{resolution}"', "example": f'"{resolution}" = {{ audible = 1.00, silent = 0.80 }}'}
        if not both:
            raise ConfigurationError(say("money.table.unpriced", **values))
        raise ConfigurationError(say("money.table.unknown_sound", sound=shown(wrong[0]), **values))
    return [(_SOUNDS[sound], _amount(resolution, amount)) for sound, amount in both.items()]


def _amount(resolution: str, value: object) -> Decimal:
    with suppress(InvalidOperation):
        if is_price(amount := Decimal(str(value))):
            return amount
    name = f'"{resolution}"'
    raise ConfigurationError(say("money.table.bad_price", name=name, value=shown(str(value)), example=f"{name} = 0.60"))
