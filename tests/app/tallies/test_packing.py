import pytest

from app.tallies.frames import unpack
from app.tallies.packing import pack


@pytest.mark.parametrize(
    ("numbers", "width"),
    [
        ([], 1),
        ([0, 127, -128], 1),
        ([128], 2),
        ([-129], 2),
        ([32_768], 4),
        ([-(2**31)], 4),
        ([2**31], 8),
        ([2**63 - 1, -(2**63)], 8),
    ],
)
def test_numbers_come_back_in_the_narrowest_width(numbers: list[int], width: int) -> None:
    packed = pack(numbers)

    assert packed[0] == width
    assert len(packed) == 1 + width * len(numbers)
    assert unpack(packed).tolist() == numbers


def test_what_eight_bytes_cannot_hold_is_refused() -> None:
    with pytest.raises(OverflowError):
        pack([2**63])
