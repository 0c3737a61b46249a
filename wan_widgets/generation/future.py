"""The clip that a generation will have: something to wait for."""

import asyncio
from collections.abc import Generator
from concurrent.futures import Future

from wan_widgets.files.video import Video


class VideoFuture(Future[Video]):
    """The clip of an order, once it is on disk. ``video = await future`` in a cell or coroutine, else `result()`.

    `result`, `exception`, `done` and `add_done_callback` are those of `concurrent.futures.Future`. They raise or give
    the error if there is no clip. `cancel` does nothing: ending the waiting does not end what is ordered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_running_or_notify_cancel()

    def __await__(self) -> Generator[object, None, Video]:
        return asyncio.wrap_future(self).__await__()
