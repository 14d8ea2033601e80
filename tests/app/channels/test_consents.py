"""A mailbox that is signed in to by consent (XOAUTH2): asked for at the screen, kept fresh, taken back.

With a provider of our own, and a real Dovecot that asks it whose a token is.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Agent, Role
from app.channels import consents, service
from app.channels import queries as channel_queries
from app.channels.errors import ConsentFailed
from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from connectors.contracts import ConnectionProblem, FolderState
from tests.support.builders import build_agent
from tests.support.dovecot import Mailbox
from tests.support.fixtures_web import Clients
from tests.support.mailboxes import add_email_channel
from tests.support.network import PATIENCE_SECONDS
from tests.support.provider import Provider
from tests.support.smtp import RecordingSmtpServer


@pytest.fixture
def provider(mailbox: Mailbox) -> Iterator[Provider]:
    with Provider(mailbox.server.provider_port, mailbox.user).serving() as serving:
        yield serving


@pytest_asyncio.fixture
async def channel(
    database: Database, box: SecretBox, mailbox: Mailbox, smtp_server: RecordingSmtpServer, provider: Provider
) -> Channel:
    smtp_server.require_token(lambda user, token: user == mailbox.user and provider.knows(token))
    smtp = {"smtp_host": smtp_server.host, "smtp_port": smtp_server.port, "smtp_user": mailbox.user}
    async with database.transaction() as session:
        return await add_email_channel(session, box, mailbox, **smtp, **provider.settings, imap_password="")


@pytest_asyncio.fixture
async def desk(clients: Clients, admin: Agent) -> AsyncClient:
    return await clients.of(admin)


async def consent(desk: AsyncClient, channel: Channel) -> httpx.Response:
    """To the provider's page and back, as a browser goes."""
    asked = await desk.get(f"/admin/mailboxes/{channel.id}/consent")
    async with AsyncClient(timeout=PATIENCE_SECONDS) as browser:
        answered = await browser.get(asked.headers["location"])
    back = urlsplit(answered.headers["location"])
    return await desk.get(f"{back.path}?{back.query}")


async def current(database: Database, channel: Channel) -> Channel:
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel.id)


async def check(database: Database, channel: Channel, box: SecretBox) -> int:
    """How many messages there are, when both servers let us in."""
    state = await service.check(await current(database, channel), box)
    assert isinstance(state, FolderState)
    return state.on_server


async def test_both_servers_let_us_in_by_a_consent_and_not_before(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel
) -> None:
    with pytest.raises(ConnectionProblem) as problem:
        await check(database, channel, box)
    assert (problem.value.code, problem.value.field) == ("sign_in", "imap_user")

    back = await consent(desk, channel)

    assert back.headers["location"] == f"/admin/mailboxes/{channel.id}?saved=1"
    assert await check(database, channel, box) == 0


async def test_the_connection_can_be_tested_at_the_screen_once_there_is_a_consent(
    desk: AsyncClient, database: Database, channel: Channel, provider: Provider
) -> None:
    form = {**channel.settings, "name": channel.name, "address": channel.address}
    form = {name: value for name, value in form.items() if isinstance(value, str | int)}
    before = await desk.post(f"/admin/mailboxes/{channel.id}/check", data=form)
    await consent(desk, channel)
    after = await desk.post(f"/admin/mailboxes/{channel.id}/check", data=form)

    assert "step--wrong" in before.text
    assert after.text.count("step--good") == 2


async def test_tokens_are_encrypted_and_on_no_page(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel
) -> None:
    await consent(desk, channel)

    held = await current(database, channel)
    token = consents.access_token(held, box)
    page = await desk.get(f"/admin/mailboxes/{channel.id}")
    assert token
    assert token not in held.tokens + page.text
    assert "同意" in page.text


async def test_a_token_is_renewed_before_it_ends_and_the_receiver_is_left_alone(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel, provider: Provider
) -> None:
    provider.life_seconds = 60
    await consent(desk, channel)
    provider.end_access()
    before = await digests(database)

    assert await consents.has_expiring(database)
    await consents.keep_fresh(database, box)

    assert await check(database, channel, box) == 0
    assert await digests(database) == before
    assert (await current(database, channel)).consent_error == ""


async def test_what_is_fresh_is_left_alone(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel, provider: Provider
) -> None:
    await consent(desk, channel)

    await consents.keep_fresh(database, box)

    assert not await consents.has_expiring(database)
    assert provider.granted == 1


