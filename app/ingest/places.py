"""Where what a mail refers to is by now: tickets are merged, and messages moved, while mail comes in (MODEL 10, 13)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.tickets import merging_queries, message_queries
from app.tickets import queries as ticket_queries
from app.tickets.message_models import ThreadRef


@dataclass(frozen=True, slots=True)
class Place:
    """The ticket that a thread belongs to, and the one that this is merged into, else the same."""

    thread_id: int
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Places:
    """Of refs by their hashes; and whose Message-IDs are known with which content."""

    by_ref: Mapping[str, Place]
    same_ids: frozenset[int]
    contents: Mapping[str, frozenset[str | None]]

    @property
    def ticket_ids(self) -> set[int]:
        return {each for place in self.by_ref.values() for each in (place.thread_id, place.ticket_id)} | self.same_ids


async def hold_places(session: AsyncSession, refs: Mapping[str, ThreadRef], identity_hashes: Sequence[str]) -> Places:
    """Everything that a batch may join is held in the order of ids, before anything is decided.

    What was merged between looking and holding leads elsewhere: then all is let go and held anew, in order again.
    """
    places = await _find(session, refs, identity_hashes)
    while held := places.ticket_ids:
        async with session.begin_nested() as holding:
            await ticket_queries.hold_all(session, held)
            places = await _find(session, refs, identity_hashes)
            if not places.ticket_ids <= held:
                await holding.rollback()
        if places.ticket_ids <= held:
            break
    return places


async def _find(session: AsyncSession, refs: Mapping[str, ThreadRef], identity_hashes: Sequence[str]) -> Places:
    mails = await message_queries.list_known_mails(session, list(refs))
    same = await message_queries.list_ticket_ids(session, identity_hashes)
    moved = {mail.mail_id_hash: mail for mail in mails if mail.ticket_id != mail.origin_ticket_id}
    led = {ref: ref_row.ticket_id for ref, ref_row in refs.items() if ref_row.ticket_id is not None}
    origins = {mail.origin_ticket_id for mail in moved.values()}
    ends = await merging_queries.map_ends(session, {*led.values(), *origins})
    return Places(
        by_ref={ref: _place(moved.get(ref), thread_id, ends) for ref, thread_id in led.items()},
        same_ids=frozenset(same),
        contents=_contents(mails),
    )


def _place(moved: AnyRow | None, thread_id: int, ends: Mapping[int, int]) -> Place:
    """A message that somebody moved takes its answers with it; what was merged keeps its thread, for the way back."""
    if moved is None:
        return Place(thread_id, ends[thread_id])
    if ends[moved.origin_ticket_id] == moved.ticket_id:
        return Place(moved.origin_ticket_id, moved.ticket_id)
    return Place(moved.ticket_id, moved.ticket_id)


def _contents(mails: Collection[AnyRow]) -> Mapping[str, frozenset[str | None]]:
    found: dict[str, frozenset[str | None]] = {}
    for mail in mails:
        found[mail.mail_id_hash] = found.get(mail.mail_id_hash, frozenset()) | {mail.identity_hash}
    return found
