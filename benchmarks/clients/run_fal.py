"""fal-client: submit to the queue, then its helper that waits. It returns the clip's address."""

import fal_client
from fal_client import client as settings

from orders import NotCompletedError, Order, main


def connect(url: str) -> fal_client.AsyncClient:
    settings.QUEUE_URL_FORMAT = f"{url}/"  # the package has no option for http
    return fal_client.AsyncClient(key="benchmark")


async def buy(client: fal_client.AsyncClient, order: Order) -> None:
    handle = await client.submit("fal-ai/wan/v2.6/text-to-video", {"prompt": order.prompt})
    order.task_id = handle.request_id
    result = await handle.get()
    if not result["video"]:
        raise NotCompletedError("no video")
    order.url = result["video"]["url"]


if __name__ == "__main__":
    main(connect, buy)
