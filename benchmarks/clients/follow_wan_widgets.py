"""wan_widgets: what `AsyncClient.generate` does, with its steps, up to the step that says that the task is done."""

import os
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import wan_widgets as ww
from wan_widgets.generation import buying
from wan_widgets.generation.prepared import prepare
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.service import proxies

from following import COUNTED, main


def _counted(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which also counts its calls under a name."""

    def counting(*given: Any) -> Any:
        COUNTED[name] = COUNTED.get(name, 0) + 1
        return method(*given)

    return counting


def connect(url: str) -> ww.AsyncClient:
    return ww.AsyncClient("toapis", base_url=url, api_key="benchmark-key")


async def follow(client: ww.AsyncClient, prompt: str, knows: Callable[[float], None]) -> None:
    prepared = prepare(client, ww.TextToVideo(prompt=prompt))
    async with aclosing(buying.run(client, prepared, f"{prompt.rpartition(' ')[2]}.mp4")) as steps:
        async for step in steps:
            if step.task is not None and step.task.status is ww.TaskStatus.COMPLETED:
                knows(time.time())


if __name__ == "__main__":
    Ledger.transaction = _counted("writes", Ledger.transaction)
    Ledger.found = _counted("reads", Ledger.found)
    if "WAN_BENCHMARK_WITHOUT_AIOHTTP" in os.environ:
        proxies.is_installed = lambda: False
    main(connect, follow)
