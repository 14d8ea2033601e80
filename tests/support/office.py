"""A served desk with a mailbox and people: what every journey begins with."""

from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient

from app.accounts import service as accounts
from app.accounts.models import Agent, Role
from tests.support.browser import Chromium
from tests.support.builders import build_agent
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel
from tests.support.network import PATIENCE_SECONDS
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer
from tests.support.window import Window, open_window

ADDRESS = "support@example.jp"
PASSWORD = "correct horse battery"
CHANNEL_NAME = "サポート窓口"


@dataclass(frozen=True, slots=True)
class Office:
    """山田 花子 is an agent, 佐藤 恵 a lead; `hanako_token` and `megumi_token` are for programs of theirs."""

    desk: ServedDesk
    mailbox: Mailbox
    smtp: RecordingSmtpServer
    hanako: Agent
    megumi: Agent
    hanako_token: str
    megumi_token: str

    async def window(self, chromium: Chromium, agent: Agent, *, locale: str = "ja", width: int = 1440) -> Window:
        window = await open_window(chromium, self.desk.address, locale=locale, width=width)
        await window.sign_in(agent.email, PASSWORD)
        return window

    async def admin(self, *, locale: str = "ja") -> Agent:
        """Joins when first asked for, so that other journeys are without one."""
        async with self.desk.open() as opened, opened.database.transaction() as session:
            return await build_agent(
                session, name="鈴木 健", email="ken@example.jp", role=Role.ADMIN, password=PASSWORD, locale=locale
            )

    def api(self, token: str = "") -> AsyncClient:
        headers = {"Authorization": f"Bearer {token or self.megumi_token}"}
        return AsyncClient(base_url=f"{self.desk.address}/api/v1", headers=headers, timeout=PATIENCE_SECONDS)


async def open_office(desk: ServedDesk, mailbox: Mailbox, smtp: RecordingSmtpServer) -> Office:
    """People for a desk whose database is there; its mailboxes are made beside it."""
    async with desk.open() as opened, opened.database.transaction() as session:
        hanako = await build_agent(session, email="hanako@example.jp", password=PASSWORD)
        megumi = await build_agent(
            session, name="佐藤 恵", email="megumi@example.jp", role=Role.LEAD, password=PASSWORD
        )
        tokens = [await accounts.create_token(session, agent) for agent in (hanako, megumi)]
    return Office(desk, mailbox, smtp, hanako, megumi, *tokens)


async def add_mailbox(desk: ServedDesk, mailbox: Mailbox, smtp: RecordingSmtpServer, **others: Any) -> int:
    """The channel's id; `others` are settings that differ."""
    settings = {**mailbox_settings(mailbox, smtp), "hold_seconds": 0, **others}
    async with desk.open() as opened, opened.database.transaction() as session:
        return (await add_email_channel(session, opened.box, mailbox, **settings)).id


def mailbox_settings(mailbox: Mailbox, smtp: RecordingSmtpServer) -> dict[str, str | int]:
    """By the names of the options of `madoguchi channel create-email`."""
    return {
        "name": CHANNEL_NAME,
        "address": ADDRESS,
        "imap_host": mailbox.host,
        "imap_port": mailbox.port,
        "imap_security": "none",
        "imap_user": mailbox.user,
        "smtp_host": smtp.host,
        "smtp_port": smtp.port,
        "smtp_security": "none",
    }
