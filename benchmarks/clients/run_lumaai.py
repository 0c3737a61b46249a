"""lumaai: create, then the loop from its guide, because it has no helper that waits."""

import asyncio

from lumaai import AsyncLumaAI

from orders import NotCompletedError, Order, main


def connect(url: str) -> AsyncLumaAI:
    return AsyncLumaAI(base_url=f"{url}/dream-machine/v1", auth_token="benchmark")


async def buy(client: AsyncLumaAI, order: Order) -> None:
    generation = await client.generations.create(model="ray-2", prompt=order.prompt)
    order.task_id = generation.id
    while generation.state != "completed":
        if generation.state == "failed":
            raise NotCompletedError(generation.failure_reason)
        await asyncio.sleep(3)
        generation = await client.generations.get(id=generation.id)
    order.url = generation.assets.video


if __name__ == "__main__":
    main(connect, buy)
