"""With whom a batch of talks is: read and made in sets, and held, before anything is decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import EMAIL, Channel
from app.conversations.keys import message_key, talk_key
from app.conversations.models import Conversation, ConversationKind, HappeningKind, PlatformMessage
from app.conversations.profiles import MAX_NAME, stand_in
from app.core.clock import now
from app.customers.models import Identity
from app.customers.service import Contact, recognise_all
from app.ingest import happenings, talk_queries
from app.ingest.belonging import Coming, Trail, hold_trails
from app.ingest.known import Arrival
from app.outbox.parting import abilities_for
from app.tickets import message_queries
from connectors.talks import Said, Talk


@dataclass(frozen=True, slots=True)
class Met:
    """`names` are of the members of groups, by conversation and address, as far as they are known."""

    channels: Mapping[int, Channel]
    conversations: Mapping[str, Conversation]
    trails: Mapping[int, Trail]
    platform_messages: dict[str, PlatformMessage]
    names: Mapping[tuple[int, str], str]
    are_new: bool
    """Some of them, so that their names are to be asked for."""

    def conversation(self, said: Said, channel_id: int) -> Conversation | None:
        return self.conversations[_key(said.talk, channel_id)] if said.talk is not None else None

    def message_key(self, said: Said, kind: str) -> str:
        provider_id = provider_id_of(said)
        return message_key(kind, provider_id) if provider_id else ""

    def platform_message(self, said: Said, kind: str) -> PlatformMessage | None:
        return self.platform_messages.get(self.message_key(said, kind))


def provider_id_of(said: Said) -> str:
    """Of the message that it is, or that it takes back."""
    if said.happening is not None:
        return str(said.happening.detail.get("message_id", ""))
    return said.provider_id


async def meet(session: AsyncSession, arrivals: Sequence[Arrival]) -> Met:
    """Talks are held in sorted order by a ref of their own, so that who digests the same one elsewhere waits here."""
    talks = {
        _key(said.talk, arrival.raw.channel_id): (arrival, said.talk) for arrival, said in _said(arrivals) if said.talk
    }
    await message_queries.hold_refs(session, [f"talk {key}" for key in talks])
    known = {each.key_hash: each for each in await talk_queries.list_conversations(session, list(talks))}
    unknown = {key: talks[key] for key in sorted(talks.keys() - known.keys())}
    conversations = known | await _begin(session, unknown)
    are_new = await _add_members(session, arrivals, conversations) or bool(unknown)
    platform_messages = await _platform_messages(session, arrivals)
    coming = Coming(_times(arrivals, conversations), _taken_back(arrivals, platform_messages))
    return Met(
        channels={each: await channel_queries.get_channel(session, each) for each in _channel_ids(arrivals)},
        conversations=conversations,
        trails=await hold_trails(session, list(conversations.values()), coming),
        platform_messages=platform_messages,
        names=await _names(session, conversations.values()),
        are_new=are_new,
    )


async def _begin(session: AsyncSession, unknown: Mapping[str, tuple[Arrival, Talk]]) -> dict[str, Conversation]:
    """The same person may be known from another channel of the same provider."""
    contacts = {key: _contact(arrival, talk) for key, (arrival, talk) in unknown.items()}
    identities = await recognise_all(session, sorted(contacts.values(), key=lambda each: each.key_hash))
    made = {
        key: _conversation(key, arrival, talk, identities[contacts[key].key_hash])
        for key, (arrival, talk) in unknown.items()
    }
    session.add_all(made.values())
    await session.flush()
    return made


def _contact(arrival: Arrival, talk: Talk) -> Contact:
    """With the name that they give, where they give one."""
    inbound = arrival.prepared.inbound
    name = _own_name(arrival) or stand_in(arrival.kind, ConversationKind(talk.kind), talk.address)
    known_as = inbound.said.known_as if inbound.said else ""
    return Contact(arrival.kind, talk.address, name, same_as=Contact(EMAIL, known_as, name) if known_as else None)


def _own_name(arrival: Arrival) -> str:
    sender = arrival.prepared.inbound.sender
    return sender.name[:MAX_NAME] if sender else ""


def _conversation(key: str, arrival: Arrival, talk: Talk, identity: Identity) -> Conversation:
    return Conversation(
        channel_id=arrival.raw.channel_id,
        kind=ConversationKind(talk.kind),
        address=talk.address,
        key_hash=key,
        identity=identity,
        identity_id=identity.id,
        profile_due_at=now() if abilities_for(arrival.kind).has_profiles else None,
        name=_own_name(arrival),
    )


async def _add_members(
    session: AsyncSession, arrivals: Sequence[Arrival], conversations: Mapping[str, Conversation]
) -> bool:
    """Whoever speaks or is named in a group."""
    members = set()
    for arrival, said in _said(arrivals):
        if said.talk is not None and said.talk.kind != ConversationKind.PERSON:
            conversation = conversations[_key(said.talk, arrival.raw.channel_id)]
            members |= {(conversation.id, address) for address in _members(arrival, said)}
    await talk_queries.add_members(session, members, due_at=now())
    return bool(members)


def _members(arrival: Arrival, said: Said) -> list[str]:
    sender = arrival.prepared.inbound.sender
    named = said.happening.detail.get("members", ()) if said.happening else ()
    is_of_members = happenings.kind_of(said) in happenings.OF_MEMBERS
    return [*(named if is_of_members else ()), *([sender.address] if sender else ())]


async def _platform_messages(session: AsyncSession, arrivals: Sequence[Arrival]) -> dict[str, PlatformMessage]:
    ids = {(arrival.kind, provider_id_of(said)) for arrival, said in _said(arrivals)}
    keys = [message_key(kind, provider_id) for kind, provider_id in ids if provider_id]
    return {each.id_hash: each for each in await talk_queries.list_platform_messages(session, keys)}


def _taken_back(arrivals: Sequence[Arrival], known: Mapping[str, PlatformMessage]) -> set[int]:
    """Messages that are unsent now, as far as they came before."""
    unsent = [
        (arrival.kind, provider_id_of(said))
        for arrival, said in _said(arrivals)
        if happenings.kind_of(said) is HappeningKind.UNSENT
    ]
    found = (known.get(message_key(kind, provider_id)) for kind, provider_id in unsent if provider_id)
    return {each.message_id for each in found if each is not None and each.message_id is not None}


async def _names(session: AsyncSession, conversations: Iterable[Conversation]) -> dict[tuple[int, str], str]:
    of_persons = {(each.id, each.address): each.name for each in conversations if each.name}
    return of_persons | await talk_queries.map_member_names(session, [each.id for each in conversations])


def _times(arrivals: Sequence[Arrival], conversations: Mapping[str, Conversation]) -> dict[int, list[datetime]]:
    times: defaultdict[int, list[datetime]] = defaultdict(list)
    for arrival, said in _said(arrivals):
        if said.talk is not None:
            times[conversations[_key(said.talk, arrival.raw.channel_id)].id].append(arrival.raw.received_at)
    return times


def _said(arrivals: Sequence[Arrival]) -> list[tuple[Arrival, Said]]:
    return [(arrival, said) for arrival in arrivals if (said := arrival.prepared.inbound.said) is not None]


def _channel_ids(arrivals: Sequence[Arrival]) -> set[int]:
    return {arrival.raw.channel_id for arrival in arrivals}


def _key(talk: Talk | None, channel_id: int) -> str:
    return talk_key(channel_id, talk.kind, talk.address) if talk is not None else ""
