"""From a request to a row of the ledger: its quote, the budgets that hold, its recipe and key, in one transaction."""

import asyncio
import json
import time
from uuid import uuid4

from wan_widgets.files import here
from wan_widgets.generation.prepared import Prepared
from wan_widgets.ledger.entry import SENDING, Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import LEASE, UNSENT, Order, beside
from wan_widgets.money.budgets import budgets
from wan_widgets.money.prices import quoted
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import OverBudget, WanError
from wan_widgets.wan.quotes import billed_extra
from wan_widgets.wan.recipes import to_recipe


async def reserve(service: Service, prepared: Prepared, once: float | None = None) -> Order:
    """Write an order down before it leaves, and reserve what it costs; `once` as in `Ledger.open`.

    Raises `OverBudget` where a budget does not cover it, and `LedgerError` where there is a budget but no ledger.
    """
    order = Order(f"ww-{uuid4().hex}", ledger())
    try:
        await beside(lambda: _open(order, service, prepared, once))
    except asyncio.CancelledError:
        await order.failed_to_submit(WanError(UNSENT))
        raise
    return order


def _open(order: Order, service: Service, prepared: Prepared, once: float | None) -> None:
    provider, request = service.provider, prepared.request
    holding = () if provider.is_simulated else budgets()
    if holding and (changed := ", ".join(billed_extra(request.extra))):
        message = f"extra changes what is billed ({changed}); with a budget say it in the request itself."
        raise OverBudget(f"{message} Nothing was ordered.")
    order.open(_entry(order, service, prepared), holding, quoted(provider, request), once)


def _entry(order: Order, service: Service, prepared: Prepared) -> Entry:
    now, request, provider = time.time(), prepared.request, service.provider
    return Entry(
        id=order.id,
        created_at=now,
        updated_at=now,
        place=here.place(),
        notebook=here.notebook(),
        provider=provider.name,
        base_url=service.base_url,
        region=provider.region,
        recipe=json.dumps(to_recipe(request), ensure_ascii=False),
        recipe_key=prepared.key,
        state=SENDING,
        seconds=float(request.duration),
        is_simulated=provider.is_simulated,
        poller=order.follower,
        lease_until=now + LEASE,
    )
