"""Questions to people without an account: a mail through the outbox with a link that only its reader has.

The link's secret is made of the desk's key and a nonce as the mail leaves; the database keeps its hash alone. A guest
sees this one question and nothing else, answers once, and may ask back; the link ends with it, or after a month.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels import endpoints
from app.channels.models import EMAIL
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token, new_token
from app.core.i18n import current_locale, gettext, use_locale
from app.customers.service import address_key
from app.escalations import guest_queries, queries
from app.escalations.errors import NoMailbox
from app.escalations.models import Escalation
from app.outbox.lending import link_to_question
from app.outbox.mailing import automatic_mail, post
from app.tickets.history_models import EventKind
from app.tickets.message_models import ASKED
from app.tickets.models import Ticket

LIFE = timedelta(days=30)
PATH = "/asked/"
HIDDEN = "••••••••"
"""What stands for the secret wherever the mail is shown."""


async def invite(
    session: AsyncSession,
    ticket: Ticket,
    escalation: Escalation,
    *,
    by: Agent,
    box: SecretBox,
    locale: str = "",
    more: str = "",
) -> None:
    """A new link; one that was sent before leads nowhere from now on. Raises NoMailbox."""
    mailbox = await queries.find_mailbox(session, ticket.home_channel_id)
    if mailbox is None:
        raise NoMailbox
    nonce = new_token()
    escalation.guest_address_key = address_key(escalation.guest_address)
    escalation.guest_locale = locale or escalation.guest_locale
    escalation.token_hash = hash_token(link_to_question(box, escalation.id, nonce))
    escalation.token_expires_at = now() + LIFE
    path = f"{endpoints.addresses_of(EMAIL).get(endpoints.OURS, '')}{PATH}"
    shown = f"{path}{HIDDEN}"
    with _in_language(escalation.guest_locale):
        subject = gettext("A question from {name} ({mailbox}) [Q-{number}]", **_names(by, mailbox.name, escalation))
        text = _words(escalation, shown, by=by, place=mailbox.name, more=more)
    asked = {"escalation_id": escalation.id, "nonce": nonce, "path": path, "shown": shown}
    mail = automatic_mail(mailbox, subject=subject, text=text, extras={ASKED: asked}, author_agent_id=by.id)
    await post(
        session,
        ticket,
        mail,
        mailbox,
        name=escalation.guest_name,
        address=escalation.guest_address,
        kind=EventKind.ESCALATION_MAILED,
    )
    escalation.mail_message_id = mail.id


async def find_by_token(session: AsyncSession, token: str) -> Escalation | None:
    """Also what is over: whoever has the link is told so, and is shown nothing of it."""
    return await guest_queries.find_by_token(session, hash_token(token))


def is_open_to_guest(escalation: Escalation) -> bool:
    expires_at = escalation.token_expires_at
    return not escalation.is_over and expires_at is not None and expires_at > now()


def _names(by: Agent, place: str, escalation: Escalation) -> dict[str, object]:
    return {"name": by.name, "mailbox": place, "number": escalation.id}


def _words(escalation: Escalation, shown: str, *, by: Agent, place: str, more: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in escalation.question.splitlines())
    added = [gettext("Added now:"), "\n".join(f"> {line}".rstrip() for line in more.splitlines())] if more else []
    zone = endpoints.zone()
    due = escalation.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if escalation.due_at else ""
    parts = [
        gettext("Dear {name},", name=escalation.guest_name or escalation.guest_address),
        gettext("{name} of {mailbox} asks you:", name=by.name, mailbox=place),
        quoted,
        *added,
        gettext("Please answer until {time}.", time=f"{due} ({zone.key})") if due else "",
        gettext("Answer here, with files too; you need no account:"),
        shown,
        gettext(
            "Or answer this mail. The link is for you alone: please do not pass it on. It ends after {days} days.",
            days=LIFE.days,
        ),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


@contextmanager
def _in_language(locale: str) -> Iterator[None]:
    before = current_locale()
    use_locale(locale)
    try:
        yield
    finally:
        use_locale(before)
