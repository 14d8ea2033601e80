"""The API's JSON of escalations."""

from typing import Any

from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.escalations.views import EscalationView, FileLine, Person
from app.tickets.attachments import signed_url


def escalation_document(view: EscalationView, box: SecretBox) -> dict[str, Any]:
    """`ticket` is null for those who see nothing but the question."""
    return {
        "id": view.id,
        "parent_id": view.parent_id,
        "level": view.level,
        "reason": {"key": view.reason_key, "name": view.reason},
        "from": _person(view.asker),
        "to": {
            "kind": view.target,
            "id": view.asked.id,
            "name": view.asked.name,
            "address": view.asked.address or None,
        },
        "question": view.question,
        "answer": view.answer or None,
        "asked_at": rfc3339(view.asked_at),
        "due_at": rfc3339(view.due_at),
        "is_overdue": view.is_overdue,
        "state": view.state,
        "outcome": view.outcome,
        "ended_at": rfc3339(view.ended_at),
        "ended_by": _person(view.ended_by) if view.ended_by else None,
        "returned_count": view.returned_count,
        "seconds": view.seconds,
        "business_seconds": view.business_seconds,
        "turns": [
            {"kind": each.kind, "text": each.text, "by": each.by or None, "at": rfc3339(each.at)} for each in view.turns
        ],
        "attachments": [_file(each, box) for each in view.files],
        "answer_attachments": [_file(each, box) for each in view.answer_files],
        "ticket": _ticket(view),
        "may": {"answer": view.may_answer, "return": view.may_return, "manage": view.may_manage},
    }


def _ticket(view: EscalationView) -> dict[str, Any] | None:
    about = view.ticket
    if about is None:
        return None
    category = {"id": about.category_id, "name": about.category} if about.category_id else None
    customer = {"id": about.customer_id, "name": about.customer}
    return {"number": about.number, "subject": about.subject, "customer": customer, "category": category}


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name}


def _file(file: FileLine, box: SecretBox) -> dict[str, Any]:
    """Signed for some minutes: who is asked has no other right to it."""
    url = signed_url(box, file.id, file.name, now())
    return {"id": file.id, "name": file.name, "type": file.content_type, "size": file.size, "url": url}
