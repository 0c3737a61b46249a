"""A maker of requests, of each mode in turn."""

import pytest

from wan.made import MAKERS


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]
