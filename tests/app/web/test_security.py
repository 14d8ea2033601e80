import re

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.settings import Settings
from tests.support.fixtures_web import Clients

PROFILE = {"name": "花子", "locale": "ja", "signature": ""}


async def test_our_own_page_may_change_something(client: AsyncClient) -> None:
    answer = await client.post("/settings", data=PROFILE, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 303


async def test_the_token_may_come_in_a_field_of_the_form(client: AsyncClient) -> None:
    token = client.headers.pop("X-CSRF-Token")

    answer = await client.post("/settings", data={**PROFILE, "csrf_token": token})

    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", "あ"])
async def test_without_the_token_of_its_session_a_cookie_changes_nothing(client: AsyncClient, token: str) -> None:
    client.headers["X-CSRF-Token"] = token

    assert (await client.post("/settings", data=PROFILE)).status_code == 403


async def test_the_token_of_another_session_is_no_token(clients: Clients, client: AsyncClient, lead: Agent) -> None:
    client.headers["X-CSRF-Token"] = (await clients.of(lead)).headers["X-CSRF-Token"]

    assert (await client.post("/settings", data=PROFILE)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
    ],
)
async def test_another_site_changes_nothing_and_signs_nobody_in(
    clients: Clients, client: AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.post("/settings", data=PROFILE, headers=headers)).status_code == 403
    stranger = await clients.nobody()
    assert (await stranger.post("/sign-in", data={"email": "a@b.c"}, headers=headers)).status_code == 403


async def test_the_address_that_people_know_is_an_origin_of_ours_behind_a_proxy(app: FastAPI, clients: Clients) -> None:
    settings: Settings = app.state.settings
    app.state.settings = settings.model_copy(update={"base_url": "https://desk.example.jp"})
    stranger = await clients.nobody()

    answer = await stranger.post("/sign-in", data={"email": "a@b.c"}, headers={"Origin": "https://desk.example.jp"})

    assert answer.status_code == 401


async def test_a_program_with_a_token_needs_no_page_of_ours(clients: Clients, agent: Agent) -> None:
    program = await clients.with_token(agent)

    assert (await program.post("/settings", data=PROFILE)).status_code == 303


async def test_each_answer_has_a_policy_with_a_nonce_of_its_own(client: AsyncClient) -> None:
    policies = {(await client.get("/settings")).headers["content-security-policy"] for _ in range(2)}

    assert len(policies) == 2
    for policy in policies:
        assert re.search(r"script-src 'nonce-[\w-]{20,}' 'strict-dynamic';", policy)
        assert "style-src 'self';" in policy
        assert "default-src 'none'" in policy
