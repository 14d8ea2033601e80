"""Pictures made smaller, or into what everybody can show. Costly: off the loop, a few at a time.

What does it is loaded by the first that needs it: most processes never do.
"""

from pathlib import Path


class NoPicture(Exception):
    """It cannot be shown: broken, too large, or something else altogether."""


def size_of(path: Path) -> tuple[int, int]:
    """Width and height, by its head alone. Raises NoPicture."""
    from app.core import rasters_pillow  # noqa: PLC0415 (memory that most processes never need)

    return rasters_pillow.size_of(path)


def shrink(path: Path, *, side: int, max_bytes: int) -> bytes:
    """A JPEG of at most this many pixels a side and bytes, upright. Raises NoPicture."""
    from app.core import rasters_pillow  # noqa: PLC0415 (as above)

    return rasters_pillow.shrink(path, side=side, max_bytes=max_bytes)


def draw_film() -> bytes:
    """A plain picture that says: this can be played."""
    from app.core import rasters_pillow  # noqa: PLC0415 (as above)

    return rasters_pillow.draw_film()
