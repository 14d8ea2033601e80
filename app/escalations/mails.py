"""What comes back to the mail of a question: it is the answer, or a note.

It is the answer where it comes from the guest's own address, refers to our mail (whose id nobody else knows), and the
question is open. Anything else that refers to it, such as a forward's answer, a late one or a machine's, is an internal
note that the ticket's people and the asker are told of. Only what the customer of the ticket writes, who was not asked
or has answered, is their word as ever: nobody may overlook it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.customers.service import address_key
from app.escalations import guest_queries, queries, service
from app.escalations.models import Escalation
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import ASKED, Message, SenderCheck
from app.tickets.models import Ticket

Asked = Mapping[str, int]
"""Which question our mails asked, by the hashes of their ids."""


async def map_asked(session: AsyncSession, ref_hashes: Collection[str]) -> Asked:
    rows: Mapping[str, AnyRow] = await guest_queries.map_by_mail(session, ref_hashes)
    return {ref: row.extras[ASKED]["escalation_id"] for ref, row in rows.items() if ASKED in row.extras}


async def is_awaited(session: AsyncSession, ticket: Ticket, escalation_id: int, sender: str) -> bool:
    """Whether this address was asked, on this ticket, and has not answered yet."""
    escalation = await queries.find_escalation(session, escalation_id)
    return escalation is not None and _is_asked(ticket, escalation, sender)


async def take(session: AsyncSession, note: Message, escalation_id: int, *, sender: str) -> None:
    """`note` is on the ticket already, whose row is held."""
    ticket, escalation = note.ticket, await queries.find_escalation(session, escalation_id)
    text = _new_words(note)
    if escalation is not None and text and _is_answer(note, ticket, escalation, sender):
        await service.answer(session, ticket, escalation, text, by=None, note=note)
        return
    asker_id = escalation.from_agent_id if escalation is not None else None
    about: dict[str, Any] = {"escalation_id": escalation_id, "from_agent_id": asker_id} if asker_id is not None else {}
    told = {"agent_ids": [asker_id] if asker_id is not None else []}
    by = Actor.customer(note.author_identity_id)
    record(session, ticket, EventKind.NOTED, by=by, at=note.created_at, message_id=note.id, mentions=told, **about)


def _is_answer(note: Message, ticket: Ticket, escalation: Escalation, sender: str) -> bool:
    is_sound = not note.is_automatic and note.sender_check is not SenderCheck.SUSPICIOUS
    return is_sound and _is_asked(ticket, escalation, sender)


def _is_asked(ticket: Ticket, escalation: Escalation, sender: str) -> bool:
    is_guest = bool(sender) and address_key(sender) == escalation.guest_address_key
    return is_guest and not escalation.is_over and escalation.ticket_id == ticket.id


def _new_words(note: Message) -> str:
    """Without what it quotes; all of it where somebody answered between the lines."""
    size = len(note.text)
    ends = (size if end is None else end for end in (note.quote_start, note.signature_start))
    return note.text[: min(ends)].strip() or note.text.strip()
