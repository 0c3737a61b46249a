"""A reply that comes twice must not be taken for the answer to the next question on the same connection."""

import pytest

from faults import menu
from faults.server import FaultServer
from faults.test_generations_under_faults import buy, delivered

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind", ["submit", "poll"])
async def test_an_echo_of_anothers_reply_is_not_taken_for_ones_own(kind, tmp_path):
    names = [f"order-{number}" for number in range(20)]
    with FaultServer() as server:
        server.script(kind, *[menu.OK] * 5, *[menu.TWICE] * 2)
        ends = await buy(server, tmp_path, names)
        assert delivered(server, ends) == set(names)
