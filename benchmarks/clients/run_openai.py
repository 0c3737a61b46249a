"""openai: create, then its helper that polls, then download the content to a file."""

from openai import AsyncOpenAI

from orders import NotCompletedError, Order, main


async def buy(client: AsyncOpenAI, order: Order) -> None:
    video = await client.videos.create(model="sora-2", prompt=order.prompt)
    order.task_id = video.id
    video = await client.videos.poll(video.id)
    if video.status != "completed":
        raise NotCompletedError(video.status)
    content = await client.videos.download_content(video.id)
    content.write_to_file(order.path)


if __name__ == "__main__":
    main(lambda url: AsyncOpenAI(base_url=f"{url}/v1", api_key="benchmark"), buy)
