"""Files stories that are over for now, in batches that hold the writer for a moment only (MODEL 2)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import audience_for, can_see
from app.channels.models import EMAIL, PHONE
from app.core.desk import Desk
from app.customers.service import Contact, name_key
from app.demo import ledger_queries
from app.demo.cast import DOMAIN, Cast
from app.demo.clerk import write
from app.demo.entries import Entry
from app.demo.office import Known, Office, Opener
from app.demo.received import Mailroom, Received, open_plain
from app.demo.scripts import PHONE_BOX
from app.demo.stories import Arrival, Story
from app.tickets import history_queries

AT_ONCE = 40
MAIL_DOMAIN = "mail.example.com"


class Files:
    """`known` are the customers that were met before, by the hash of their address."""

    def __init__(self, desk: Desk, office: Office, known: dict[str, Known]) -> None:
        self._desk, self._office, self._known = desk, office, known

    async def add(self, stories: Iterable[Story]) -> AsyncIterator[int]:
        """After each batch, how many it had."""
        for batch in _batches(iter(stories)):
            await self._meet(batch)
            entries = await asyncio.to_thread(self._write, batch)
            async with self._desk.database.transaction() as session:
                await ledger_queries.add_entries(session, entries)
            yield len(batch)

    def _write(self, stories: Sequence[Story]) -> list[Entry]:
        return [write(self._office, story, self._known[_contact(story).key_hash]) for story in stories]

    async def _meet(self, stories: Sequence[Story]) -> None:
        unknown: dict[str, tuple[Contact, datetime]] = {}
        for story in stories:
            contact = _contact(story)
            if contact.key_hash not in self._known:
                unknown.setdefault(contact.key_hash, (contact, story.acts[0].at))
        if not unknown:
            return
        customers = [_customer(contact, at) for contact, at in unknown.values()]
        identities = [_identity(contact, at) for contact, at in unknown.values()]
        async with self._desk.database.transaction() as session:
            made = await ledger_queries.add_customers(session, customers, identities)
        self._known.update({key: Known(*ids) for key, ids in zip(unknown, made, strict=True)})


async def open_office(desk: Desk, cast: Cast, opener: Opener, random: Random) -> Office:
    async with desk.database.transaction() as session:
        return await _open_office(session, desk, cast, opener, random)


async def _open_office(session: AsyncSession, desk: Desk, cast: Cast, opener: Opener, random: Random) -> Office:
    audiences = {box: await audience_for(session, [channel.id]) for box, channel in cast.channels.items()}
    return Office(
        cast=cast,
        audiences=audiences,
        teams={
            name: tuple(await account_queries.list_team_ids(session, agent.id)) for name, agent in cast.agents.items()
        },
        mentioned={
            box: {agent.email: agent.id for agent in cast.agents.values() if await can_see(session, agent, audience)}
            for box, audience in audiences.items()
        },
        open_mail=opener,
        keep_files=lambda files: desk.blobs.write_many([file.data for file in files]),
        new_mail_id=lambda: f"{random.getrandbits(128):032x}@{DOMAIN}",
    )


def opener_with(mailroom: Mailroom, cast: Cast, random: Random) -> Opener:
    """Originals are kept."""

    def open_mail(story: Story, arrival: Arrival, thread: Sequence[str]) -> Received:
        channel, mail_id = cast.channels[story.box], new_foreign_id(random)
        return mailroom.open(arrival, story.person, channel, box=story.box, mail_id=mail_id, thread=thread)

    return open_mail


def plain_opener(cast: Cast, random: Random) -> Opener:
    def open_mail(story: Story, arrival: Arrival, thread: Sequence[str]) -> Received:
        return open_plain(arrival, story.person, cast.channels[story.box], mail_id=new_foreign_id(random))

    return open_mail


def new_foreign_id(random: Random) -> str:
    return f"{random.getrandbits(80):020x}@{MAIL_DOMAIN}"


async def fold_counts(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await history_queries.fold_counts(session)


def _batches(stories: Iterator[Story]) -> Iterator[list[Story]]:
    while batch := list(islice(stories, AT_ONCE)):
        yield batch


def _contact(story: Story) -> Contact:
    person = story.person
    if story.box == PHONE_BOX:
        return Contact(PHONE, person.phone, person.name or person.surname)
    return Contact(EMAIL, person.address, person.name)


def _customer(contact: Contact, at: datetime) -> dict[str, object]:
    name = contact.name or contact.address
    return {"name": name, "name_key": name_key(name), "written_key": name_key(name), "created_at": at}


def _identity(contact: Contact, at: datetime) -> dict[str, object]:
    return {
        "kind": contact.kind,
        "scope": contact.scope,
        "address": contact.address,
        "address_key_hash": contact.key_hash,
        "tel_key": contact.tel_key,
        "state": "",
        "created_at": at,
    }
