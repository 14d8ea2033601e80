"""Fills an empty database with a year of a Japanese online shop's support."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.channels import queries as channel_queries
from app.core import clock
from app.core.desk import Desk
from app.core.i18n import current_locale, use_locale
from app.demo import queries
from app.demo.account import connect
from app.demo.board import pin_up
from app.demo.cast import HEAD, LEAD, LINE_BOX, Cast, engage
from app.demo.chatting import Chat
from app.demo.clerk import is_writable
from app.demo.diary import Diary
from app.demo.filing import Files, fold_counts, open_office, opener_with, plain_opener
from app.demo.inquiring import INQUIRIES, ask
from app.demo.marking import WORTH_IT, count_unwanted, mark
from app.demo.office import Known, Opener
from app.demo.passing_on import ask_others
from app.demo.people import Clientele
from app.demo.playing import Stage
from app.demo.plot import A_YEAR, Plot
from app.demo.promises import NOTED, note_calls, promise
from app.demo.questions import write_down
from app.demo.received import Mailroom
from app.demo.reporting import report
from app.demo.scripts import load_library
from app.demo.stationery import furnish, introduce_companies
from app.demo.stories import Story
from app.demo.talks import Talk, load_talks
from app.demo.visiting import CALLERS, welcome
from app.notices.jobs import NOTICES
from app.sla import policies, recounting
from app.sla.forms import PolicyForm
from app.tickets import consumer_queries, history_queries
from app.tickets.models import Priority

FOUNDED = timedelta(days=400)
TOLD_IN_FULL = 320
"""More tickets than these are plain: finished, without files and originals."""

A_SEASON = timedelta(days=120)
JUST_NOW = timedelta(days=2)
LATELY = JUST_NOW / timedelta(hours=1)
"""In hours: talks that began then are told of."""
PLAIN_GROWTH = 1.3

RULES = (
    PolicyForm(first_reply="4", next_reply="8", resolution="45", is_in_business_time=True, raise_after="2"),
    PolicyForm(
        priority=Priority.URGENT,
        first_reply="1",
        next_reply="2",
        resolution="9",
        is_in_business_time=True,
        raise_after="0.5",
    ),
)
"""Until when customers are answered; what is late already is shown, and told to nobody."""

Told = Callable[[int, int], None]
"""How many tickets are there, of how many."""


@dataclass(frozen=True, slots=True)
class Order:
    tickets: int
    seed: int
    password_hash: str


async def is_empty(desk: Desk) -> bool:
    async with desk.database.reading() as session:
        return await queries.is_empty(session)


async def fill(desk: Desk, order: Order, told: Told) -> None:
    """What is kept in words is in the installation's language, whatever the caller speaks."""
    spoken = current_locale()
    use_locale(desk.settings.locale)
    await _fill(desk, order, told)
    use_locale(spoken)


async def _fill(desk: Desk, order: Order, told: Told) -> None:
    """The older stories are filed as rows, what goes on is played through the verbs."""
    now, random = clock.now(), Random(order.seed)
    cast = await _engage(desk, order, now)
    unwanted = count_unwanted(order.tickets)
    talks = load_talks().talks if order.tickets >= WORTH_IT else ()
    inquiries = len(INQUIRIES) if order.tickets >= WORTH_IT else 0
    callers = len(CALLERS) if order.tickets >= WORTH_IT else 0
    noted = NOTED if order.tickets >= WORTH_IT else ()
    others = unwanted + len(talks) + inquiries + callers + len(noted)
    show = Show(desk, cast, Diary(now, desk.settings.zone, random), order.tickets - others, told)
    await show.file_plain(max(order.tickets - TOLD_IN_FULL, 0))
    await show.tell(min(order.tickets, TOLD_IN_FULL) - others, talks)
    await mark(desk, cast, random, has_unwanted=unwanted > 0)
    if inquiries:
        await ask(desk, cast, now)
        await welcome(desk, cast, now)
    told(order.tickets, order.tickets)
    async with desk.database.transaction() as session:
        await introduce_companies(session)
        await pin_up(session, cast, desk.settings.zone)
        await promise(session, cast, now)
        await note_calls(session, cast, now, noted)
        await write_down(session, random, by=cast.agents[LEAD])
    await _end_the_day(desk, cast, now)
    await asyncio.to_thread(connect, desk, cast.channels[LINE_BOX], show.history)


