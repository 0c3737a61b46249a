"""dashscope: order, then its helper that waits. It returns the clip's address, and it returns errors as values."""

from http import HTTPStatus
from typing import Any

import dashscope
from dashscope.aigc.video_synthesis import AioVideoSynthesis

from orders import NotCompletedError, Order, main


def connect(url: str) -> None:
    dashscope.base_http_api_url = f"{url}/api/v1"
    dashscope.api_key = "benchmark"


async def buy(client: None, order: Order) -> None:
    answer = await AioVideoSynthesis.async_call(model="wan2.6-t2v", prompt=order.prompt)
    _check(answer)
    order.task_id = answer.output.task_id
    answer = await AioVideoSynthesis.wait(answer)
    _check(answer)
    if not answer.output.video_url:
        raise NotCompletedError(answer.output.task_status)
    order.url = answer.output.video_url


def _check(answer: Any) -> None:
    if answer.status_code != HTTPStatus.OK:
        raise NotCompletedError(f"{answer.status_code} {answer.code}: {answer.message}")


if __name__ == "__main__":
    main(connect, buy)
