import re

import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import MAX_FAILURES_OF_AN_ADDRESS, Agent
from app.core.database import Database
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients

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
    answer = await browser.post(
        "/sign-in", data={"email": " Hanako@example.jp ", "password": PASSWORD, "next": "/settings?x=1"}
    )

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
async def test_nobody_is_sent_to_another_site_after_signing_in(
    browser: AsyncClient, hanako: Agent, target: str
) -> None:
    answer = await browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "next": target})

    assert answer.headers["location"] == "/home"


async def test_a_page_that_needs_a_sign_in_is_where_one_arrives_after_it(browser: AsyncClient, hanako: Agent) -> None:
    answer = await browser.get("/settings?a=1&b=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/settings%3Fa%3D1%26b%3D2"


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser: AsyncClient, hanako: Agent) -> None:
    wrong = await browser.post("/sign-in", data={"email": EMAIL, "password": "wrong"})
    unknown = await browser.post("/sign-in", data={"email": "nobody@example.jp", "password": "wrong"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(EMAIL, "") == unknown.text.replace("nobody@example.jp", "")


async def test_the_pause_is_told_in_words_and_not_whether_the_address_is_known(
    browser: AsyncClient, hanako: Agent
) -> None:
    for email in (EMAIL, "nobody@example.jp"):
        for _ in range(MAX_FAILURES_OF_AN_ADDRESS):
            assert await sign_in(browser, "wrong", email=email) == 401

        answer = await browser.post("/sign-in", data={"email": email, "password": PASSWORD})

        assert answer.status_code == 429
        assert "15" in answer.text


async def test_signing_out_ends_the_session_on_the_server(client: AsyncClient) -> None:
    answer = await client.post("/sign-out")

    assert answer.headers["location"] == "/sign-in"
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_ones_own_settings_are_kept(client: AsyncClient) -> None:
    await client.post("/settings", data={"name": " 山田 次郎 ", "locale": "en", "signature": "Jiro\r\nSupport\r\n"})

    me = (await client.get("/api/v1/me")).json()["agent"]
    page = (await client.get("/settings")).text
    assert (me["name"], me["locale"]) == ("山田 次郎", "en")
    assert "Jiro\nSupport</textarea>" in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "locale": "ja"},
        {"name": "x" * 101, "locale": "ja"},
        {"name": "a\x07b", "locale": "ja"},
        {"name": "花子", "locale": "fr"},
    ],
)
async def test_settings_that_make_no_sense_are_shown_again_with_the_reason(
    client: AsyncClient, agent: Agent, form: dict[str, str]
) -> None:
    answer = await client.post("/settings", data=form)

    assert answer.status_code == 422
    assert (await client.get("/api/v1/me")).json()["agent"]["name"] == agent.name


async def test_a_new_password_needs_the_current_one_and_some_length(browser: AsyncClient, hanako: Agent) -> None:
    await sign_in(browser)
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get("/settings")).text)
    assert token is not None
    browser.headers["X-CSRF-Token"] = token[1]

    async def change(current: str, new: str) -> int:
        form = {"current_password": current, "new_password": new}
        return (await browser.post("/settings/password", data=form)).status_code

    assert await change("wrong", "another good one") == 422
    assert await change(PASSWORD, "short") == 422
    assert await change(PASSWORD, "another good one") == 303
    assert await sign_in(browser, "another good one") == 303


async def test_other_browsers_can_be_signed_out(clients: Clients, client: AsyncClient, agent: Agent) -> None:
    one, other = await clients.of(agent), await clients.of(agent)
    page = (await client.get("/settings")).text
    [first, *_] = re.findall(r"/settings/sessions/(\d+)/end", page)

    await client.post(f"/settings/sessions/{first}/end")
    assert sorted([(await each.get("/api/v1/me")).status_code for each in (one, other)]) == [200, 401]

    await client.post("/settings/sessions/others/end")
    assert [(await each.get("/api/v1/me")).status_code for each in (one, other, client)] == [401, 401, 200]


async def test_nobody_ends_anybody_elses_session(clients: Clients, client: AsyncClient, lead: Agent) -> None:
    theirs = await clients.of(lead)
    for session_id in range(1, 10):
        await client.post(f"/settings/sessions/{session_id}/end")

    assert (await theirs.get("/api/v1/me")).status_code == 200


async def test_a_token_has_no_session_to_end(clients: Clients, client: AsyncClient, agent: Agent) -> None:
    program = await clients.with_token(agent)

    assert (await program.post("/sign-out")).status_code == 303
    assert (await client.get("/api/v1/me")).status_code == 200
