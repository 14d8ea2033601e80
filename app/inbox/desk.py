"""What a viewer sees of the desk, and how much of everything lies where."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Role
from app.core.i18n import gettext
from app.inbox import desk_queries
from app.inbox.choices import Choices
from app.inbox.troubles import MailboxTrouble, mailbox_troubles
from app.inbox.values import ChannelView, Named
from app.inbox.views import Desk, Mailbox, Tab
from app.inbox.words import ASIDE_NAMES, MINE, TAB_NAMES
from app.tickets.models import Phase

ALL = 0
FRESH = "fresh"
NOTICES = "notices"
NEWEST_NOTICE = "newest_notice"
HANDOVERS = "handovers"
IMPORTANT = "important"
NOT_SENT = "not_sent"
SENDING_PAUSED = "sending_paused"
UNDONE = (Phase.NEW, Phase.IN_PROGRESS)

ChannelsOf = Mapping[int, frozenset[int]]
"""The channels of each audience."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The channels that a viewer sees, and the audiences of each."""

    viewer: Viewer
    channels: tuple[ChannelView, ...]
    errors: Mapping[int, str]
    audiences_of: Mapping[int, frozenset[int]]
    troubled: tuple[MailboxTrouble, ...] = ()

    def audience_ids(self, channel_id: int | None = None) -> tuple[int, ...]:
        """All that the viewer sees, or those that have come in at one channel too."""
        if channel_id is None:
            return self.viewer.audience_ids
        audiences = self.audiences_of.get(channel_id, frozenset())
        return tuple(each for each in self.viewer.audience_ids if each in audiences)

    @property
    def is_admin(self) -> bool:
        return self.viewer.agent.role is Role.ADMIN

    @property
    def mailbox_bars(self) -> tuple[MailboxTrouble, ...]:
        """Above every page for those who can have it mended; the others find it on their own page."""
        return self.troubled if self.viewer.agent.role.leads else ()

    def sees(self, channel_id: int) -> bool:
        return any(channel.id == channel_id for channel in self.channels)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many tickets lie where, for any number of viewers at once."""

    counts: Mapping[tuple[str, int, int], int]
    """By what, whose (0 for all) and of which audience."""

    def tabs(self, audience_ids: Iterable[int], agent_id: int) -> dict[str, int]:
        ids = list(audience_ids)
        return {key: self._sum(key, ids, agent_id if key == MINE else ALL) for key in (*TAB_NAMES, *ASIDE_NAMES)}

    def mailboxes(self, sight: Sight) -> dict[int, int]:
        """Per channel what is not done; a ticket of two channels is in both."""
        return {
            channel.id: sum(self._sum(phase, sight.audience_ids(channel.id), ALL) for phase in UNDONE)
            for channel in sight.channels
        }

    def fresh(self, viewer: Viewer) -> int:
        """New tickets that are the viewer's, or nobody's and of one of their teams or of none."""
        whose = {viewer.agent.id, ALL, *(-team_id for team_id in viewer.team_ids)}
        return sum(self._sum(FRESH, viewer.audience_ids, each) for each in whose)

    def unread_notices(self, viewer: Viewer) -> int:
        """Of tickets that they may still see, and of what they are asked."""
        return self._sum(NOTICES, (*viewer.audience_ids, ALL), viewer.agent.id)

    def newest_notice(self, agent_id: int) -> int:
        return self.counts.get((NEWEST_NOTICE, agent_id, ALL), 0)

    def handovers(self, viewer: Viewer) -> int:
        """Of everybody and of the viewer's teams, without those about tickets that they do not see."""
        teams, audiences = {ALL, *viewer.team_ids}, {ALL, *viewer.audience_ids}
        return sum(
            count
            for (what, team_id, audience_id), count in self.counts.items()
            if what == HANDOVERS and audience_id in audiences and (team_id in teams or viewer.sees_all)
        )

    def has_important(self, agent_id: int) -> bool:
        """An announcement that they must confirm."""
        return (IMPORTANT, agent_id, ALL) in self.counts

    def not_sent(self, viewer: Viewer) -> int:
        """Failed and uncertain answers that are the viewer's to decide: their own; for leads everybody's."""
        whose = None if viewer.agent.role.leads else viewer.agent.id
        return sum(
            count
            for (what, author_id, audience_id), count in self.counts.items()
            if what == NOT_SENT and audience_id in viewer.audience_ids and whose in (None, author_id)
        )

    @property
    def is_sending_paused(self) -> bool:
        return (SENDING_PAUSED, ALL, ALL) in self.counts

    def _sum(self, what: str, audience_ids: Iterable[int], whose: int) -> int:
        return sum(self.counts.get((what, whose, audience_id), 0) for audience_id in audience_ids)


