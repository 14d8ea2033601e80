"""What `rasters` does, by Pillow."""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageOps

from app.core.rasters import NoPicture

MAX_PIXELS = 60_000_000
"""What a telephone photographs; a small file that unfolds into more is no photograph."""
MIN_SIDE = 64
QUALITIES = (88, 75, 60)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
WHITE, DARK = (255, 255, 255), (40, 44, 52)
FRAME = (640, 360)


def size_of(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        return _open(file).size


def shrink(path: Path, *, side: int, max_bytes: int) -> bytes:
    with path.open("rb") as file:
        image = _flat(_open(file), side)
    while True:
        for quality in QUALITIES:
            data = _jpeg(image, quality)
            if len(data) <= max_bytes:
                return data
        side = max(image.size) // 2
        if side < MIN_SIDE:
            raise NoPicture
        image.thumbnail((side, side))


def draw_film() -> bytes:
    image = Image.new("RGB", FRAME, DARK)
    x, y = FRAME[0] // 2, FRAME[1] // 2
    pen = ImageDraw.Draw(image)
    pen.ellipse((x - 70, y - 70, x + 70, y + 70), fill=WHITE)
    pen.polygon(((x - 24, y - 40), (x - 24, y + 40), (x + 44, y)), fill=DARK)
    return _jpeg(image, QUALITIES[0])


def _open(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file, formats=FORMATS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture from error
    if image.width * image.height > MAX_PIXELS:
        raise NoPicture
    return image


def _flat(image: Image.Image, side: int) -> Image.Image:
    """The first picture of several, upright, what is transparent white."""
    try:
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side))
        coloured = upright.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise NoPicture from error
    white = Image.new("RGB", coloured.size, WHITE)
    white.paste(coloured, mask=coloured.getchannel("A"))
    return white


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
