"""openai: create, then its helper that polls, then download the content to a file."""

import time

from openai import AsyncOpenAI

from orders import NotCompletedError, Order, main


def connect(url: str) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=f"{url}/v1", api_key="benchmark")


async def buy(client: AsyncOpenAI, order: Order) -> None:
    video = await client.videos.create(model="sora-2", prompt=order.prompt)
    order.task_id = video.id
    video = await client.videos.poll(video.id)
    if video.status != "completed":
        raise NotCompletedError(video.status)
    order.known = time.time()
    content = await client.videos.download_content(video.id)
    content.write_to_file(order.path)


if __name__ == "__main__":
    main(connect, buy)
