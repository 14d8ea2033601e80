"""A visitor who asked and has left, an agent who answers, and what goes by mail."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.chat import continuing
from app.core.blobs import BlobStore
from app.core.clock import now
from app.outbox import claim_queries
from app.outbox.delivery import deliver
from app.tickets.message_models import Message, MessageKind
from app.web.templates import render_text
from tests.support.chats import Website
from tests.support.replying import Desk
from tests.support.senders import RecordingSender

MAIL = "taro@example.com"
START = datetime.fromisoformat("2026-11-20T10:00:00+09:00")


class Continuity:
    """A visitor asked, and an agent answers; `post` is what the world was given."""

    def __init__(self, desk: Desk, site: Website, mailbox: Channel, blobs: BlobStore) -> None:
        self.desk, self.site, self.mailbox, self.blobs = desk, site, mailbox, blobs
        self.database = desk.database
        self.post = RecordingSender()

    async def answer(self, text: str = "発送しました。", **fields: Any) -> None:
        await self.desk.reply(text=text, hold_seconds=0, **fields)
        await self.send()

    async def send(self) -> None:
        while True:
            async with self.database.transaction() as session:
                claim = await claim_queries.claim_next(session)
            if claim is None:
                return
            await deliver(self.database, self.blobs, claim, lambda channel: self.post)

    async def look(self) -> None:
        await continuing.look_round(self.database, render_text)
        await self.send()

    async def mailed(self) -> list[Message]:
        async with self.database.reading() as session:
            ours = (Message.kind == MessageKind.OUTBOUND, Message.channel_id == self.mailbox.id)
            return list((await session.scalars(select(Message).where(*ours).order_by(Message.id))).all())

    async def hear(self) -> None:
        await self.site.tell(heard_at=now())

    async def set_chat(self, **settings: Any) -> None:
        async with self.database.transaction() as session:
            chat = await channel_queries.get_channel(session, self.site.channel.id)
            chat.settings = {**chat.settings, **settings}


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(minutes=minutes), tick=False)
