"""aiohttp with a loop of one second, as it comes."""

import asyncio
import time
from collections.abc import Callable

import aiohttp

from following import main

SECONDS = 1.0


async def connect(url: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(url, headers={"Authorization": "Bearer benchmark-key"})


async def follow(client: aiohttp.ClientSession, prompt: str, knows: Callable[[float], None]) -> None:
    order = {"model": "wan2.6", "prompt": prompt}
    async with client.post("/v1/videos/generations", json=order, raise_for_status=True) as reply:
        task = await reply.json()
    while task["status"] != "completed":
        await asyncio.sleep(SECONDS)
        async with client.get(f"/v1/videos/generations/{task['id']}") as reply:
            task = await reply.json() if reply.ok else task
    knows(time.time())


if __name__ == "__main__":
    main(connect, follow)
