from collections.abc import Sequence

import pytest

from app.letters.models import LetterTemplate
from app.letters.picking import fit, rank, search_key


def _template(name: str, reading: str = "", text: str = "", category_id: int | None = None) -> LetterTemplate:
    template = LetterTemplate(name=name, reading=reading, subject="", text=text, category_id=category_id)
    template.search_key = search_key(template)
    return template


DELAY = _template("配送遅延のお詫び", "はいそうちえんのおわび", "お荷物の到着が遅れております。")
RETURN = _template("返品のご案内", "へんぴんのごあんない", "配送業者が引き取りに伺います。")
CLOSED = _template("ＦＡＸ受付終了", "", "")


def _found(query: str) -> Sequence[str]:
    ranked = rank(((each, each.search_key) for each in (RETURN, CLOSED, DELAY)), query)
    return [each.name for each, _ in sorted(ranked, key=lambda each: each[1])]


@pytest.mark.parametrize(
    "query", ["はいそうち", "ハイソウチ", "ﾊｲｿｳﾁ", "haisouchi", "HAI", "haisoti", "遅延", "おわび", "はいそう 遅延"]
)
def test_a_template_is_found_by_its_reading_however_it_is_typed(query: str) -> None:
    assert _found(query) == [DELAY.name]


def test_a_name_comes_before_a_text() -> None:
    assert _found("配送") == [DELAY.name, RETURN.name]


def test_width_and_case_do_not_matter() -> None:
    assert _found("fax") == [CLOSED.name]


def test_every_word_must_be_found() -> None:
    assert _found("はいそう 返金") == []


def test_without_a_query_all_are_offered() -> None:
    assert len(_found("  ")) == 3


def test_the_ticket_s_own_category_fits_best() -> None:
    exact, above, other = (_template("a", category_id=each) for each in (3, 1, 9))

    assert [fit(each, [1, 3]) for each in (exact, above, other)] == [0, 1, 2]
