"""The uploads that ToAPIs accepts. The refusals have the wording of its documentation."""

from typing import NamedTuple

from starlette.requests import Request

from wan_widgets.simulator.errors import invalid
from wan_widgets.simulator.fields import read_form
from wan_widgets.simulator.uploads import media_type_of

UPLOADS = "/v1/uploads"
MEGABYTE = 1024 * 1024


class Limit(NamedTuple):
    """Which files are accepted, up to which size, and the messages for all others."""

    media_types: tuple[str, ...]
    megabytes: int
    wrong_type: str
    too_large: str


LIMITS = {
    "images": Limit(
        ("image/jpeg", "image/png", "image/webp", "image/gif"),
        10,
        "Unsupported image type. Allowed: JPEG, PNG, WebP, GIF",
        "Image too large. Maximum size is 10MB",
    ),
    "videos": Limit(
        ("video/mp4", "video/webm", "video/quicktime"),
        50,
        "Unsupported or invalid video file. Allowed: MP4, WebM, MOV",
        "Video too large. Maximum size is 50MB",
    ),
}


async def uploaded_file(request: Request) -> bytes:
    file = (await read_form(request)).get("file")
    if not isinstance(file, bytes):
        raise invalid("No file was sent: send it as the part 'file' of multipart/form-data")
    return file


def checked(limit: Limit, data: bytes) -> bytes:
    if len(data) > limit.megabytes * MEGABYTE:
        raise invalid(limit.too_large)
    if media_type_of(data) not in limit.media_types:
        raise invalid(limit.wrong_type)
    return data
