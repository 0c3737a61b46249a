"""Any other client, by its script in this folder: ``follow_other.py SETTINGS run_openai``."""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from following import main
from orders import Order

CLIENT = import_module(sys.argv[2])


async def follow(client: Any, prompt: str, knows: Callable[[float], None]) -> None:
    name = prompt.rpartition(" ")[2]
    order = Order(name, prompt, f"{name}.mp4")
    await CLIENT.buy(client, order)
    knows(order.known or time.time())


if __name__ == "__main__":
    main(CLIENT.connect, follow)
