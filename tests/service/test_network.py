"""Why the network failed, in words of ours where the reason is usual."""

import errno
import socket

import httpx
import pytest

import wan_widgets as ww
from wan_widgets.service.network import network_reason_of
from wan_widgets.words import say

OURS = say("ledger.dismissed")


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "nothing answers at its address"),
        (socket.gaierror(-2, "Name or service not known"), "no address is known for its name"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "the network has no way there"),
        (ValueError("no"), "All connection attempts failed"),
    ],
)
def test_the_reason_is_what_the_system_says_below_what_httpx_says(cause, said):
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    assert str(network_reason_of(error)) == said
    ours = ww.WanError(OURS)
    ours.__cause__ = cause
    assert network_reason_of(ours) is OURS
