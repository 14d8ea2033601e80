"""A guess says what speaks for it, and says nothing where little is known."""

from app.trends.guessing import Hint, guess

RETURNS, SHIPPING, BILLING = 1, 2, 3
USUAL = {RETURNS: 40, SHIPPING: 40, BILLING: 20}


def test_what_similar_tickets_are_is_guessed_with_its_reasons() -> None:
    hints = [Hint({RETURNS: 30, SHIPPING: 2}, "返品", 1), Hint({RETURNS: 10, SHIPPING: 10}, "送料", 2)]

    found = guess(hints, USUAL)

    assert found is not None
    assert found.category_id == RETURNS
    assert found.because[0] == "返品"
    assert 0.5 < found.confidence < 1


def test_a_rare_category_needs_no_majority() -> None:
    found = guess([Hint({BILLING: 20, RETURNS: 4}, "領収書", 1)], {RETURNS: 900, BILLING: 10})

    assert found is not None
    assert found.category_id == BILLING


def test_little_is_not_enough() -> None:
    assert guess([], USUAL) is None
    assert guess([Hint({RETURNS: 1}, "返品", 1)], USUAL) is None
    assert guess([Hint({}, "返品", 1)], USUAL) is None
    assert guess([Hint({RETURNS: 5}, "返品", 1)], {}) is None
    assert guess([Hint(dict.fromkeys(range(1, 11), 10), "件", 1)], dict.fromkeys(range(1, 11), 10)) is None


def test_who_wrote_counts_and_is_no_word() -> None:
    found = guess([Hint({BILLING: 10})], USUAL)

    assert found is not None
    assert (found.category_id, found.because) == (BILLING, ())


def test_what_speaks_against_it_is_no_reason() -> None:
    found = guess([Hint({RETURNS: 30}, "返品", 1), Hint({SHIPPING: 5, RETURNS: 1}, "配送", 2)], USUAL)

    assert found is not None
    assert found.because == ("返品",)
