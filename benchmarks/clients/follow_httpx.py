"""httpx with a loop: ten connections that are kept, and no request waits inside the pool.

It asks every second, or after as many seconds as the environment variable says.
"""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import httpx

from following import main

CONNECTIONS = 10
SECONDS = float(os.environ.get("WAN_BENCHMARK_SECONDS", "1"))


class Client:
    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        headers = {"Authorization": "Bearer benchmark-key"}
        self.http = httpx.AsyncClient(base_url=url, limits=limits, headers=headers, timeout=60, trust_env=False)
        self.turn = asyncio.Semaphore(CONNECTIONS)

    async def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        async with self.turn:
            return await self.http.request(method, path, **body)


async def follow(client: Client, prompt: str, knows: Callable[[float], None]) -> None:
    reply = await client.ask("POST", "/v1/videos/generations", json={"model": "wan2.6", "prompt": prompt})
    reply.raise_for_status()
    task = reply.json()
    while task["status"] != "completed":
        await asyncio.sleep(SECONDS)
        reply = await client.ask("GET", f"/v1/videos/generations/{task['id']}")
        task = reply.json() if reply.is_success else task
    knows(time.time())


if __name__ == "__main__":
    main(Client, follow)
