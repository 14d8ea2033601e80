import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine

from app.accounts import people, queries, service, sign_in
from app.accounts.errors import SignInPaused, WrongPassword
from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.models import MAX_FAILURES_FROM_A_PLACE, MAX_FAILURES_OF_AN_ADDRESS, SIGN_IN_PAUSE, Agent
from app.accounts.service import Browser
from app.core.clock import now
from app.core.database import Database
from tests.support.builders import build_agent

EMAIL = "hanako@example.jp"
PASSWORD = "correct horse battery"
HERE = Browser("Firefox", "192.0.2.7")


@pytest.fixture(autouse=True)
def _fast_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is decided around the hash is the matter here; the hash itself is tested in `test_passwords`."""

    async def verify(password: str, stored: str) -> bool:
        await asyncio.sleep(0)
        return password == stored

    async def hash_password(password: str) -> str:
        return password

    monkeypatch.setattr(sign_in, "verify_password", verify)
    monkeypatch.setattr(sign_in, "hash_password", hash_password)


@pytest_asyncio.fixture
async def hanako(database: Database) -> Agent:
    async with database.transaction() as session:
        agent = await build_agent(session, email=EMAIL)
        agent.password_hash = PASSWORD
    return agent


async def attempt(
    database: Database, password: str = PASSWORD, *, email: str = EMAIL, browser: Browser = HERE
) -> str | None:
    form = SignInForm.model_validate({"email": email, "password": password})
    return await sign_in.sign_in(database, form, browser)


async def fail(database: Database, times: int, *, email: str = EMAIL) -> None:
    for _ in range(times):
        assert await attempt(database, "wrong", email=email) is None


async def test_the_right_password_opens_a_session(database: Database, hanako: Agent) -> None:
    assert await attempt(database)

    async with database.reading() as session:
        [opened] = await queries.list_sessions(session, hanako.id, at=now())
    assert (opened.user_agent, opened.address) == ("Firefox", "192.0.2.7")


async def test_after_five_failures_in_a_row_even_the_right_password_waits(database: Database, hanako: Agent) -> None:
    await fail(database, MAX_FAILURES_OF_AN_ADDRESS)

    with pytest.raises(SignInPaused):
        await attempt(database)


async def test_after_the_pause_the_right_password_is_right_again(database: Database, hanako: Agent) -> None:
    await fail(database, MAX_FAILURES_OF_AN_ADDRESS)

    with time_machine.travel(now() + SIGN_IN_PAUSE + timedelta(seconds=1)):
        assert await attempt(database)


async def test_a_success_begins_the_count_anew(database: Database, hanako: Agent) -> None:
    await fail(database, MAX_FAILURES_OF_AN_ADDRESS - 1)
    await attempt(database)
    await fail(database, MAX_FAILURES_OF_AN_ADDRESS - 1)

    assert await attempt(database)


async def test_an_address_that_nobody_has_is_paused_alike(database: Database, hanako: Agent) -> None:
    await fail(database, MAX_FAILURES_OF_AN_ADDRESS, email="nobody@example.jp")

    with pytest.raises(SignInPaused):
        await attempt(database, email="nobody@example.jp")
    assert await attempt(database)


async def test_a_hundred_guesses_at_once_are_five(database: Database, hanako: Agent) -> None:
    guesses = [attempt(database, f"guess {number}") for number in range(100)]

    answers = await asyncio.gather(*guesses, return_exceptions=True)

    assert answers.count(None) == MAX_FAILURES_OF_AN_ADDRESS
    assert sum(isinstance(answer, SignInPaused) for answer in answers) == 100 - MAX_FAILURES_OF_AN_ADDRESS


async def test_a_place_from_which_many_addresses_are_tried_is_paused(database: Database, hanako: Agent) -> None:
    for number in range(MAX_FAILURES_FROM_A_PLACE):
        await attempt(database, "wrong", email=f"{number}@example.jp")

    with pytest.raises(SignInPaused):
        await attempt(database)
    assert await attempt(database, browser=Browser("Firefox", "192.0.2.8"))


async def test_who_is_disabled_does_not_get_in(database: Database, hanako: Agent) -> None:
    async with database.transaction() as session:
        await people.disable(session, await queries.get_agent(session, hanako.id), by=None)

    assert await attempt(database) is None


async def test_who_has_no_password_does_not_get_in(database: Database) -> None:
    async with database.transaction() as session:
        await build_agent(session, email=EMAIL)

    assert await attempt(database, "anything") is None


async def test_a_new_password_ends_every_session_but_this(database: Database, hanako: Agent) -> None:
    for _ in range(3):
        await attempt(database)
    async with database.reading() as session:
        kept, *_ = await queries.list_sessions(session, hanako.id, at=now())

    form = PasswordForm.model_validate({"current_password": PASSWORD, "new_password": "another good one"})
    await sign_in.change_password(database, hanako, form, keep_session=kept.id)

    async with database.reading() as session:
        assert [each.id for each in await queries.list_sessions(session, hanako.id, at=now())] == [kept.id]
    assert await attempt(database) is None
    assert await attempt(database, "another good one")


async def test_guessing_at_the_current_password_is_paused_like_signing_in(database: Database, hanako: Agent) -> None:
    form = PasswordForm.model_validate({"current_password": "wrong", "new_password": "another good one"})
    for _ in range(MAX_FAILURES_OF_AN_ADDRESS):
        with pytest.raises(WrongPassword):
            await sign_in.change_password(database, hanako, form, keep_session=None)

    with pytest.raises(SignInPaused):
        await sign_in.change_password(database, hanako, form, keep_session=None)


async def test_failures_that_decide_nothing_any_more_are_forgotten(database: Database, hanako: Agent) -> None:
    await fail(database, 1)
    with time_machine.travel(now() + timedelta(days=2)):
        async with database.transaction() as session:
            await sign_in.forget_failures(session)

        async with database.reading() as session:
            assert await queries.find_failures(session, service.failures_key(EMAIL)) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "", True),
    ],
)
def test_a_network_of_ipv6_is_one_place(one: str, other: str, is_same: bool) -> None:
    assert (sign_in.network_of(one) == sign_in.network_of(other)) is is_same
