"""The API's JSON of what the inbox shows; the contract's names."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from app.core.clock import rfc3339
from app.core.rows import AnyRow
from app.inbox.choices import Names
from app.inbox.entries import MessageView
from app.inbox.own_tabs import OwnTab
from app.inbox.talks import StandingView, TalkView
from app.inbox.timeline import NAMED_FIELDS, actor_of, is_pair
from app.inbox.values import (
    AddressView,
    ChannelView,
    CustomerView,
    DeliveryView,
    LockView,
    MailView,
    Named,
    StatusView,
)
from app.inbox.views import TicketView
from app.sla.views import DeadlineView

Document = dict[str, Any]


def page_document(items: Iterable[Document], next_cursor: str | None) -> Document:
    return {"items": list(items), "next_cursor": next_cursor}


def own_tab_document(tab: OwnTab) -> Document:
    return {
        "key": tab.key,
        "name": tab.name,
        "count": tab.count,
        "scope": tab.scope,
        "team_id": tab.team_id,
        "conditions": tab.conditions,
    }


def ticket_document(ticket: TicketView) -> Document:
    """`fields` are those of the organisation's own that have a value, by key."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "phase": ticket.phase,
        "status": status_document(ticket.status),
        "assignee": named_document(ticket.assignee),
        "team": named_document(ticket.team),
        "channel": channel_document(ticket.channel),
        "customer": customer_document(ticket.customer),
        "category": named_document(ticket.category),
        "labels": [{"id": each.id, "name": each.name} for each in ticket.labels],
        "fields": {each.key: each.value for each in ticket.fields},
        "priority": ticket.priority,
        "is_complaint": ticket.is_complaint,
        "hold_reason": ticket.hold_reason,
        "spam_at": rfc3339(ticket.spam_at),
        "trashed_at": rfc3339(ticket.trashed_at),
        "bounced_at": rfc3339(ticket.bounced_at),
        "due_at": rfc3339(ticket.due_at),
        "deadlines": [deadline_document(each) for each in ticket.deadlines],
        "version": ticket.version,
        "lock": lock_document(ticket.lock),
        "created_at": rfc3339(ticket.created_at),
        "updated_at": rfc3339(ticket.updated_at),
        "first_reply_at": rfc3339(ticket.first_reply_at),
        "done_at": rfc3339(ticket.done_at),
    }


def deadline_document(deadline: DeadlineView) -> Document:
    """Without `due_at` the clock stands still."""
    return {
        "kind": deadline.kind,
        "begun_at": rfc3339(deadline.begun_at),
        "due_at": rfc3339(deadline.due_at),
        "left_seconds": deadline.left_seconds,
        "policy_id": deadline.policy_id,
    }


def message_document(message: MessageView) -> Document:
    return {
        "id": message.id,
        "kind": message.kind,
        "author": named_document(message.author),
        "from": address_document(message.sender) if message.sender else None,
        "to": [address_document(each) for each in message.to],
        "cc": [address_document(each) for each in message.cc],
        "bcc": [address_document(each) for each in message.bcc],
        "reply_to": [address_document(each) for each in message.reply_to],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "attachments": [
            {"id": each.id, "name": each.name, "type": each.content_type, "size": each.size, "url": each.url}
            for each in message.attachments
        ],
        "problem": message.problem or None,
        "is_automatic": message.is_automatic,
        **_mail_document(message.mail),
        "version": message.ticket_version,
        "created_at": rfc3339(message.created_at),
        "sent_at": rfc3339(message.sent_at),
        "delivery": _delivery_document(message.delivery) if message.delivery else None,
        "talk": _talk_document(message.talk) if message.talk else None,
    }


