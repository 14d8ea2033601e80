from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Agent, MAX_FAILURES_OF_AN_ADDRESS
from app.core.database import Database
from app.web.security import CSRF_PURPOSE
from app.core.crypto import SecretBox
from tests.support.builders import build_agent
from tests.support.fixtures_web import COOKIE, Clients

PASSWORD = "correct horse battery"
EMAIL = "hanako@example.jp"


@pytest_asyncio.fixture
async def hanako(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, email=EMAIL, password=PASSWORD)


@pytest_asyncio.fixture
async def browser(clients: Clients) -> AsyncClient:
    return await clients.nobody()


async def sign_in(browser: AsyncClient, password: str = PASSWORD, *, email: str = EMAIL, next: str = "/") -> int:
    form = {"email": email, "password": password, "next": next}
    return (await browser.post("/sign-in", data=form)).status_code


async def test_before_there_is_anybody_the_sign_in_page_says_how_to_make_somebody(browser: AsyncClient) -> None:
    page = await browser.get("/sign-in")

    assert page.status_code == 200
    assert "madoguchi agent create" in page.text


async def test_who_signs_in_is_known_from_then_on(browser: AsyncClient, hanako: Agent) -> None:
    answer = await browser.post("/sign-in", data={"email": " Hanako@example.jp ", "password": PASSWORD, "next": "/settings?x=1"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?x=1")
    assert (await browser.get("/api/v1/me")).json()["agent"]["email"] == EMAIL


async def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(browser: AsyncClient, hanako: Agent) -> None:
    answer = await browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

    secure, plain = sorted(answer.headers.get_list("set-cookie"))
    assert secure.startswith("__Host-madoguchi=")
    assert "Secure" in secure
    assert "Secure" not in plain
    for cookie in (secure, plain):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "/\\evil.test", "\\\\evil.test", "/a\nb"])
async def test_nobody_is_sent_to_another_site_after_signing_in(browser: AsyncClient, hanako: Agent, target: str) -> None:
    answer = await browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "next": target})

    assert answer.headers["location"] == "/"


async def test_a_page_that_needs_a_sign_in_is_where_one_arrives_after_it(browser: AsyncClient, hanako: Agent) -> None:
    answer = await browser.get("/settings?a=1&b=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/settings%3Fa%3D1%26b%3D2"


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser: AsyncClient, hanako: Agent) -> None:
    wrong = await browser.post("/sign-in", data={"email": EMAIL, "password": "wrong"})
    unknown = await browser.post("/sign-in", data={"email": "nobody@example.jp", "password": "wrong"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(EMAIL, "") == unknown.text.replace("nobody@example.jp", "")
