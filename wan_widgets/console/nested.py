"""The opt-in for nested event loops. The package itself never runs in a nested loop."""

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import say


def enable_nested_asyncio() -> None:
    """Let code written for scripts, ``asyncio.run(main())``, run unchanged in a notebook's cell.

    A cell runs inside an event loop, where ``asyncio.run`` refuses to start a second one. This patches asyncio
    for the whole kernel (with nest-asyncio2), so call it once, only if you need it. In new code write
    ``await main()``. While such a call runs, clicks on widgets may wait for its end.
    Raises `ConfigurationError` on loops that cannot be patched, such as uvloop's.
    """
    import nest_asyncio2  # noqa: PLC0415  # only this opt-in needs it

    try:
        nest_asyncio2.apply()
    except ValueError as error:
        raise ConfigurationError(say("console.nested_loop", error=str(error), code="await main()")) from error
