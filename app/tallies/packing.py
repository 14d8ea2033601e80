"""A column of whole numbers as bytes: one byte says how wide the numbers are, little-endian ones with sign follow."""

import sys
from array import array
from collections.abc import Sequence

WIDTHS = {1: "b", 2: "h", 4: "i", 8: "q"}


def pack(numbers: Sequence[int]) -> bytes:
    """As narrow as they allow. Raises OverflowError for what eight bytes cannot hold."""
    far = max(max(numbers, default=0), -1 - min(numbers, default=0))
    width = next((width for width in WIDTHS if far < 1 << 8 * width - 1), 8)
    found = array(WIDTHS[width], numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return bytes([width]) + found.tobytes()
