"""What can be chosen at the desk, and the names of everything that ever could."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, String, cast, literal, literal_column, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Team
from app.channels.models import Channel
from app.core.base import UTCDateTime
from app.core.rows import AnyRow, AnyUnion, fetch
from app.tickets.classification_models import Field, Label
from app.tickets.models import Category, Status

KEPT_ROWS = 500
NOTHING = cast(null(), String)
NO_ID = cast(null(), BigInteger)
NO_INSTANT = cast(null(), UTCDateTime)
CHOICES: AnyUnion = union_all(
    select(
        literal_column("'agent'").label("what"),
        Agent.id,
        Agent.name,
        NOTHING.label("key"),
        NOTHING.label("phase"),
        NO_ID.label("owner_id"),
        literal(False).label("asks"),
        Agent.absent_since,
        Agent.absent_until,
        literal(0).label("position"),
        Agent.disabled_at.is_(None).label("is_active"),
    ),
    select(
        literal_column("'team'"),
        Team.id,
        Team.name,
        NOTHING,
        NOTHING,
        NO_ID,
        Team.is_category_required,
        NO_INSTANT,
        NO_INSTANT,
        literal(0),
        Team.archived_at.is_(None),
    ),
    select(
        literal_column("'status'"),
        Status.id,
        Status.name,
        Status.key,
        cast(Status.phase, String),
        Status.team_id,
        Status.needs_reason,
        NO_INSTANT,
        NO_INSTANT,
        Status.position,
        Status.archived_at.is_(None),
    ),
    select(
        literal_column("'category'"),
        Category.id,
        Category.name,
        Category.path,
        NOTHING,
        Category.parent_id,
        literal(False),
        NO_INSTANT,
        NO_INSTANT,
        Category.position,
        Category.archived_at.is_(None),
    ),
    select(
        literal_column("'label'"),
        Label.id,
        Label.name,
        Label.colour,
        NOTHING,
        NO_ID,
        literal(False),
        NO_INSTANT,
        NO_INSTANT,
        Label.position,
        Label.archived_at.is_(None),
    ),
    select(
        literal_column("'field'"),
        Field.id,
        Field.name,
        Field.key,
        NOTHING,
        NO_ID,
        literal(False),
        NO_INSTANT,
        NO_INSTANT,
        Field.position,
        Field.archived_at.is_(None),
    ),
    select(
        literal_column("'channel'"),
        Channel.id,
        Channel.name,
        Channel.key,
        NOTHING,
        NO_ID,
        literal(False),
        NO_INSTANT,
        NO_INSTANT,
        literal(0),
        literal(True),
    ),
).order_by("what", "position", "name", "id")
"""`key` is a category's path and a label's colour; `owner_id` a status's team and a category's parent; `asks` is of a
status that needs a reason, and of a team that needs a category."""


async def list_choices(session: AsyncSession) -> Sequence[AnyRow]:
    """Agents, teams, statuses, categories and channels, also those that can no longer be chosen: history names them."""
    return await fetch(session, CHOICES, kept_rows=KEPT_ROWS)
