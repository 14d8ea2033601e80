"""Whatever is typed is an answer or a refusal, never a fault."""

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.database import Database
from app.core.folding import fold
from app.search import language
from app.search.snippets import marked, snippet
from app.search.tokens import audience_token, is_decided_by_tokens, needed_tokens, tokens_of
from tests.support.builders import build_ticket
from tests.support.log_reading import catch_up

HOSTILE = [
    '"',
    '""',
    "*",
    "NEAR(a b)",
    "a AND OR NOT",
    "tokens:x",
    "a:1",
    "'; DROP TABLE tickets; --",
    "%_\\",
    "😀👨‍👩‍👧‍👦",
    "-",
    "- -",
    "-x",
    "(",
    "^a",
    "{a b}",
    "from:",
    "from:\u3000",
    "before:99999-99-99",
    "before:0000-00-00",
    "after:9999日",
    "#1",
    "\u200b",
    "ﷺ",
    "が" * 400,
    " ".join("あいうえおかきくけこさしすせそ"),
]


@pytest.mark.parametrize("q", HOSTILE)
async def test_odd_searches_are_answered(database: Database, client: AsyncClient, q: str) -> None:
    async with database.transaction() as session:
        await build_ticket(session, text="tokens *\"' %_\\ 😀 ( { ^a -")
    await catch_up(database)

    for address in ("/api/v1/tickets", "/tickets", "/search/suggestions"):
        answer = await client.get(address, params={"q": q})
        assert answer.status_code in ({200, 422} if address.startswith("/api") else {200}), answer.text


@pytest.mark.parametrize("q", ["%00", "a%00b", "%ED%A0%80", "%FF%FE", "a" * 10_000])
async def test_bytes_that_are_no_text_and_far_too_much_are_no_fault(client: AsyncClient, q: str) -> None:
    for address in ("/api/v1/tickets", "/tickets", "/search/suggestions"):
        assert (await client.get(f"{address}?q={q}")).status_code < 500


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert not {"\0", "\n"} & set(folded)
    folded.encode()


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_a_text_has_every_token_of_what_is_in_it(before: str, word: str, after: str) -> None:
    wanted = fold(word)
    text = f"{fold(before)}\n{wanted}\n{fold(after)}"

    assert needed_tokens(wanted) <= tokens_of(text)
    assert audience_token(7) not in tokens_of(text)


@settings(deadline=None)
@given(st.text("あいうab1 "), st.text("あいうab1", min_size=1, max_size=2))
def test_short_words_are_decided_by_their_tokens(text: str, word: str) -> None:
    assert is_decided_by_tokens(word)
    assert (needed_tokens(word) <= tokens_of(fold(text))) == (word in fold(text))


@settings(deadline=None)
@given(st.text())
def test_every_search_can_be_read(text: str) -> None:
    wishes = language.read(text)

    assert len(wishes) <= language.MAX_WISHES
    assert all(wish.value or wish.operator for wish in wishes)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(), st.lists(st.text(min_size=1).map(fold).filter(bool), max_size=3))
def test_marking_changes_no_character(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, words)) == text
    assert all(piece.text for piece in snippet(text, words))
