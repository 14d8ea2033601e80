"""Rows for tests, saved through the real services; what matters to a test is named by it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.accounts.forms import AgentForm, TeamForm
from app.accounts.models import Agent, Role, Team
from app.accounts.passwords import hash_password
from app.channels.models import EMAIL, Channel
from app.core.crypto import new_token
from app.customers import service as customers
from app.customers.models import Customer, Identity
from app.tickets import service as tickets
from app.tickets.classification_models import Field, FieldChoice, FieldKind, Label
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Category, Phase, Status, Ticket

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday morning, ten o'clock in Tokyo."""

_numbers = count(1)


async def build_agent(
    session: AsyncSession,
    *,
    name: str = "山田 花子",
    email: str | None = None,
    role: Role = Role.AGENT,
    password: str | None = None,
    locale: str = "ja",
) -> Agent:
    """Without a password nobody signs in as them, which saves the time of hashing."""
    form = AgentForm(email=email or f"agent-{next(_numbers)}@example.jp", name=name, role=role)
    password_hash = await hash_password(password) if password else ""
    return await accounts.create_agent(session, form, password_hash=password_hash, locale=locale)


async def build_team(
    session: AsyncSession,
    *,
    name: str = "サポート",
    members: Sequence[Agent] = (),
    channels: Sequence[Channel] = (),
) -> Team:
    channel_ids = [channel.id for channel in channels]
    return await accounts.create_team(session, TeamForm(name=name), members=members, channel_ids=channel_ids)


async def build_channel(
    session: AsyncSession,
    *,
    name: str = "お問い合わせ窓口",
    kind: str = EMAIL,
    address: str = "support@example.jp",
    key: str | None = None,
) -> Channel:
    """Without settings and secrets: nothing can be fetched or sent by it."""
    channel = Channel(name=name, kind=kind, address=address, key=key or new_token())
    session.add(channel)
    await session.flush()
    return channel


async def build_label(session: AsyncSession, *, name: str = "返金待ち", colour: str = "") -> Label:
    label = Label(name=name, name_key=name, colour=colour)
    session.add(label)
    await session.flush()
    return label


async def build_field(
    session: AsyncSession,
    *,
    key: str = "order",
    name: str = "注文番号",
    kind: FieldKind = FieldKind.TEXT,
    team: Team | None = None,
    is_required: bool = False,
    choices: Sequence[str] = (),
) -> Field:
    field = Field(key=key, name=name, kind=kind, team_id=team.id if team else None, is_required=is_required)
    session.add(field)
    await session.flush()
    session.add_all(FieldChoice(field_id=field.id, name=choice) for choice in choices)
    await session.flush()
    return field


async def build_category(session: AsyncSession, *, name: str = "請求", parent: Category | None = None) -> Category:
    category = Category(name=name, parent_id=parent.id if parent else None, level=parent.level + 1 if parent else 1)
    session.add(category)
    await session.flush()
    category.path = f"{parent.path if parent else '/'}{category.id}/"
    return category


async def build_status(
    session: AsyncSession,
    *,
    name: str = "確認中",
    phase: Phase = Phase.IN_PROGRESS,
    team: Team | None = None,
    needs_reason: bool = False,
) -> Status:
    status = Status(
        key=f"own_{next(_numbers)}",
        name=name,
        phase=phase,
        team_id=team.id if team else None,
        needs_reason=needs_reason,
    )
    session.add(status)
    await session.flush()
    return status


async def build_identity(
    session: AsyncSession, *, name: str = "田中 一郎", address: str = "tanaka@example.com", kind: str = EMAIL
) -> Identity:
    """The same address again is the same customer."""
    return await customers.recognise(session, customers.Contact(kind=kind, address=address, name=name))


async def build_customer(
    session: AsyncSession, *, name: str = "田中 一郎", address: str = "tanaka@example.com", kind: str = EMAIL
) -> Customer:
    return (await build_identity(session, name=name, address=address, kind=kind)).customer


async def build_ticket(
    session: AsyncSession,
    *,
    subject: str = "請求書について",
    text: str = "請求書を再発行してください。",
    channel: Channel | None = None,
    customer: Customer | None = None,
    phase: Phase = Phase.NEW,
    at: datetime = AT,
) -> Ticket:
    """With one message of the customer's; without a `text` it has none."""
    customer = customer or await build_customer(session)
    ticket = await tickets.open_ticket(
        session,
        channel=channel or await build_channel(session),
        customer=customer,
        opening=tickets.Opening(subject=subject, at=at, phase=phase),
        by=Actor.customer(None),
    )
    if text:
        await _receive_first(session, ticket, subject=subject, text=text, at=at)
    return ticket


async def build_message(
    session: AsyncSession,
    ticket: Ticket,
    *,
    text: str = "まだ届いていません。",
    subject: str = "",
    at: datetime = AT,
    is_automatic: bool = False,
    author: Identity | None = None,
) -> Message:
    """A further message of the customer's."""
    message = Message(
        kind=MessageKind.INBOUND,
        channel_id=ticket.home_channel_id,
        author_identity_id=author.id if author else None,
        subject=subject,
        text=text,
        created_at=at,
        is_automatic=is_automatic,
    )
    by = Actor.customer(author.id if author else None)
    return await tickets.receive(session, ticket, message, by=by)


async def build_reply(
    session: AsyncSession, ticket: Ticket, *, author: Agent, text: str = "お送りしました。", at: datetime = AT
) -> Message:
    """An answer that joined the ticket; nothing is put into the outbox."""
    message = Message(
        kind=MessageKind.OUTBOUND,
        channel_id=ticket.home_channel_id,
        author_agent_id=author.id,
        text=text,
        created_at=at,
    )
    return await tickets.add_outbound(session, ticket, message, by=author)


async def _receive_first(session: AsyncSession, ticket: Ticket, *, subject: str, text: str, at: datetime) -> None:
    """Joins without the reopening that a further message brings to a done ticket."""
    phase_is_done = ticket.is_done
    message = Message(
        kind=MessageKind.INBOUND,
        channel_id=ticket.home_channel_id,
        subject=subject,
        text=text,
        created_at=at,
        is_automatic=phase_is_done,
    )
    await tickets.receive(session, ticket, message, by=Actor.customer(None))
    message.is_automatic = False
