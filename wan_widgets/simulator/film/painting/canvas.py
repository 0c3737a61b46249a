"""Planes and patches: compositing directly in YUV 4:2:0.

The conversion from RGB to YUV is linear, so blending gives the same result in YUV, with half as much data.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wan_widgets.wan.models import Size

Floats = NDArray[np.float32]
Octets = NDArray[np.uint8]
Words = NDArray[np.uint16]
Color = tuple[float, float, float]
"""Red, green and blue, 0 to 255."""

# This is BT.709 with limited range, which players assume for H.264 of this size.
MATRIX = np.array(
    [[0.18259, 0.61423, 0.06201], [-0.10064, -0.33857, 0.43922], [0.43922, -0.39894, -0.04027]], np.float32
)
OFFSET = np.array([16, 128, 128], np.float32)


def to_yuv(rgb: Floats) -> Floats:
    return rgb @ MATRIX.T + OFFSET


def halved(plane: Floats) -> Floats:
    """Average 2x2 pixels, for the colour planes."""
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) * np.float32(0.25)


@dataclass(frozen=True)
class Patch:
    """A picture to lay over another one: planes multiplied by their opacity, and how much shows through (0 to 255)."""

    y: Octets
    y_through: Octets
    u: Octets
    v: Octets
    c_through: Octets

    @property
    def solid_from(self) -> int:
        """The first row, an even one, from which on nothing shows through."""
        covered = np.nonzero(self.y_through.any(axis=1))[0]
        row = int(covered[-1]) + 1 if covered.size else 0
        return row + row % 2


def patch_from_yuva(yuv: Floats, alpha: Floats) -> Patch:
    """Make a patch from float planes. The sides must be even; `alpha` is from 0 to 1."""
    weighted = yuv * alpha[..., None]
    return Patch(
        y=octets(weighted[..., 0]),
        y_through=octets(255 - 255 * alpha),
        u=octets(halved(weighted[..., 1])),
        v=octets(halved(weighted[..., 2])),
        c_through=octets(255 - 255 * halved(alpha)),
    )


def patch_from_rows(rows: Floats, alpha: Floats, share: Floats | None = None, accent: Floats | None = None) -> Patch:
    """Make a patch with one YUV colour per row. If there is an accent colour, `share` says how much of it covers each
    pixel.
    """
    dense = halved(alpha)
    planes = []
    for channel, (cover, colors) in enumerate(((alpha, rows), (dense, rows[::2]), (dense, rows[::2]))):
        plane = cover * colors[:, channel, None]
        if share is not None and accent is not None:
            plane += (share if channel == 0 else halved(share)) * (accent[channel] - colors[:, channel, None])
        planes.append(octets(plane))
    return Patch(planes[0], octets(255 - 255 * alpha), planes[1], planes[2], octets(255 - 255 * dense))


def patch_from_rgba(rgba: Octets) -> Patch:
    pixels = rgba.astype(np.float32)
    return patch_from_yuva(to_yuv(pixels[..., :3]), pixels[..., 3] / np.float32(255))


def octets(plane: Floats) -> Octets:
    rounded: Octets = np.clip(plane + np.float32(0.5), 0, 255).astype(np.uint8)
    return rounded


class Canvas:
    """A picture that is being painted. It has sixteen bits per sample, so that products need no wider type."""

    def __init__(self, size: Size) -> None:
        width, height = size
        self.size = size
        self.y: Words = np.zeros((height, width), np.uint16)
        self.u: Words = np.zeros((height // 2, width // 2), np.uint16)
        self.v: Words = np.zeros((height // 2, width // 2), np.uint16)

    def copy_from(self, other: "Canvas") -> None:
        self.y[:], self.u[:], self.v[:] = other.y, other.u, other.v

    def fill(self, rgb: Floats, noise: Floats | None = None) -> None:
        """Paint all of it. The noise (around 0) prevents visible bands in gradients."""
        yuv = to_yuv(rgb)
        luma = yuv[..., 0] if noise is None else yuv[..., 0] + noise
        self.y[:], self.u[:], self.v[:] = octets(luma), octets(halved(yuv[..., 1])), octets(halved(yuv[..., 2]))

    def lay(
        self, patch: Patch, left: int, top: int, *, solid_from: int | None = None, until: int | None = None
    ) -> None:
        """Lay a patch over the picture at even coordinates. Whatever is outside of the picture is cut off.

        From the row `solid_from` of the patch on, the patch covers completely, so nothing is blended. From the row
        `until` of the picture on, nothing is painted, because something else will cover it.
        """
        height, width = patch.y.shape
        solid = height if solid_from is None else min(solid_from, height)
        bottom = self.size.height if until is None else until
        for first, last, opaque in ((0, solid, False), (solid, height, True)):
            rows = slice(max(top + first, 0), min(top + last, bottom))
            columns = slice(max(left, 0), min(left + width, self.size.width))
            if rows.start < rows.stop and columns.start < columns.stop:
                self._lay(patch, rows, columns, (top, left), opaque=opaque)

    def lay_rows(self, rows: Octets, top: int, *, until: int | None = None) -> None:
        """Fill whole rows with one YUV colour each."""
        bottom = min(top + len(rows), self.size.height if until is None else until)
        if top < bottom:
            colors = rows[: bottom - top].astype(np.uint16)
            self.y[top:bottom] = colors[:, :1]
            self.u[top // 2 : (bottom + 1) // 2] = colors[::2, 1:2]
            self.v[top // 2 : (bottom + 1) // 2] = colors[::2, 2:]

    def _lay(self, patch: Patch, rows: slice, columns: slice, corner: tuple[int, int], *, opaque: bool) -> None:
        here = rows, columns
        there = shifted(rows, -corner[0]), shifted(columns, -corner[1])
        here_half, there_half = (half(here[0]), half(here[1])), (half(there[0]), half(there[1]))
        blend(self.y[here], patch.y[there], None if opaque else patch.y_through[there])
        through = None if opaque else patch.c_through[there_half]
        blend(self.u[here_half], patch.u[there_half], through)
        blend(self.v[here_half], patch.v[there_half], through)

    def packed(self) -> Octets:
        """Pack the planes in the layout that PyAV takes."""
        height, width = self.y.shape
        packed = np.empty(height * width * 3 // 2, np.uint8)
        luma, color = height * width, height * width // 4
        packed[:luma] = self.y.reshape(-1)
        packed[luma : luma + color] = self.u.reshape(-1)
        packed[luma + color :] = self.v.reshape(-1)
        return packed.reshape(-1, width)


def shifted(span: slice, by: int) -> slice:
    return slice(span.start + by, span.stop + by)


def half(span: slice) -> slice:
    return slice(span.start // 2, (span.stop + 1) // 2)


def blend(under: Words, over: Octets, through: Octets | None) -> None:
    """Blend in place. Where `through` is 255, what is under it stays exactly as it was."""
    if through is None:
        under[:] = over
        return
    under *= through
    under += np.uint16(255)
    under >>= np.uint16(8)
    under += over