@pytest.mark.parametrize("trouble", ["is_away", "is_busy"])
async def test_a_provider_that_has_trouble_is_asked_again(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel, provider: Provider, trouble: str
) -> None:
    provider.life_seconds = 60
    await consent(desk, channel)
    setattr(provider, trouble, True)
    await consents.keep_fresh(database, box)
    setattr(provider, trouble, False)
    assert (await current(database, channel)).consent_error == ""

    await consents.keep_fresh(database, box)

    assert provider.granted == 2


async def test_a_consent_that_is_taken_back_is_told_and_given_anew(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel, provider: Provider
) -> None:
    provider.life_seconds = 60
    await consent(desk, channel)
    provider.withdraw()
    await consents.keep_fresh(database, box)
    page = await desk.get(f"/admin/mailboxes/{channel.id}")

    assert "invalid_grant" in page.text
    assert not await consents.has_expiring(database)

    await consent(desk, channel)
    assert await check(database, channel, box) == 0
    assert "invalid_grant" not in (await desk.get(f"/admin/mailboxes/{channel.id}")).text


async def test_a_provider_that_refuses_says_so_on_the_mailboxs_page(
    desk: AsyncClient, database: Database, channel: Channel
) -> None:
    async with database.transaction() as session:
        held = await channel_queries.get_channel(session, channel.id)
        held.settings = {**held.settings, "oauth_client_id": "somebody else"}

    back = await consent(desk, channel)

    page = await desk.get(back.headers["location"])
    assert "unauthorized_client" in page.text


async def test_nobody_comes_back_who_was_not_sent(
    desk: AsyncClient, clients: Clients, database: Database, box: SecretBox, channel: Channel
) -> None:
    """Neither with a state of their own making, nor with another's, nor after a long time."""
    async with database.transaction() as session:
        second = await build_agent(session, role=Role.ADMIN)
    other = await clients.of(second)
    asked = await desk.get(f"/admin/mailboxes/{channel.id}/consent")
    [state] = parse_qs(urlsplit(asked.headers["location"]).query)["state"]

    made_up = await desk.get("/admin/mailboxes/consent", params={"state": "made up", "code": "x"})
    anothers = await other.get("/admin/mailboxes/consent", params={"state": state, "code": "x"})

    assert (made_up.status_code, anothers.status_code) == (409, 409)
    assert (await current(database, channel)).consented_at is None


async def test_only_administrators_ask(clients: Clients, agent: Agent, channel: Channel) -> None:
    client = await clients.of(agent)

    assert (await client.get(f"/admin/mailboxes/{channel.id}/consent")).status_code == 403
    assert (await client.get("/admin/mailboxes/consent", params={"state": "x", "code": "x"})).status_code == 403


async def test_another_client_needs_another_consent(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel
) -> None:
    await consent(desk, channel)
    form = {name: value for name, value in channel.settings.items() if isinstance(value, str | int)}
    changed = {**form, "name": channel.name, "address": channel.address, "imap_user": "another@example.jp"}

    answer = await desk.post(f"/admin/mailboxes/{channel.id}", data=changed)

    assert answer.status_code == 303
    assert (await current(database, channel)).tokens == ""


async def test_several_processes_renew_once(
    desk: AsyncClient, database: Database, box: SecretBox, channel: Channel, provider: Provider
) -> None:
    """The provider gives each refresh token once: who comes second must not break what the first has got."""
    provider.life_seconds = 60
    await consent(desk, channel)

    await asyncio.gather(*(consents.keep_fresh(database, box) for _ in range(4)))

    assert (await current(database, channel)).consent_error == ""
    assert await check(database, channel, box) == 0


async def digests(database: Database) -> dict[int, str]:
    async with database.reading() as session:
        return await channel_queries.map_active(session, ["email"])


async def test_a_state_ends_after_a_while(
    box: SecretBox, channel: Channel, admin: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = consents.ask(channel, box, redirect_uri="http://127.0.0.1/back", by=admin)
    [state] = parse_qs(urlsplit(url).query)["state"]
    assert consents.asked_for(state, box, by=admin)[0] == channel.id

    later = now() + timedelta(minutes=16)
    monkeypatch.setattr(consents, "now", lambda: later)
    with pytest.raises(ConsentFailed):
        consents.asked_for(state, box, by=admin)
