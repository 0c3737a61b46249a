"""What several tests of the ledger need."""

import pytest

from wan_widgets.ledger.ledger import Ledger


@pytest.fixture
def transactions(monkeypatch):
    """One entry for each transaction that the disk confirms."""
    begun, transaction = [], Ledger.transaction
    monkeypatch.setattr(Ledger, "transaction", lambda self: begun.append(self) or transaction(self))
    return begun
