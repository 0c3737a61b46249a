"""Keys that do not come from the environment: typed for this process, or kept in the system's keyring."""

import getpass
import logging
from typing import Any

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.service.named import provider_named
from wan_widgets.service.secret import Secret
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import Several, say

_SERVICE = "wan_widgets"
_typed: dict[str, Secret] = {}
_log = logging.getLogger(__name__)


def login(provider: Provider | str, *, keep: bool = False) -> None:
    """Ask for a service's key and use it in this process, whatever the environment says.

    The key is hidden while it is typed. `provider` is a service's name, or a provider of your own. With `keep`, the key
    is also stored in the system's keyring, where later processes find it; this needs the package ``keyring``. Raises
    `ConfigurationError` if the provider is unknown, no key is typed, or the keyring does not take it.
    """
    chosen = provider_named(provider)
    if chosen is None:
        raise ConfigurationError(say("service.key.whose", names=Several(tuple(PROVIDERS), "plain")))
    key = Secret.of(getpass.getpass(str(say("service.key.prompt", service=chosen.title))))
    if key is None:
        raise ConfigurationError(say("service.key.untyped"))
    if keep:
        _keep(chosen.name, key.reveal())
    _typed[chosen.name] = key


def logout(provider: Provider | str) -> None:
    """Forget a service's key, in this process and in the system's keyring.

    Raises `ConfigurationError` if the provider is unknown.
    """
    chosen = provider_named(provider)
    name = chosen.name if chosen else ""
    _typed.pop(name, None)
    if keyring := _keyring():
        try:
            keyring.delete_password(_SERVICE, name)
        except Exception as error:  # noqa: BLE001  # the keyring has no such key, or is locked
            _log.debug("the keyring has nothing to forget: %s", type(error).__name__)


def typed_key(provider: str) -> tuple[Secret | None, str]:
    """A key that was typed in this process, and where it came from."""
    return (_typed[provider], "ww.login()") if provider in _typed else (None, "")


def kept_key(provider: str) -> tuple[Secret | None, str]:
    """A key that is kept in the keyring, and where it came from."""
    if keyring := _keyring():
        try:
            kept = keyring.get_password(_SERVICE, provider)
        except Exception as error:  # noqa: BLE001  # a locked keyring counts as one without the key
            _log.info("the keyring could not be read: %s", type(error).__name__)
        else:
            return (Secret(kept), "keyring") if kept else (None, "")
    return None, ""


def _keep(provider: str, key: str) -> None:
    keyring = _keyring()
    if keyring is None:
        raise ConfigurationError(say("service.key.no_keyring", command="pip install keyring"))
    try:
        keyring.set_password(_SERVICE, provider, key)
    except Exception as error:  # noqa: BLE001
        # The keyring's own error is not chained, because it may quote the key.
        raise ConfigurationError(say("service.key.not_taken", error=type(error).__name__)) from None


def _keyring() -> Any:
    try:
        import keyring  # noqa: PLC0415  # it is optional, and slow to load
    except ImportError:
        return None
    return keyring
