"""Writing an order into the ledger, with its quote, recipe and key, in the transaction that checks the budgets."""

import asyncio
import json
import time
from dataclasses import asdict
from uuid import uuid4

from wan_widgets.files import here
from wan_widgets.files.destination import Destination
from wan_widgets.generation.prepared import Prepared
from wan_widgets.ledger.commits import uninterrupted
from wan_widgets.ledger.entry import SENDING, Entry, Once
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import LEASE, UNSENT, Order
from wan_widgets.money.budgets import budgets_for
from wan_widgets.money.prices import quoted
from wan_widgets.service.service import Service
from wan_widgets.wan.budgets import Budget
from wan_widgets.wan.errors import OverBudget, WanError
from wan_widgets.wan.quotes import Quote, billed_extra
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.words import Several, joined, say


async def reserve(service: Service, prepared: Prepared, wanted: Destination, once: Once | None = None) -> Order:
    """Write an order into the ledger before it is sent, and reserve its price. `Ledger.open` says what `once` does.

    Raises `OverBudget` if a budget does not cover it, and `LedgerError` if there is a budget but no ledger.
    """
    order = Order(f"ww-{uuid4().hex}", ledger())
    try:
        await _opened(order, service, prepared, wanted, once)
    except asyncio.CancelledError:
        await order.failed_to_submit(WanError(UNSENT))
        raise
    return order


async def _opened(order: Order, service: Service, prepared: Prepared, wanted: Destination, once: Once | None) -> None:
    entry, holding, quote = await uninterrupted(lambda: _reservation(order, service, prepared, wanted))
    await order.open(entry, holding, quote, once)


def _reservation(
    order: Order, service: Service, prepared: Prepared, wanted: Destination
) -> tuple[Entry, tuple[Budget, ...], Quote | None]:
    """The row of an order, the budgets that it must keep, and its price. Budgets and folders are read from the disk."""
    provider, request = service.provider, prepared.request
    holding = budgets_for(provider)
    if holding and (changed := tuple(billed_extra(request.extra))):
        message = say("generation.extra_billed", names=Several(changed, "plain"))
        raise OverBudget(joined(message, say("wan.nothing_ordered")))
    return _entry(order, service, prepared, wanted), holding, quoted(provider, request)


def _entry(order: Order, service: Service, prepared: Prepared, wanted: Destination) -> Entry:
    now, request, provider = time.time(), prepared.request, service.provider
    return Entry(
        id=order.id,
        created_at=now,
        updated_at=now,
        place=wanted.place.path,
        place_id=wanted.place.id,
        notebook=here.notebook(),
        provider=provider.name,
        base_url=service.base_url,
        region=provider.region,
        recipe=json.dumps(to_recipe(request), ensure_ascii=False),
        recipe_key=prepared.key,
        state=SENDING,
        inputs=json.dumps([asdict(each) for each in prepared.files]),
        seconds=float(request.duration),
        is_simulated=provider.is_simulated,
        poller=order.follower,
        lease_until=now + LEASE,
        wanted_folder=str(wanted.folder),
        wanted_name=wanted.name,
    )
