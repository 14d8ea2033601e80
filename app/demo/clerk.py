"""Writes a story down act by act, as the verbs would have left it: `app.tickets.service` and `app.ingest.storing`."""

import unicodedata
from typing import Any

from app.demo.cast import TEAM_OF_BOX
from app.demo.decisions import change, note
from app.demo.departures import answer, begin
from app.demo.entries import Entry, attachment_row
from app.demo.office import Known, Office, Page
from app.demo.received import Received
from app.demo.stories import Act, Answered, Arrival, Begun, CallTaken, Changed, Noted, Story
from app.tickets.history_models import Actor, ActorKind, EventKind, FactKind
from app.tickets.mentions import MENTION
from app.tickets.message_models import MessageKind, Problem, RecipientRole, RecipientState
from app.tickets.message_queries import hash_ref, recipient_row
from app.tickets.models import Nature, Phase
from connectors.contracts import Address


def is_writable(story: Story) -> bool:
    """Locks, drafts and sendings that failed are for the verbs alone."""
    return all(type(act) in WAYS and getattr(act, "ending", "sent") == "sent" for act in story.acts)


def write(office: Office, story: Story, known: Known) -> Entry:
    page = Page(office, story, known)
    for act in story.acts:
        WAYS[type(act)](page, act)
        page.entry.follow()
    return page.entry


def _arrive(page: Page, act: Arrival) -> None:
    received = page.office.open_mail(page.story, act, page.thread)
    prepared, inbound = received.prepared, received.prepared.inbound
    by = Actor(ActorKind.CUSTOMER, page.known.identity_id)
    if not page.thread:
        _open(page, act, inbound.subject, by)
    entry = page.entry
    if entry.is_done and not inbound.is_automatic:
        _reopen(page, act, by)
    message = entry.join(
        act.at,
        MessageKind.INBOUND,
        prepared.text,
        author_identity_id=page.known.identity_id,
        subject=inbound.subject,
        html=prepared.html,
        quote_start=prepared.quote_start,
        signature_start=prepared.signature_start,
        mail_id=inbound.message_id,
        mail_id_hash=hash_ref(inbound.message_id),
        identity_hash=prepared.identity_hash,
        problem=Problem(inbound.problem),
        is_automatic=inbound.is_automatic,
        nature=Nature(inbound.kind),
        can_auto_reply=inbound.can_auto_reply,
        sent_at=inbound.sent_at,
    )
    entry.ticket["newest_nature"] = Nature(inbound.kind)
    entry.ticket["is_waiting"] = entry.ticket["is_waiting"] and inbound.is_automatic
    entry.record(act.at, EventKind.RECEIVED, by, message_id=message)
    entry.note(act.at, FactKind.INBOUND, message=message)
    page.subject = page.subject if inbound.is_automatic else inbound.subject
    _hang_on(page, message, received)


def _take_call(page: Page, act: CallTaken) -> None:
    by = page.office.agent(act.by)
    _open(page, act, act.subject, by)
    message = page.entry.join(act.at, MessageKind.CALL, act.text, author_agent_id=by.id)
    page.entry.record(act.at, EventKind.RECEIVED, by, message_id=message)
    note(page, act.by, act.at, FactKind.INBOUND, message=message)


def _take_note(page: Page, act: Noted) -> None:
    by = page.office.agent(act.by)
    message = page.entry.join(act.at, MessageKind.NOTE, act.text, author_agent_id=by.id)
    known = page.office.mentioned[page.story.box]
    emails = MENTION.findall(unicodedata.normalize("NFKC", act.text))
    agent_ids = sorted({known[email] for email in emails if email in known})
    mentions: dict[str, Any] = {"mentions": {"agent_ids": agent_ids}} if agent_ids else {}
    page.entry.record(act.at, EventKind.NOTED, by, message_id=message, **mentions)


def _open(page: Page, act: Act, subject: str, by: Actor) -> None:
    box, cast = page.story.box, page.office.cast
    team_id = cast.teams[TEAM_OF_BOX[box]].id if box in TEAM_OF_BOX else None
    page.entry = entry = Entry(
        subject=subject,
        at=act.at,
        audience_id=page.office.audiences[box],
        channel_id=cast.channels[box].id,
        team_id=team_id,
        customer_id=page.known.customer_id,
    )
    team = {"team_id": team_id} if team_id else {}
    entry.record(act.at, EventKind.OPENED, by, channel_id=cast.channels[box].id, **team)
    entry.note(act.at, FactKind.ARRIVAL)


def _reopen(page: Page, act: Arrival, by: Actor) -> None:
    entry = page.entry
    before = entry.ticket["status_id"]
    entry.note(act.at, FactKind.REOPENING, since=entry.ticket["done_at"])
    entry.move_to(Phase.NEW, act.at)
    entry.record(act.at, EventKind.REOPENED, by, status_id=[before, entry.ticket["status_id"]])


def _hang_on(page: Page, message: int, received: Received) -> None:
    """Recipients, files and the original of what came in."""
    entry, inbound = page.entry, received.prepared.inbound
    sender: tuple[Address, ...] = (inbound.sender,) if inbound.sender else ()
    for role, addresses in ((RecipientRole.FROM, sender), (RecipientRole.TO, inbound.to)):
        rows = [recipient_row(message, role, name=each.name, address=each.address) for each in addresses]
        entry.recipients += [{**row, "state": RecipientState.NONE, "error": ""} for row in rows]
    at = entry.messages[message]["created_at"]
    entry.attachments += [attachment_row(message, file, sha, at=at) for file, sha in received.files]
    entry.ticket["has_attachment"] |= any(not file.is_inline for file, _ in received.files)
    entry.refs.append({"ref_hash": hash_ref(received.mail_id), "is_ours": False})
    if received.raw:
        entry.raws.append({**received.raw, "message_id": message})
    entry.blobs |= received.blobs
    page.thread.append(received.mail_id)


WAYS: dict[type[Any], Any] = {
    Arrival: _arrive,
    CallTaken: _take_call,
    Noted: _take_note,
    Changed: change,
    Begun: begin,
    Answered: answer,
}
