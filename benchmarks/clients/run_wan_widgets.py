"""wan_widgets, as in its README: one call from the prompt to the file."""

import wan_widgets as ww

from orders import Order, main


def known_to_ledger(error: ww.WanError) -> bool:
    """Whether the ledger keeps the order behind an error, so that it can be resumed."""
    return isinstance(error, ww.Unconfirmed) and any(entry.id == error.ledger_id for entry in ww.tasks(everywhere=True))


async def buy(client: ww.AsyncClient, order: Order) -> None:
    try:
        await client.generate(ww.TextToVideo(prompt=order.prompt), order.path)
    except ww.WanError as error:
        order.task_id = error.task_id
        order.kept = error.maybe_billed and known_to_ledger(error)
        raise


if __name__ == "__main__":
    main(lambda url: ww.AsyncClient("toapis", base_url=url, api_key="benchmark"), buy)
