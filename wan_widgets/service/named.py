"""The service that a person names, as the provider that stands for it."""

from typing import Any

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.pasted import name
from wan_widgets.wan.problems import shown
from wan_widgets.words import Several, joined, say


def provider_named(given: Any) -> Provider | None:
    """The provider that is given or has this name; ``None`` if none is given. Raises `ConfigurationError`."""
    given = name(given)
    if isinstance(given, type) and issubclass(given, Provider):
        return _made(given)
    if given is None or isinstance(given, Provider):
        return given
    if isinstance(given, str):
        return _known(given) if given else None
    what = (
        say("service.provider.a_class", name=given.__name__)
        if isinstance(given, type)
        else say("service.provider.none", value=shown(given))
    )
    remedy = say("service.provider.names", names=Several(tuple(PROVIDERS), "plain"))
    raise ConfigurationError(joined(what, remedy, say("service.provider.own")))


def _made(kind: type[Provider]) -> Provider:
    try:
        return kind()
    except TypeError as error:
        raise ConfigurationError(say("service.provider.unmade", name=kind.__name__)) from error


def _known(given: str) -> Provider:
    try:
        return PROVIDERS[given.lower()]
    except KeyError:
        there_are = say("service.there_are", names=Several(tuple(PROVIDERS), "plain"))
        unknown = say("service.provider.unknown", name=shown(given))
        raise ConfigurationError(joined(unknown, there_are, say("service.provider.own"))) from None
