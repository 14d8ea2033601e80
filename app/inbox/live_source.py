"""How the live hub draws and counts: with the very queries and fragments of the pages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now
from app.core.i18n import use_locale
from app.core.rows import AnyRow
from app.inbox import row_queries
from app.inbox.desk import read_channels_of, read_numbers, read_sight
from app.inbox.own_tabs import count_own_tabs
from app.inbox.row_queries import Moment
from app.inbox.rows import Labels, Presences, make_row, read_labels, read_presences
from app.live.source import DeskNews, TicketNews
from app.web.templates import fragment


class InboxSource:
    async def tickets(
        self, session: AsyncSession, ids: Sequence[int], locales: Collection[str]
    ) -> Sequence[TicketNews]:
        moment = await row_queries.read_moment(session)
        results = await row_queries.list_tickets(session, ids)
        presences = await read_presences(session, ids)
        labels = await read_labels(session, ids)
        channels_of = await read_channels_of(session)
        audiences: defaultdict[int, set[int]] = defaultdict(set)
        for ticket_id, audience_id in await row_queries.list_audiences_ever(session, ids):
            audiences[ticket_id].add(audience_id)
        return [
            TicketNews(
                number=result.id,
                audience_id=result.audience_id,
                audiences_ever=frozenset(audiences[result.id] | {result.audience_id}),
                is_listed=result.is_counted,
                phase=result.phase,
                assignee_id=result.assignee_id,
                facts=_facts(result, labels),
                channel_ids=tuple(sorted(channels_of.get(result.audience_id, ()))),
                created_at=result.created_at,
                updated_at=result.last_activity_at,
                rows=_draw(result, presences, labels, moment, locales),
            )
            for result in results
        ]

    async def desks(self, session: AsyncSession, viewers: Sequence[Viewer]) -> Mapping[int, DeskNews]:
        """The numbers are read for all viewers at once."""
        audience_ids = sorted({audience_id for viewer in viewers for audience_id in viewer.audience_ids})
        agent_ids = [viewer.agent.id for viewer in viewers]
        numbers = await read_numbers(session, audience_ids, agent_ids)
        sights = {viewer.agent.id: await read_sight(session, viewer) for viewer in viewers}
        own = await count_own_tabs(session, list(sights.values()))
        desks = {}
        for viewer in viewers:
            tabs = numbers.tabs(viewer.audience_ids, viewer.agent.id)
            desks[viewer.agent.id] = DeskNews(
                tabs={**tabs, **own[viewer.agent.id]},
                mailboxes=numbers.mailboxes(sights[viewer.agent.id]),
                fresh=numbers.fresh(viewer),
                unread_notices=numbers.unread_notices(viewer),
                newest_notice=numbers.newest_notice(viewer.agent.id),
                handovers=numbers.handovers(viewer),
                not_sent=numbers.not_sent(viewer),
            )
        return desks


def _facts(result: AnyRow, labels: Labels) -> dict[str, object]:
    """By the names that conditions have."""
    return {
        "status": result.status_key,
        "team": result.team_id,
        "category": result.category_id,
        "labels": [label.id for label in labels.get(result.id, ())],
        "priority": result.priority,
        "complaint": result.is_complaint,
        "escalated": result.is_escalated,
        "waiting": result.is_waiting,
        "overdue": result.due_at is not None and result.due_at <= now(),
    }


def _draw(
    result: AnyRow, presences: Presences, labels: Labels, moment: Moment, locales: Collection[str]
) -> dict[str, str]:
    rows = {}
    for locale in locales:
        use_locale(locale)
        rows[locale] = str(fragment("inbox/_row.html", row=make_row(result, presences, labels, moment)))
    return rows
