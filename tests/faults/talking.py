"""A driver that has answers on LINE accepted, kills workers that send them, and compares with LINE's own books."""

from collections import Counter
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.line_forms import LineForm
from app.channels.lines import create_line
from app.channels.models import Channel
from app.conversations.models import Conversation
from app.core.database import Database
from app.core.desk import Desk
from app.outbox.models import OutboxEntry, OutboxState, Way
from app.tickets.message_models import Message
from connectors.line import client
from simulators.line.people import PersonForm
from simulators.line.platform import Credentials
from tests.faults.workers import Point
from tests.support.builders import build_agent, build_ticket
from tests.support.leases import end_claims, end_leases, end_pauses
from tests.support.line_simulator import SECRET, TOKEN, ServedSimulator
from tests.support.network import found
from tests.support.serving import ServedDesk
from tests.support.talking import TalkDesk, build_conversation

PATIENCE_SECONDS = 900
USERS = [f"U{number:032x}" for number in range(1, 6)]
TIMEOUT_SECONDS = 0.4
DELAY_SECONDS = 0.8
IS_OPEN = OutboxEntry.state.in_((OutboxState.QUEUED, OutboxState.SENDING))


def credentials() -> Credentials:
    people = [PersonForm(id=user, name=f"客 {number}") for number, user in enumerate(USERS)]
    return Credentials(channel_secret=SECRET, access_token=TOKEN, people=people)


@dataclass(frozen=True, slots=True)
class Impatient:
    """A worker that waits for LINE less long than LINE sometimes takes, and dies at a point, if there is one."""

    point: Point | None = None

    def arm(self) -> None:
        assert client.open_client.__kwdefaults__ is not None
        client.open_client.__kwdefaults__["timeout"] = httpx.Timeout(TIMEOUT_SECONDS)
        if self.point is not None:
            self.point.arm()


@dataclass(slots=True)
class TalkingDriver:
    """`accepted` are the words that it was told will leave, each of them said once."""

    database: Database
    agent: Agent
    channel: Channel
    line: ServedSimulator
    conversation_ids: dict[str, int] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)

    async def accept(self, count: int) -> None:
        """So many answers, on a ticket of their own for each; to every other one there is a right to reply."""
        for number in range(count):
            user = USERS[len(self.accepted) % len(USERS)]
            desk = await self._open(user)
            if number % 2:
                token = self.line.platform.tokens.for_reply(user, seconds=60)
                await desk.hear(token=token)
            words = f"回答 {len(self.accepted)}"
            version = (await desk.ticket()).version
            await desk.send((await desk.take()).token, base_version=version, text=words)
            self.accepted.append(words)

    async def _open(self, user: str) -> TalkDesk:
        """A conversation of its own on our side for each answer, so that none takes another's right."""
        async with self.database.transaction() as session:
            channel = await session.merge(self.channel)
            conversation = await session.get_one(Conversation, self.conversation_ids[user])
            ticket = await build_ticket(session, channel=channel, text="")
            await session.flush()
            other = Conversation(
                channel_id=channel.id,
                kind=conversation.kind,
                address=user,
                key_hash=f"of ticket {ticket.id}",
                identity_id=conversation.identity_id,
            )
            session.add(other)
            await session.flush()
            desk = TalkDesk(self.database, self.agent, self.channel, ticket.id, other.id)
        await desk.hear(ago=3600, token=f"old {ticket.id}")
        return desk

    async def recover(self) -> None:
        """The next worker need not wait for the claims of the one that died."""
        await end_leases(self.database)
        await end_claims(self.database)

    async def is_over(self) -> None:
        """Until nothing waits and nothing is being sent; what waits for another try need not."""

        async def count_open() -> int:
            await end_pauses(self.database)
            async with self.database.reading() as session:
                return len((await session.scalars(select(OutboxEntry.id).where(IS_OPEN))).all())

        await found(count_open, lambda count: count == 0, seconds=PATIENCE_SECONDS)

    async def check(self) -> Counter[OutboxState]:
        """Nothing is lost or shown twice; what is uncertain is a reply that was unclear twice (MODEL 21)."""
        shown = Counter(entry["message"]["text"] for entry in self.line.platform.ledger.entries())
        async with self.database.reading() as session:
            statement = select(Message.text, OutboxEntry).join(Message, Message.id == OutboxEntry.message_id)
            entries = {row.text: row.OutboxEntry for row in await session.execute(statement)}
        sent = {text for text, entry in entries.items() if entry.state is OutboxState.SENT}
        uncertain = {text for text, entry in entries.items() if entry.state is OutboxState.UNCERTAIN}
        assert entries.keys() == set(self.accepted)
        assert [text for text, times in shown.items() if times > 1] == []
        assert sent | uncertain == set(self.accepted)
        assert sent <= shown.keys() <= set(self.accepted)
        assert {(entries[text].way, entries[text].was_unclear) for text in uncertain} <= {(Way.REPLY, True)}
        return Counter(entry.state for entry in entries.values())

    @property
    def ways(self) -> Counter[str]:
        return Counter(entry["way"] for entry in self.line.platform.ledger.entries())


async def open_talking(desk: ServedDesk, opened: Desk, line: ServedSimulator) -> TalkingDriver:
    (desk.directory / ".env").write_text(f"MADOGUCHI_LINE_API_URL={line.url}\nMADOGUCHI_LINE_DATA_API_URL={line.url}\n")
    form = LineForm.model_validate({"name": "LINE", "channel_secret": SECRET, "channel_access_token": TOKEN})
    async with opened.database.transaction() as session:
        agent = await build_agent(session)
        channel = await create_line(session, form, opened.box)
        ids = {user: (await build_conversation(session, channel, address=user)).id for user in USERS}
    return TalkingDriver(opened.database, agent, channel, line, ids)
