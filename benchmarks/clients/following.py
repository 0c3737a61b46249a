"""What every client of the following benchmark shares: all tasks at once, and what the process costs meanwhile.

Each client is measured in its own process, which writes one JSON object. With ``"window"`` among the settings, no task
ends, and what is measured is a time in which the client does nothing but ask.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.request import ProxyHandler, build_opener

Follow = Callable[[Any, str, Callable[[float], None]], Awaitable[None]]
"""Orders the clip of a prompt and waits for its end. It calls the function with the Unix time when the caller knew."""
_TICK = 0.01
_SETTLED = 5.0
_ENDING = threading.Lock()  # the limit and the last task may come at the same time
_DIRECT = build_opener(ProxyHandler({}))


def main(connect: Callable[[str], Any], follow: Follow) -> None:
    """Follow the tasks on the command line. `connect` makes the client for a base URL."""
    settings = json.loads(sys.argv[1])
    os.chdir(settings["folder"])
    asyncio.run(_all(settings, connect, follow))


async def _all(settings: dict[str, Any], connect: Callable[[str], Any], follow: Follow) -> NoReturn:
    client = connect(settings["url"])
    if asyncio.iscoroutine(client):
        client = await client
    known: dict[str, float] = {}
    errors: dict[str, str] = {}

    async def one(name: str) -> None:
        try:
            await follow(client, f"A lighthouse at dusk, {name}", lambda when: known.setdefault(name, when))
        except Exception as error:  # noqa: BLE001  # any error that a client raises is its result
            errors[name] = f"{type(error).__name__}: {error}"[:300]

    memory, before = _memory(), time.process_time()

    def end(measured: dict[str, Any]) -> NoReturn:
        """Write the result and end the process at once: a client that is still busy would take its time."""
        with _ENDING:
            told = {"known": dict(known), "errors": dict(errors), "counted": dict(COUNTED)}
            result = measured | told | {"memory": (_memory() - memory) / settings["tasks"]}
            Path("result.json").write_text(json.dumps(result), "utf-8")
            os._exit(0)

    def end_now() -> NoReturn:
        end({"cpu": time.process_time() - before})

    running = [asyncio.ensure_future(one(f"order-{number}")) for number in range(settings["tasks"])]
    if window := settings.get("window"):
        end(await _window(settings["url"], settings["tasks"], window))
    # A thread keeps the limit: an event loop that is too busy for its tasks would keep it half a minute late.
    timer = threading.Timer(settings["limit"], end_now)
    timer.daemon = True  # a script that fails has no result, and its error is told
    timer.start()
    await asyncio.wait(running)
    end_now()


COUNTED: dict[str, int] = {}
"""What a client's script counts by itself."""


async def _window(url: str, tasks: int, seconds: float) -> dict[str, Any]:
    """What a number of seconds cost, after all tasks were ordered and asked about for a while."""
    while (await _counts(url))["orders"] < tasks:  # noqa: ASYNC110  # the service is another process
        await asyncio.sleep(0.5)
    await asyncio.sleep(_SETTLED)
    before, counted = await _counts(url), dict(COUNTED)
    begun, stalls = time.process_time(), list[float]()
    ticking = asyncio.ensure_future(_ticks(stalls))
    await asyncio.sleep(seconds)
    used = time.process_time() - begun
    ticking.cancel()
    COUNTED.update({name: number - counted.get(name, 0) for name, number in COUNTED.items()})
    asked = (await _counts(url))["questions"] - before["questions"]
    return {"cpu": used, "stall": max(stalls), "questions": asked}


async def _counts(url: str) -> dict[str, int]:
    def counts() -> dict[str, int]:
        with _DIRECT.open(f"{url}/counts", timeout=60) as reply:
            return dict(json.load(reply))

    return await asyncio.to_thread(counts)


async def _ticks(stalls: list[float]) -> None:
    """How late the loop comes back to a task that only sleeps."""
    last = time.monotonic()
    while True:
        await asyncio.sleep(_TICK)
        now = time.monotonic()
        stalls.append(now - last - _TICK)
        last = now


def _memory() -> float:
    """The memory of this process in kB; 0 where the system does not tell it as Linux does."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
    except OSError:
        return 0.0
