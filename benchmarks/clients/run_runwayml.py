"""runwayml: create, then its helper that waits. It returns the clip's address."""

from runwayml import AsyncRunwayML

from orders import NotCompletedError, Order, main


def connect(url: str) -> AsyncRunwayML:
    return AsyncRunwayML(base_url=url, api_key="benchmark")


async def buy(client: AsyncRunwayML, order: Order) -> None:
    task = await client.text_to_video.create(model="gen4.5", prompt_text=order.prompt, ratio="1280:720", duration=5)
    order.task_id = task.id
    done = await task.wait_for_task_output()
    if not done.output:
        raise NotCompletedError("no output")
    order.url = done.output[0]


if __name__ == "__main__":
    main(connect, buy)
