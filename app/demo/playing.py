"""Plays stories through the very verbs that people and mailboxes use, each act at its own time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from app.core import clock
from app.core.desk import Desk
from app.demo import mails, queries
from app.demo.acting import act_on
from app.demo.cast import Cast
from app.demo.filing import new_foreign_id
from app.demo.received import UIDVALIDITY
from app.demo.stories import Act, Arrival, CallTaken, Story, Writing
from app.demo.taking_down import take_down
from app.ingest.accept import accept
from app.ingest.digest import digest_next
from connectors.contracts import FolderState, RawBatch, RawMessage

AT_ONCE = 16
TOGETHER = timedelta(minutes=10)
Progress = Callable[[float], None]
"""Called with the share of the acts that were played."""


@dataclass(slots=True)
class Part:
    """A story while it is played: its ticket, and the Message-IDs of its mails so far."""

    story: Story
    ticket_id: int = 0
    thread: list[str] = field(default_factory=list)


class Stage:
    """`uids` are the last of each box, which count on."""

    def __init__(self, desk: Desk, cast: Cast, uids: dict[str, int], random: Random) -> None:
        self._desk, self._cast, self._uids, self._random = desk, cast, uids, random
        self._arrivals: list[tuple[Part, Arrival]] = []

    async def play(self, stories: Sequence[Story], progress: Progress) -> None:
        """In the order of time over all stories, so that the log of events reads as it would have grown."""
        acts = _in_order(stories)
        for number, (part, act) in enumerate(acts, start=1):
            if isinstance(act, Arrival) and self._may_wait(part, act):
                self._arrivals.append((part, act))
                continue
            await self._receive()
            if isinstance(act, Arrival):
                self._arrivals.append((part, act))
            else:
                await self._act(part, act)
            progress(number / len(acts))
        await self._receive()
        progress(1.0)

    def _may_wait(self, part: Part, arrival: Arrival) -> bool:
        """Mails that come soon after each other are digested together."""
        waiting = self._arrivals
        is_soon = not waiting or arrival.at - waiting[0][1].at < TOGETHER
        return is_soon and len(waiting) < AT_ONCE and all(part is not other for other, _ in waiting)

    async def _act(self, part: Part, act: Act) -> None:
        if isinstance(act, CallTaken):
            part.ticket_id = await take_down(self._desk, self._cast, part.story, act)
        elif isinstance(act, Writing):
            await act_on(self._desk, self._cast, part.ticket_id, act)
        else:
            mail_id = await act_on(self._desk, self._cast, part.ticket_id, act)
            part.thread.extend([mail_id] if mail_id else [])

    async def _receive(self) -> None:
        """By the way of every mail: stored raw, then digested."""
        arrivals, self._arrivals = self._arrivals, []
        if not arrivals:
            return
        with clock.at(arrivals[-1][1].at):
            for part, arrival in arrivals:
                await self._accept(part, arrival)
            await digest_next(self._desk.database, self._desk.blobs)
        await self._note_tickets([part for part, _ in arrivals])

    async def _accept(self, part: Part, arrival: Arrival) -> None:
        box = part.story.box
        channel, folder = self._cast.channels[box], self._cast.folders[box]
        mail_id = new_foreign_id(self._random)
        data = mails.write(arrival, part.story.person, channel, mail_id=mail_id, thread=part.thread)
        part.thread.append(mail_id)
        self._uids[box] += 1
        raw = RawMessage(uid=self._uids[box], data=data, received_at=arrival.at)
        batch = RawBatch(FolderState(UIDVALIDITY, on_server=raw.uid), (raw,))
        await accept(self._desk.database, self._desk.blobs, channel, folder, batch)

    async def _note_tickets(self, parts: Sequence[Part]) -> None:
        fresh = {part.thread[-1]: part for part in parts if not part.ticket_id}
        async with self._desk.database.reading() as session:
            for mail_id, ticket_id in (await queries.map_tickets(session, list(fresh))).items():
                fresh[mail_id].ticket_id = ticket_id


def _in_order(stories: Sequence[Story]) -> list[tuple[Part, Act]]:
    parts = [Part(story) for story in stories]
    return sorted(((part, act) for part in parts for act in part.story.acts), key=lambda pair: pair[1].at)
