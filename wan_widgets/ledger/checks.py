"""Noting what was found in the clips of orders. `Entry.check` has it. Each function may raise `LedgerError`."""

import json

from wan_widgets.files.checks import Check, to_values
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.ledger.orders import write


def note_check(order_id: str, check: Check, sha256: str) -> None:
    """Note what was found in the file with this SHA-256, unless the order has another file by now."""
    text = json.dumps(to_values(check, sha256), ensure_ascii=False)

    def change(ledger: Ledger) -> None:
        with ledger.transaction() as db:
            db.execute("UPDATE orders SET checks = ? WHERE id = ? AND sha256 = ?", [text, order_id, sha256])

    write(change)