def _talk_document(talk: TalkView) -> Document:
    return {
        "conversation_id": talk.conversation_id,
        "kind": talk.kind,
        "speaker": talk.speaker or None,
        "unsent_at": rfc3339(talk.unsent_at),
        "sticker": asdict(talk.sticker) if talk.sticker else None,
        "place": asdict(talk.place) if talk.place else None,
        "quote": asdict(talk.quote) if talk.quote else None,
        "set_id": talk.set_id or None,
        "media": talk.media or None,
        "mentions": [part.text for part in talk.parts if part.kind == "mention"],
        "is_unknown": talk.is_unknown,
        "is_postback": talk.is_postback,
        "pending_files": [asdict(each) for each in talk.pending],
        "form": [{"label": label, "value": value} for label, value in talk.form],
        "page": asdict(talk.page) if talk.page else None,
    }


def standing_document(standing: StandingView) -> Document:
    return {"conversation_id": standing.conversation_id, "kind": standing.kind, "state": standing.state or None}


def _mail_document(mail: MailView) -> Document:
    invitation = mail.invitation
    check = {"result": mail.sender_check, "detail": mail.sender_check_detail} if mail.sender_check else None
    instants = {name: rfc3339(getattr(invitation, name)) for name in ("starts_at", "ends_at") if invitation}
    return {
        "nature": mail.nature,
        "signed_with": mail.signed_with or None,
        "sender_check": check,
        "invitation": {**asdict(invitation), **instants} if invitation else None,
    }


def event_document(event: AnyRow, names: Names) -> Document:
    """`changes` by field: `before` and `after` for what has a state, the value itself for the rest."""
    return {
        "id": event.id,
        "kind": event.kind,
        "at": rfc3339(event.at),
        "actor": {"kind": event.actor_kind, **(named_document(actor_of(event, names)) or {"id": None, "name": None})},
        "rule_id": event.rule_id,
        "changes": dict(_change(field, value, names) for field, value in event.changes.items()),
    }


def named_document(named: Named | None) -> Document | None:
    return {"id": named.id, "name": named.name} if named else None


def status_document(status: StatusView) -> Document:
    return {"id": status.id, "name": status.name, "key": status.key, "phase": status.phase}


def channel_document(channel: ChannelView) -> Document:
    return {"id": channel.id, "name": channel.name, "key": channel.key, "kind": channel.kind}


def customer_document(customer: CustomerView) -> Document:
    return {"id": customer.id, "name": customer.name, "address": customer.address}


def lock_document(lock: LockView | None) -> Document | None:
    if lock is None:
        return None
    return {
        "holder": named_document(lock.holder),
        "taken_at": rfc3339(lock.taken_at),
        "expires_at": rfc3339(lock.expires_at),
    }


def address_document(address: AddressView) -> Document:
    return {"name": address.name, "address": address.address}


def _delivery_document(delivery: DeliveryView) -> Document:
    return {
        "id": delivery.entry_id,
        "state": delivery.state,
        "error": delivery.error or None,
        "attempts": delivery.attempts,
        "not_before": rfc3339(delivery.not_before),
        "is_scheduled": delivery.is_scheduled,
        "way": delivery.way or None,
        "settled_at": rfc3339(delivery.settled_at),
        "recipients": [
            {"role": each.role, "address": each.address, "state": each.state or None, "error": each.error or None}
            for each in delivery.recipients
        ],
    }


def _change(field: str, value: Any, names: Names) -> tuple[str, Any]:
    if field not in NAMED_FIELDS:
        return field, _pair(*value) if is_pair(value) else value
    what = NAMED_FIELDS[field]
    before, after = value if is_pair(value) else (None, value)
    pair = _pair(_entry(what, before, names), _entry(what, after, names))
    return field.removesuffix("_id"), pair if is_pair(value) else pair["after"]


def _pair(before: Any, after: Any) -> Document:
    return {"before": before, "after": after}


def _entry(what: str, row_id: int | None, names: Mapping[str, Mapping[int, str]]) -> Document | None:
    if row_id is None or (what == "ticket" and row_id not in names[what]):
        return None
    key = names.get(f"{what}_key", {}).get(row_id, "")
    return {"id": row_id, "name": names[what].get(row_id, ""), **({"key": key} if key else {})}
