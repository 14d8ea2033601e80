from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from httpx import AsyncClient, Response

from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.webforms import queries, service, suspicion
from app.webforms.forms import WebForm
from app.webforms.models import FormChoice, FormField, FormFieldKind
from tests.support.builders import build_category, build_channel
from tests.support.fixtures_web import Clients

LONG_AGO_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer at a form, who takes their time."""

    client: AsyncClient
    channel: Channel
    fields: dict[str, FormField]
    choices: dict[str, FormChoice]
    stamp: str

    @property
    def path(self) -> str:
        return f"/forms/{self.channel.key}"

    def name(self, label: str) -> str:
        return f"field_{self.fields[label].id}"

    def typed(self, **others: Any) -> dict[str, Any]:
        """All that is needed; `others` by the names in the page."""
        return {
            "name": "田中 一郎",
            "email": "tanaka@example.com",
            self.name("お問い合わせ内容"): "箱がつぶれていました。",
            suspicion.STAMP: self.stamp,
            **others,
        }

    async def post(self, step: str, files: Any = None, **others: Any) -> Response:
        return await self.client.post(self.path, data={"step": step, **self.typed(**others)}, files=files)

    async def send(self, submission: str = "one", **others: Any) -> Response:
        return await self.post("send", submission=submission, **others)


@pytest_asyncio.fixture
async def visitor(clients: Clients, database: Database, box: SecretBox) -> AsyncIterator[Visitor]:
    """At a form that asks for what it is about, with a mailbox that answers."""
    async with database.transaction() as session:
        mailbox = await build_channel(session)
        category = await build_category(session, name="返品")
        form = WebForm(name="サイト", title_ja="お問い合わせ", title_en="Contact us", mail_channel_id=mailbox.id)
        channel = await service.create_form(session, form)
        about = FormField(
            channel_id=channel.id, kind=FormFieldKind.CHOICE, position=1, label_ja="ご用件", label_en="Topic"
        )
        session.add_all((about, FormField(channel_id=channel.id, kind=FormFieldKind.FILE, position=2, label_ja="写真")))
        session.add(FormField(channel_id=channel.id, kind=FormFieldKind.DATE, position=3, label_ja="ご希望日"))
        await session.flush()
        choice = FormChoice(field_id=about.id, position=0, label_ja="返品", label_en="Returns", category_id=category.id)
        session.add_all((choice, FormChoice(field_id=about.id, position=1, label_ja="その他", label_en="Other")))
        await session.flush()
        fields = {field.label_ja: field for field in await queries.list_fields(session, channel.id)}
        choices = {each.label_ja: each for each in (await queries.map_choices(session, [about.id]))[about.id]}
    stamp = suspicion.stamp(box, channel.key, now() - suspicion.FASTEST)
    yield Visitor(await clients.nobody(), channel, fields, choices, stamp)
