from collections import Counter
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.demo.diary import Diary
from app.demo.people import Clientele
from app.demo.plot import A_YEAR, Plot
from app.demo.scripts import load_library
from app.demo.stories import Answered, Arrival, Begun, CallTaken, Story
from app.demo.wording import Stock, Wording

ZONE = ZoneInfo("Asia/Tokyo")
WEDNESDAY = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)


def told(now: datetime, *, seed: int = 1, count: int = 320) -> list[Story]:
    random = Random(seed)
    return Plot(load_library(), Diary(now, ZONE, random), Clientele(random)).recent(count, since=A_YEAR)


def test_the_same_seed_tells_the_same() -> None:
    assert told(WEDNESDAY) == told(WEDNESDAY)
    assert told(WEDNESDAY) != told(WEDNESDAY, seed=2)


@pytest.mark.parametrize("now", [WEDNESDAY, SUNDAY_NIGHT])
def test_acts_follow_each_other_and_none_is_in_the_future(now: datetime) -> None:
    for story in told(now):
        times = [act.at for act in story.acts]
        assert times == sorted(times)
        assert times[-1] <= now


@pytest.mark.parametrize("now", [WEDNESDAY, SUNDAY_NIGHT])
def test_as_much_is_open_as_on_a_real_desk(now: datetime) -> None:
    stories = told(now)

    untouched = [story for story in stories if not any(isinstance(act, Begun | CallTaken) for act in story.acts)]
    assert 40 <= len(untouched) <= 70
    assert sum(isinstance(act, Answered) for story in stories for act in story.acts) > 250


def test_every_matter_comes_up_and_addresses_are_nobodys() -> None:
    stories = told(WEDNESDAY)

    assert len(load_library().scripts) >= 40
    domains = Counter(story.person.address.partition("@")[2] for story in stories)
    assert all(domain.startswith("example.") for domain in domains)
    texts = [act.text for story in stories for act in story.acts if isinstance(act, Arrival)]
    assert len(set(texts)) > 0.97 * len(texts)


def test_a_wording_is_filled() -> None:
    wording = Wording.of("[右|左]の{product}が[動かない|止まる]。")

    filled = {wording.fill({"product": "時計"}, Random(seed)) for seed in range(50)}

    assert filled == {f"{side}の時計が{what}。" for side in "右左" for what in ("動かない", "止まる")}


def test_a_stock_does_not_grow_for_ever() -> None:
    stock, random = Stock(), Random(1)
    wording = Wording.of("{number}")

    filled = {stock.fill(wording, {"number": str(number)}, random) for number in range(1000)}

    assert len(filled) == 24
