import gc
from collections.abc import Iterator

import pytest

from app.core import memory
from app.core.memory import settle


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """As it is without `tests.support.garbage`; what is settled may stay so, as it was before."""
    gc.unfreeze()
    yield
    gc.callbacks.remove(memory._set_aside)


def test_what_was_there_is_looked_at_no_more() -> None:
    settle()

    assert gc.get_freeze_count() > memory.MANY_OBJECTS


def test_much_that_comes_to_stay_later_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MANY_OBJECTS", 100)
    settle()
    before = gc.get_freeze_count()
    stays = [[number] for number in range(1000)]

    gc.collect()

    assert gc.get_freeze_count() >= before + len(stays)
    assert memory._set_aside in gc.callbacks


def test_a_little_that_comes_to_stay_is_not() -> None:
    settle()
    before = gc.get_freeze_count()

    gc.collect()

    assert gc.get_freeze_count() <= before
