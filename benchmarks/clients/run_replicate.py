"""replicate: the one call of its README, then the output to a file."""

from pathlib import Path

from replicate.client import Client
from replicate.helpers import FileOutput

from orders import NotCompletedError, Order, main


async def buy(client: Client, order: Order) -> None:
    output = await client.async_run("wan-video/wan-2.6-t2v", input={"prompt": order.prompt})
    if not output:
        raise NotCompletedError("no output")
    file = FileOutput(output, client)  # which it is already where the address begins with https
    Path(order.path).write_bytes(await file.aread())


if __name__ == "__main__":
    main(lambda url: Client(api_token="benchmark", base_url=url), buy)
