"""The files that a request refers to, and which kinds of address each field accepts."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.protocols.dashscope import oss
from wan_widgets.simulator.protocols.dashscope.errors import bad_url, uninspectable
from wan_widgets.simulator.protocols.dashscope.files import Seconds, check_audio, check_image, check_video, media_type
from wan_widgets.simulator.uploads import SCHEME

USUAL_VIDEO_SECONDS = 5.0
"""The assumed length of a video that is not kept here."""
VIDEO_SUFFIXES = (".mp4", ".mov")


class Source(NamedTuple):
    """A file that an order refers to."""

    address: str
    path: Path | None
    """The path of the file, if it is kept here."""

    @property
    def is_video(self) -> bool:
        if self.path:
            return media_type(self.path).startswith("video/")
        return urlsplit(self.address).path.lower().endswith(VIDEO_SUFFIXES)

    def check_image(self, *, megabytes: int) -> None:
        if self.path:
            check_image(self.path, megabytes=megabytes)

    def check_video(self, allowed: Seconds) -> float:
        """Check the video, and return its length in seconds."""
        return check_video(self.path, allowed) if self.path else USUAL_VIDEO_SECONDS

    def check_audio(self, allowed: Seconds) -> float:
        return check_audio(self.path, allowed) if self.path else 0.0


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Finds the files that one request refers to."""

    desk: Desk
    owner: str
    resolves_oss: bool
    """Whether the request has the header that makes ``oss://`` addresses valid."""

    def take(self, name: str, url: str, *, model_id: str, base64: bool = False) -> Source:
        """Find the file that a field refers to. `base64` says whether the field may contain the image itself."""
        if base64 and url.startswith("data:"):
            return self._take_data(name, url)
        if url.startswith(oss.SCHEME):
            return self._take_object(url, model_id)
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            usable = False
        if not usable:
            raise bad_url(name)
        return Source(url, self.desk.upload(url))

    def _take_data(self, name: str, url: str) -> Source:
        head = url.partition(",")[0]
        if not head.startswith("data:image/") or not head.endswith(";base64"):
            raise bad_url(name)
        try:
            address = self.desk.keep_data_url(url)
        except ValueError as error:
            raise bad_url(name) from error
        return Source(address, self.desk.upload(address))

    def _take_object(self, url: str, model_id: str) -> Source:
        if not self.resolves_oss:
            raise uninspectable("The media format is not supported or incorrect for the data inspection.")
        path = oss.Storage(self.desk).find(url, model_id, owner=self.owner)
        if path is None:
            raise uninspectable("Failed to find the requested media resource during the data inspection process.")
        return Source(SCHEME + path.name, path)