async def _end_the_day(desk: Desk, cast: Cast, now: datetime) -> None:
    """Others are asked; and once the schedule has done with what was changed, it is reported."""
    async with desk.database.transaction() as session:
        await ask_others(session, cast, now, desk.box)
    await fold_counts(desk)
    await recounting.recount_all(desk.database)
    await report(desk, cast, now)


async def _engage(desk: Desk, order: Order, now: datetime) -> Cast:
    categories = load_library().categories
    with clock.at(now - FOUNDED):
        async with desk.database.transaction() as session:
            cast = await engage(session, desk.box, categories=categories, password_hash=order.password_hash)
            await furnish(session, cast)
            for rule in RULES:
                await policies.add(session, rule, by=cast.agents[HEAD])
            return cast


class Show:
    def __init__(self, desk: Desk, cast: Cast, diary: Diary, total: int, told: Told) -> None:
        self._desk, self._cast, self._diary, self._total, self._told = desk, cast, diary, total, told
        self._random = diary.random
        self._clientele = Clientele(diary.random)
        self._uids = dict.fromkeys(cast.folders, 0)
        self._known: dict[str, Known] = {}
        self._count = 0
        self.history: list[dict[str, Any]] = []

    async def file_plain(self, count: int) -> None:
        arrivals = self._diary.arrivals(count, since=A_YEAR, until=JUST_NOW, growth=PLAIN_GROWTH)
        plot = Plot(load_library(), self._diary, self._clientele, is_plain=True)
        await self._file(plot.finished(arrivals), plain_opener(self._cast, self._random))

    async def tell(self, count: int, talks: Sequence[Talk]) -> None:
        since = A_YEAR if count == self._total else A_SEASON
        stories = Plot(load_library(), self._diary, self._clientele).recent(count, since=since)
        filed = [story for story in stories if self._is_over(story)]
        played = [story for story in stories if not self._is_over(story)]
        mailroom = Mailroom(self._desk.blobs, self._cast.folders, self._uids)
        await self._file(filed, opener_with(mailroom, self._cast, self._random))
        chat = Chat(self._desk, self._cast, self._diary)
        self.history = chat.history
        await chat.play([talk for talk in talks if talk.hours_ago >= LATELY])
        await self._begin_notices()
        await Stage(self._desk, self._cast, self._uids, self._random).play(played, self._tell_of(len(played)))
        await chat.play([talk for talk in talks if talk.hours_ago < LATELY])
        await self._note_mailboxes()

    async def _file(self, stories: Iterable[Story], opener: Opener) -> None:
        office = await open_office(self._desk, self._cast, opener, self._random)
        files = Files(self._desk, office, self._known)
        async for count in files.add(stories):
            self._count += count
            self._told(self._count, self._total)

    def _is_over(self, story: Story) -> bool:
        """Nothing happened of late, and nothing did that only the verbs can do."""
        return is_writable(story) and story.acts[-1].at < self._diary.now - JUST_NOW

    async def _begin_notices(self) -> None:
        """Nobody is told of last year."""
        async with self._desk.database.transaction() as session:
            await consumer_queries.fence(session, NOTICES.name, token="")
            newest = await history_queries.last_event_id(session)
            await consumer_queries.move(session, NOTICES.name, position=newest, failures=0)

    def _tell_of(self, played: int) -> Callable[[float], None]:
        return lambda share: self._told(self._count + int(share * played), self._total)

    async def _note_mailboxes(self) -> None:
        """As after a fetch that found nothing new."""
        async with self._desk.database.transaction() as session:
            for box, folder in self._cast.folders.items():
                at = self._diary.now
                await channel_queries.note_success(session, folder.id, on_server=self._uids[box], at=at)