async def read_channels_of(session: AsyncSession) -> ChannelsOf:
    channels_of: defaultdict[int, set[int]] = defaultdict(set)
    for audience_id, channel_id in await desk_queries.list_audience_channels(session):
        channels_of[audience_id].add(channel_id)
    return {audience_id: frozenset(ids) for audience_id, ids in channels_of.items()}


async def read_sight(session: AsyncSession, viewer: Viewer) -> Sight:
    channels: dict[int, ChannelView] = {}
    errors: dict[int, str] = {}
    audiences_of: defaultdict[int, set[int]] = defaultdict(set)
    rows = await desk_queries.list_visible_channels(session, viewer.team_ids, sees_all=viewer.sees_all)
    for each in rows:
        channels[each.id] = ChannelView(each.id, each.kind, each.name, each.key, each.address)
        audiences_of[each.id].add(each.audience_id)
        if each.error:
            errors[each.id] = each.error
    frozen = {channel_id: frozenset(ids) for channel_id, ids in audiences_of.items()}
    return Sight(viewer, tuple(channels.values()), errors, frozen, mailbox_troubles(rows))


async def read_numbers(session: AsyncSession, audience_ids: Sequence[int], agent_ids: Sequence[int]) -> Numbers:
    """One statement, whoever asks."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for what, whose, audience_id, count in await desk_queries.count_everything(session, audience_ids, agent_ids):
        counts[what, whose, audience_id] += count
    return Numbers(counts)


async def read_tabs(session: AsyncSession, sight: Sight, channel_id: int | None = None) -> tuple[Tab, ...]:
    agent_id = sight.viewer.agent.id
    audience_ids = sight.audience_ids(channel_id)
    numbers = await read_numbers(session, audience_ids, [agent_id])
    return _tabs(numbers.tabs(audience_ids, agent_id))


async def read_desk(session: AsyncSession, sight: Sight, choices: Choices, channel_id: int | None) -> Desk:
    viewer = sight.viewer
    numbers = await read_numbers(session, viewer.audience_ids, [viewer.agent.id])
    counts = numbers.mailboxes(sight)
    return replace(
        bare_desk(viewer, choices),
        tabs=_tabs(numbers.tabs(sight.audience_ids(channel_id), viewer.agent.id)),
        mailboxes=tuple(Mailbox(each, counts[each.id], sight.errors.get(each.id, "")) for each in sight.channels),
        asides=_asides(numbers.tabs(sight.audience_ids(channel_id), viewer.agent.id)),
        fresh=numbers.fresh(viewer),
        unread_notices=numbers.unread_notices(viewer),
        newest_notice=numbers.newest_notice(viewer.agent.id),
        handovers=numbers.handovers(viewer),
        has_important=numbers.has_important(viewer.agent.id),
        not_sent=numbers.not_sent(viewer),
        is_sending_paused=numbers.is_sending_paused,
    )


def bare_desk(viewer: Viewer, choices: Choices) -> Desk:
    """Without counts: enough around a ticket that is shown alone."""
    return Desk(
        agent=Named(viewer.agent.id, viewer.agent.name),
        role=viewer.agent.role,
        locale=viewer.agent.locale,
        tabs=(),
        mailboxes=(),
        agents=choices.agents,
        teams=choices.teams,
        statuses=choices.statuses,
        categories=choices.categories,
        absent_ids=choices.absent_ids,
        asides=(),
        labels=choices.labels,
        fresh=0,
        unread_notices=0,
        newest_notice=0,
        handovers=0,
        has_important=False,
        not_sent=0,
        is_sending_paused=False,
    )


def _tabs(counts: Mapping[str, int]) -> tuple[Tab, ...]:
    return tuple(Tab(key, gettext(name), counts[key]) for key, name in TAB_NAMES.items())


def _asides(counts: Mapping[str, int]) -> tuple[Tab, ...]:
    return tuple(Tab(key, gettext(name), counts[key]) for key, name in ASIDE_NAMES.items())
