"""Which picture some bytes are, by their own first ones, whatever is said of them."""

HEAD_BYTES = 16
"""Enough of a file to tell."""
SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_type(data: bytes) -> str:
    """The media type of a raster image that a browser draws, else ''. SVG is a program, and no picture."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for sign, name in SIGNS if data.startswith(sign)), "")
