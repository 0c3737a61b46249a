"""A shop, and a folder for what is bought there."""

import pytest

from experiments.shop import Shop


@pytest.fixture
def usual_fps() -> int:
    """Nobody looks at these clips."""
    return 1


@pytest.fixture
def shop(tmp_path, outputs) -> Shop:
    return Shop(tmp_path / "simulator")
