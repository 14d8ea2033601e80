"""Answers and what becomes of them, as `app.replies` and `app.outbox` leave them when all goes well."""

from app.demo.acting import ON_THE_WAY
from app.demo.decisions import move_to, note, put
from app.demo.entries import Row, attachment_row
from app.demo.office import Page
from app.demo.received import fold
from app.demo.stories import Answered, Begun
from app.outbox.models import OutboxState
from app.replies.defaults import reply_subject
from app.tickets.history_models import EventKind, FactKind
from app.tickets.message_models import MessageKind, RecipientRole, RecipientState
from app.tickets.message_queries import hash_ref, recipient_row
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase


def begin(page: Page, act: Begun) -> None:
    """Of the lock itself nothing is left once it is over."""
    ticket = page.entry.ticket
    if ticket["phase"] is Phase.NEW:
        move_to(page, act.by, act.at, Phase.IN_PROGRESS)
    if ticket["assignee_id"] is None:
        put(page, act.by, act.at, "assignee_id", EventKind.ASSIGNED, page.office.agent(act.by).id)


def answer(page: Page, act: Answered) -> None:
    """Accepted, and taken by the provider a moment later: two units of work."""
    entry, by = page.entry, page.office.agent(act.by)
    terms = {"base_version": entry.ticket["version"], "before_status_id": entry.ticket["status_id"]}
    mail_id = page.office.new_mail_id()
    quote_start, signature_start = fold(act.text)
    message = entry.join(
        act.at,
        MessageKind.OUTBOUND,
        act.text,
        author_agent_id=by.id,
        subject=reply_subject(page.subject or entry.ticket["subject"]),
        quote_start=quote_start,
        signature_start=signature_start,
        mail_id=mail_id,
        mail_id_hash=hash_ref(mail_id),
        charset=page.office.cast.channels[page.story.box].charset,
    )
    entry.ticket["is_waiting"] = True
    entry.record(act.at, EventKind.REPLIED, by, message_id=message)
    move_to(page, act.by, act.at, Phase(act.next_status))
    entry.follow()
    entry.outbox.append({**terms, **_entry_of(page, act, message)})
    _depart(page, act, message)
    _address(page, message)
    _attach(page, act, message)
    entry.refs.append({"ref_hash": hash_ref(mail_id), "is_ours": True})
    page.thread.append(mail_id)


def _attach(page: Page, act: Answered, message: int) -> None:
    entry, uploader_id = page.entry, page.office.agent(act.by).id
    shas = page.office.keep_files(act.files) if act.files else ()
    for file, sha in zip(act.files, shas, strict=True):
        entry.attachments.append(attachment_row(message, file, sha, at=act.at, uploader_id=uploader_id))
        entry.blobs[sha] = len(file.data)
        entry.ticket["has_attachment"] = True


def _depart(page: Page, act: Answered, message: int) -> None:
    entry, at = page.entry, act.at + ON_THE_WAY
    since = entry.waiting_since()
    is_first = entry.ticket["first_reply_at"] is None and since is not None
    note(page, act.by, at, FactKind.FIRST_REPLY if is_first else FactKind.REPLY, since=since, message=message)
    if is_first:
        entry.ticket["first_reply_at"] = at
    entry.messages[message]["sent_at"] = at
    entry.record(at, EventKind.SENT, message_id=message)


def _entry_of(page: Page, act: Answered, message: int) -> Row:
    at = act.at + ON_THE_WAY
    return {
        "message_id": message,
        "channel_id": page.entry.ticket["home_channel_id"],
        "state": OutboxState.SENT,
        "created_at": act.at,
        "not_before": act.at,
        "is_scheduled": False,
        "base_status_id": page.entry.ticket["status_id"],
        "next_status_id": BUILT_IN_STATUS_IDS[Phase(act.next_status)],
        "attempts": 1,
        "first_try_at": at,
        "handed_over_at": at,
        "settled_at": at,
        "error": "",
    }


def _address(page: Page, message: int) -> None:
    channel, person = page.office.cast.channels[page.story.box], page.story.person
    sender = recipient_row(message, RecipientRole.FROM, name=channel.name, address=channel.address)
    to = recipient_row(message, RecipientRole.TO, name=person.name, address=person.address)
    page.entry.recipients += [
        {**sender, "state": RecipientState.NONE, "error": ""},
        {**to, "state": RecipientState.SENT, "error": ""},
    ]
