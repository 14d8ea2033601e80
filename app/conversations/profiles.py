"""Names and pictures of those who write: asked for once, again every week; no message ever waits for them."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.endpoints import addresses_of
from app.channels.models import CHAT, LINE, Channel
from app.channels.platforms import PlatformOf
from app.conversations import answer_queries, profile_queries
from app.conversations.models import Conversation, ConversationKind
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext, mark
from app.core.log import get_logger
from app.core.outside import Outside, OutsideUnreachable
from app.core.pictures import picture_type
from app.core.wakeups import FILES
from app.customers.service import rename
from app.live.signals import signal, signal_desk
from connectors.contracts import ConnectionProblem
from connectors.talks import Gone, Profile, Talk

LOOK_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.05
ATTEMPT = timedelta(minutes=5)
ATTEMPT_SECONDS = 60.0
FRESH_FOR = timedelta(days=7)
PAUSES = (timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=12))
MAX_PICTURE_BYTES = 3 << 20
MAX_NAME = 200
STAND_INS = {
    LINE: {
        ConversationKind.PERSON: mark("LINE customer {short}"),
        ConversationKind.GROUP: mark("LINE group {short}"),
        ConversationKind.ROOM: mark("LINE room {short}"),
    },
    CHAT: {ConversationKind.PERSON: mark("Visitor {short}")},
}
STAND_IN = mark("Customer {short}")
SHORT = 6

log = get_logger(__name__)


def stand_in(channel_kind: str, kind: ConversationKind, address: str) -> str:
    """What somebody is called whose name is not known yet, or will never be."""
    short = "".join(filter(str.isalnum, address))[-SHORT:]
    return gettext(STAND_INS.get(channel_kind, {}).get(kind, STAND_IN), short=short)


async def run(database: Database, blobs: BlobStore, platform_of: PlatformOf, outside: Outside) -> None:
    """Run until cancelled."""
    asker = Asker(database, blobs, platform_of, outside)
    async with database.wakeups.subscribe(FILES) as waiter:
        while True:
            while await asker.ask_next():
                pass
            await waiter.wait(await asker.seconds_to_wait())


class Asker:
    def __init__(self, database: Database, blobs: BlobStore, platform_of: PlatformOf, outside: Outside) -> None:
        self._database = database
        self._blobs = blobs
        self._platform_of = platform_of
        self._outside = outside

    async def ask_next(self) -> bool:
        """Whether there was one to ask for."""
        at = now()
        async with self._database.transaction() as session:
            conversation_id = await profile_queries.claim_conversation(session, at=at, until=at + ATTEMPT)
            member = await profile_queries.claim_member(session, at=at, until=at + ATTEMPT)
        if conversation_id is not None:
            await self._ask(conversation_id)
        if member is not None:
            await self._ask(*member)
        return conversation_id is not None or member is not None

    async def seconds_to_wait(self) -> float:
        async with self._database.reading() as session:
            next_at = await profile_queries.find_next_at(session)
        wanted = (next_at - now()).total_seconds() if next_at else LOOK_SECONDS
        return min(max(wanted, SHORTEST_WAIT_SECONDS), LOOK_SECONDS)

    async def _ask(self, conversation_id: int, member: str = "") -> None:
        async with self._database.reading() as session:
            conversation = await answer_queries.get_conversation(session, conversation_id)
            channel = await channel_queries.get_channel(session, conversation.channel_id)
        profile = await self._read(conversation, channel, member)
        picture = await self._fetch_picture(profile, channel) if profile and not member else b""
        sha256 = await self._blobs.put(picture) if picture else None
        async with self._database.transaction() as session:
            held = await profile_queries.hold_conversation(session, conversation_id)
            if member:
                await _note_member(session, held, member, profile)
            else:
                if sha256:
                    await register(session, {sha256: len(picture)})
                await _note(session, held, profile, sha256, channel_kind=channel.kind)

    async def _read(self, conversation: Conversation, channel: Channel, member: str) -> Profile | None:
        """None where there is none to be had now; one without a name where there never will be."""
        talk = Talk(conversation.kind, conversation.address)
        if talk.kind == ConversationKind.ROOM and not member:
            return Profile(name="")
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await self._platform_of(channel).read_profile(talk, member)
        except Gone:
            return Profile(name="")
        except (ConnectionProblem, TimeoutError) as problem:
            log.warning("a profile could not be read", conversation=conversation.id, reason=str(problem))
            return None

    async def _fetch_picture(self, profile: Profile, channel: Channel) -> bytes:
        """Nothing where there is none, or anything but a picture."""
        if not profile.picture_url:
            return b""
        try:
            found = await self._where(profile.picture_url, channel).fetch(
                profile.picture_url, max_bytes=MAX_PICTURE_BYTES, accept="image/*"
            )
        except OutsideUnreachable:
            return b""
        return found.data if picture_type(found.data) else b""

    def _where(self, url: str, channel: Channel) -> Outside:
        """A simulator serves pictures too, and it is not outside."""
        api_url = addresses_of(channel.kind).get("api_url", "")
        is_simulated = api_url.startswith("http://") and url.startswith(f"{api_url}/")
        return Outside(is_allowed=lambda _: True, ports=range(1, 65536)) if is_simulated else self._outside


async def _note(
    session: AsyncSession, held: Conversation, profile: Profile | None, picture: str | None, *, channel_kind: str
) -> None:
    held.profile_due_at, held.profile_failures = _next(now(), held.profile_failures, profile)
    if profile is None or not profile.name:
        return
    name, former = profile.name[:MAX_NAME], held.name or stand_in(channel_kind, held.kind, held.address)
    if held.identity.customer.name == former:
        rename(held.identity.customer, name)
    held.name, held.picture = name, picture or held.picture
    if held.kind is ConversationKind.PERSON:
        await profile_queries.name_speaker(session, held.id, held.address, name)
    await _tell(session, held)


async def _note_member(session: AsyncSession, held: Conversation, address: str, profile: Profile | None) -> None:
    member = await profile_queries.hold_member(session, held.id, address)
    member.profile_due_at, member.profile_failures = _next(now(), member.profile_failures, profile)
    if profile is not None and profile.name:
        member.name = profile.name[:MAX_NAME]
        await profile_queries.name_speaker(session, held.id, address, member.name)
        await _tell(session, held)


def _next(at: datetime, failures: int, profile: Profile | None) -> tuple[datetime, int]:
    if profile is not None:
        return at + FRESH_FOR, 0
    return at + PAUSES[min(failures, len(PAUSES) - 1)], failures + 1


async def _tell(session: AsyncSession, conversation: Conversation) -> None:
    if conversation.ticket_id is not None:
        await signal(session, conversation.ticket_id)
    else:
        await signal_desk(session)
