"""A website's chat without its server: what browsers send goes through the digest, what they tell is written down."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.channels import queries as channel_queries
from app.channels.models import CHAT, Channel
from app.conversations.keys import talk_key
from app.conversations.visitor_models import Visitor
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.ingest import originals, queries
from app.ingest.digest import digest_next
from app.ingest.hooks import event_hash
from app.ingest.models import RawState
from app.tickets.models import Origin
from tests.support.builders import build_channel

_numbers = count(1)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"


async def build_chat(database: Database, *, name: str = "サイトのチャット", **settings: Any) -> Channel:
    async with database.transaction() as session:
        channel = await build_channel(session, name=name, kind=CHAT, address="")
        channel.settings = {**channel.settings, **settings}
        await session.flush()
        channel_id = channel.id
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel_id)


@dataclass
class Website:
    """Visitors are made as they first speak; `tell` changes what is known of one."""

    database: Database
    blobs: BlobStore
    channel: Channel
    visitors: dict[str, int] = field(default_factory=dict)

    async def say(self, *texts: str, visitor: str = "v-taro", ago: timedelta = timedelta(), **parts: Any) -> None:
        """Words, one after the other."""
        events = [{"kind": "message", "id": str(uuid4()), "text": text, **parts} for text in texts]
        await self.send(*events, visitor=visitor, ago=ago)

    async def send(self, *events: dict[str, Any], visitor: str = "v-taro", ago: timedelta = timedelta()) -> None:
        await self.visit(visitor)
        await self.take_in(*({"visitor": visitor, **event} for event in events), at=now() - ago)

    async def take_in(self, *events: dict[str, Any], at: datetime) -> None:
        rows = [self._row(event, at + timedelta(milliseconds=number)) for number, event in enumerate(events)]
        async with self.database.transaction() as session:
            await queries.add_raw_messages(session, rows)
        while await digest_next(self.database, self.blobs):
            pass

    async def visit(self, visitor: str = "v-taro", **told: Any) -> int:
        if visitor not in self.visitors:
            key = talk_key(self.channel.id, "person", visitor)
            async with self.database.transaction() as session:
                row = Visitor(channel_id=self.channel.id, address=visitor, key_hash=key, browser=CHROME, language="ja")
                session.add(row)
                await session.flush()
                self.visitors[visitor] = row.id
        if told:
            await self.tell(visitor, **told)
        return self.visitors[visitor]

    async def tell(self, visitor: str = "v-taro", **told: Any) -> None:
        async with self.database.transaction() as session:
            row = await session.get_one(Visitor, self.visitors[visitor])
            for name, value in told.items():
                setattr(row, name, value)

    async def set_chat(self, **settings: Any) -> None:
        async with self.database.transaction() as session:
            channel = await session.get_one(Channel, self.channel.id)
            channel.settings = {**channel.settings, **settings}

    async def visitor(self, visitor: str = "v-taro") -> Visitor:
        async with self.database.reading() as session:
            return await session.get_one(Visitor, self.visitors[visitor])

    async def all(self, table: Any) -> Sequence[Any]:
        async with self.database.reading() as session:
            return (await session.scalars(select(table).order_by(table.id))).all()

    def _row(self, event: dict[str, Any], at: datetime) -> dict[str, Any]:
        return {
            "channel_id": self.channel.id,
            "folder": "",
            "uidvalidity": None,
            "uid": None,
            "source_hash": event_hash(self.channel.id, f"chat-{next(_numbers)}"),
            "received_at": at,
            "blob": None,
            "packed": originals.pack(json.dumps(event, ensure_ascii=False).encode()),
            "state": RawState.STORED,
            "origin": Origin.LIVE,
            "refusals": 0,
        }
