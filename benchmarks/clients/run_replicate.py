"""replicate: create, then its helper that waits, then download the output to a file."""

import time
from pathlib import Path

from replicate.client import Client
from replicate.helpers import FileOutput

from orders import NotCompletedError, Order, main


def connect(url: str) -> Client:
    return Client(api_token="benchmark", base_url=url)


async def buy(client: Client, order: Order) -> None:
    model = client.models.predictions
    prediction = await model.async_create("wan-video/wan-2.6-t2v", input={"prompt": order.prompt})
    order.task_id = prediction.id
    await prediction.async_wait()
    if not prediction.output:
        raise NotCompletedError(prediction.status)
    order.known = time.time()
    file = FileOutput(prediction.output, client)
    Path(order.path).write_bytes(await file.aread())


if __name__ == "__main__":
    main(connect, buy)
