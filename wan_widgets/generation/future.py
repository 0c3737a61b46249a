"""The clip that a generation will have: something to wait for."""

import asyncio
from collections.abc import Generator
from concurrent.futures import Future

from wan_widgets.files.video import Video


class VideoFuture(Future[Video]):
    """The clip of an order, once it is on disk: ``video = await future``, in a script ``video = future.result()``.

    It is a ``concurrent.futures.Future``, so that it has ``exception``, ``done`` and ``add_done_callback`` too. If
    there is no clip in the end, it raises the error. ``cancel`` does nothing: what is ordered goes on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_running_or_notify_cancel()

    def __await__(self) -> Generator[object, None, Video]:
        return asyncio.wrap_future(self).__await__()
