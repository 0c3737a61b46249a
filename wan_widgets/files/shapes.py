"""The shape of a clip from an image, where the service does not take it from the image.

Such a service stretches the image to the size that was ordered. So the nearest ratio is proposed, and a file is cropped
to it before it is sent.
"""

import math
from dataclasses import replace

from wan_widgets.files import images
from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.wan.models import Size
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import ImageToVideo, VideoRequest
from wan_widgets.wan.sources import LocalFile
from wan_widgets.words import Said, say

_ALIKE = 0.01
"""By which part two shapes may differ and count as one. Nobody sees that."""


def with_nearest_ratio(request: VideoRequest, offer: Offer | None) -> VideoRequest:
    """The request with the aspect ratio that is nearest to its image, if it has none and needs one."""
    if not isinstance(request, ImageToVideo) or request.aspect_ratio is not None:
        return request
    ratio = nearest_ratio(request, offer)
    return replace(request, aspect_ratio=ratio) if ratio else request


def nearest_ratio(request: VideoRequest, offer: Offer | None) -> str | None:
    """The aspect ratio on offer that is nearest to the request's image; ``None`` where the image decides, or no file
    tells its shape.
    """
    sides, row = _sides(request, offer), _row(request, offer)
    return min(row, key=lambda ratio: _difference(row[ratio], sides)) if sides and row else None


def shape_remark(request: VideoRequest, offer: Offer | None) -> Said:
    """What happens to the image of the request, as a sentence; empty if it keeps its shape."""
    size = _row(request, offer).get(getattr(request, "aspect_ratio", None) or "")
    if size is None or offer is None or not offer.stretches_image or not isinstance(request, ImageToVideo):
        return ""
    sides, nearest = _sides(request, offer), nearest_ratio(request, offer)
    if sides is None:
        is_address = isinstance(request.image, str) and request.image
        return say("files.shape.stretched") if is_address else ""
    if _difference(size, sides) <= _ALIKE:
        return ""
    image = f"{sides[0]}×{sides[1]}"
    if request.aspect_ratio == nearest:
        return say("files.shape.nearest", ratio=nearest, image=image)
    return say("files.shape.cropped", image=image, ratio=nearest)


def cropped(request: VideoRequest, offer: Offer | None) -> VideoRequest:
    """The request with its image cropped to the shape of the clip, where the service would stretch it.

    Raises `OSError` or `NotMedia` if the file cannot be read.
    """
    if not isinstance(request, ImageToVideo) or offer is None or not offer.stretches_image:
        return request
    sides, size = _sides(request, offer), _row(request, offer).get(request.aspect_ratio or "")
    if not isinstance(request.image, LocalFile) or sides is None or size is None or _difference(size, sides) <= _ALIKE:
        return request
    _, data = images.rewritten(request.image, shape=size)
    return replace(request, image=LocalFile(data=data))


def _row(request: VideoRequest, offer: Offer | None) -> dict[str, Size]:
    """The sizes to choose from, by their ratios; empty where the image decides."""
    if offer is None or offer.shape_follows_image:
        return {}
    known = isinstance(request.resolution, str) and request.resolution in offer.sizes
    return dict(offer.sizes[request.resolution]) if known else {}


def _sides(request: VideoRequest, offer: Offer | None) -> tuple[int, int] | None:
    """The width and height of the image of the request, if it is a file that can be read."""
    if not isinstance(request, ImageToVideo) or offer is None or not isinstance(request.image, LocalFile):
        return None
    try:
        return facts(request.image).sides
    except (OSError, ValueError, NotMedia):  # the checks of the request report it
        return None


def _difference(size: tuple[int, int], sides: tuple[int, int]) -> float:
    return abs(math.log(size[0] * sides[1] / (size[1] * sides[0])))
