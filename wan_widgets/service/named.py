"""The service that a person names, as the provider that stands for it."""

from typing import Any

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.pasted import name
from wan_widgets.wan.problems import shown


def provider_named(given: Any) -> Provider | None:
    """The provider that is given or has this name; ``None`` if none is given. Raises `ConfigurationError`."""
    given = name(given)
    if isinstance(given, type) and issubclass(given, Provider):
        return _made(given)
    if given is None or isinstance(given, Provider):
        return given
    if isinstance(given, str):
        return _known(given) if given else None
    what = f"{given.__name__} is a class" if isinstance(given, type) else f"{shown(given)} is no provider"
    raise ConfigurationError(f"{what}. Give the name of one: {', '.join(PROVIDERS)}. Pass one of your own itself.")


def _made(kind: type[Provider]) -> Provider:
    try:
        return kind()
    except TypeError as error:
        message = f"{kind.__name__} is a class; pass one of it: {kind.__name__}(...)."
        raise ConfigurationError(message) from error


def _known(given: str) -> Provider:
    try:
        return PROVIDERS[given.lower()]
    except KeyError:
        remedy = f"There are: {', '.join(PROVIDERS)}. Pass one of your own itself."
        raise ConfigurationError(f"There is no provider {shown(given)}. {remedy}") from None
