"""Small labels on translucent pills, and a placeholder for a picture that cannot be read."""

from PIL import Image, ImageDraw, ImageFont

Rgba = tuple[int, int, int, int]

INK: Rgba = (255, 255, 255, 225)
PILL: Rgba = (8, 10, 20, 96)
FINE = 4


def pill(strong: str, plain: str, height: int) -> Image.Image:
    """Draw a spaced word and a plain text on a pill of about this height. Its sides are even."""
    size = height * FINE
    font = ImageFont.load_default(size * 0.43)
    spacing = size * 0.07
    pad = size * 0.5
    gap = size * 0.38 if strong and plain else 0
    width = pad * 2 + sum(font.getlength(letter) + spacing for letter in strong) + gap + font.getlength(plain)
    image = Image.new("RGBA", (even(width / FINE) * FINE, even(height) * FINE), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), image.height / 2, fill=PILL)
    x, middle = pad, image.height * 0.5
    for letter in strong:
        draw.text((x, middle), letter, INK, font, anchor="lm", stroke_width=size * 0.008)
        x += font.getlength(letter) + spacing
    draw.text((x + gap, middle), plain, (255, 255, 255, 190), font, anchor="lm")
    return image.reduce(FINE)


def placeholder(width: int, height: int, text: str) -> Image.Image:
    """Draw a blank print with a faint outline of a picture, and write the text below it."""
    image = Image.new("RGB", (width * 2, height * 2), (236, 234, 228))
    draw = ImageDraw.Draw(image)
    unit = min(image.size) / 100
    middle, top = image.width / 2, image.height / 2 - 12 * unit
    ink, thick = (150, 148, 146), max(int(1.3 * unit), 2)
    draw.rounded_rectangle(
        (middle - 18 * unit, top - 14 * unit, middle + 18 * unit, top + 14 * unit), 3 * unit, outline=ink, width=thick
    )
    hills = [(-14, 9), (-5, -2), (1, 5), (6, 0), (14, 9)]
    draw.line([(middle + x * unit, top + y * unit) for x, y in hills], fill=ink, width=thick, joint="curve")
    draw.ellipse((middle + 6 * unit, top - 9 * unit, middle + 11 * unit, top - 4 * unit), outline=ink, width=thick)
    font = ImageFont.load_default(7 * unit)
    draw.text((middle, top + 28 * unit), text, (120, 118, 116), font, anchor="mm")
    return image.reduce(2)


def even(length: float) -> int:
    return (int(length) + 1) // 2 * 2
