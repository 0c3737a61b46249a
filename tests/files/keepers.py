"""What each of several processes does with one cache: in a module of its own, which they can import."""

import os

from wan_widgets.files.cache import Cache

SIZE = 50_000


def keep(name, begin, home, rounds):
    os.environ["XDG_CACHE_HOME"] = home
    cache = Cache("x", 20 * SIZE)
    begin.wait(60)
    for turn in range(rounds):
        cache.put(f"{turn % 30}", bytes([turn % 30]) * SIZE)
        found = cache.get(f"{(turn + name * 7) % 30}")
        assert found is None or found == bytes([(turn + name * 7) % 30]) * SIZE
    return True
