import numpy as np
import pytest

from app.tallies.frames import Groups, unpack
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


def test_many_groups_come_in_blocks_and_empty_ones_not_at_all() -> None:
    number = np.array([90, 3, 1, 90, 2])
    groups = Groups(number, 100, (100,))

    blocks = [(first, size, sorted(number[chosen].tolist())) for first, size, chosen in groups.blocks(2)]

    assert blocks == [(1, 2, [1, 2]), (3, 1, [3]), (90, 1, [90, 90])]
    assert [(first, size) for first, size, _ in groups.blocks(100)] == [(0, 100)]
