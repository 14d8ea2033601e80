"""Which stories there are: how many, when they began, and how far they have come."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from app.demo.cast import HEAD
from app.demo.diary import Diary
from app.demo.letters import Pen
from app.demo.matters import open_matter
from app.demo.people import Clientele
from app.demo.scripts import PHONE_BOX, Library, Script
from app.demo.stories import Ending, Story
from app.demo.thread import Thread
from app.demo.wording import Stock

A_YEAR = timedelta(days=365)
RECENT = timedelta(days=14)
GROWTH = 2.0
MAX_NEW = 32
MAX_IN_PROGRESS = 54
NEW_OF = 10
IN_PROGRESS_OF = 6
SPREAD = 1.6
"""Among how many times as many of the younger stories those in progress are."""

SECOND_ROUNDS = 0.5
NOTES = 0.25
RETURNS = 0.06


class Fate(StrEnum):
    """How far a story has come."""

    UNTOUCHED = "untouched"
    UNREADABLE = "unreadable"
    REOPENED = "reopened"
    TAKEN = "taken"
    ANSWERED = "answered"
    ANSWERED_BACK = "answered_back"
    ABSENT = "absent"
    LAID_ASIDE = "laid_aside"
    BEING_WRITTEN = "being_written"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    DONE = "done"


RARE = (Fate.REFUSED, Fate.UNCLEAR, Fate.BEING_WRITTEN, Fate.LAID_ASIDE, Fate.ABSENT, Fate.LAID_ASIDE, Fate.LAID_ASIDE)
USUAL = (Fate.ANSWERED, Fate.ANSWERED_BACK, Fate.TAKEN, Fate.ANSWERED, Fate.TAKEN)


class Plot:
    """`is_plain` is for very many: without files and HTML, and with texts that come up more than once."""

    def __init__(self, library: Library, diary: Diary, clientele: Clientele, *, is_plain: bool = False) -> None:
        self._library = library
        self._diary = diary
        self._random: Random = diary.random
        self._clientele = clientele
        self._pen = Pen(diary.random, diary.zone)
        self._stock = Stock() if is_plain else None

    def recent(self, count: int, *, since: timedelta) -> list[Story]:
        """Of all fates, oldest first."""
        arrivals = self._diary.arrivals(count, since=since, growth=GROWTH)
        return [self._tell(at, fate) for at, fate in zip(arrivals, self._fates(count), strict=True)]

    def finished(self, arrivals: Sequence[datetime]) -> Iterator[Story]:
        return (self._tell(at, Fate.DONE) for at in arrivals)

    def _fates(self, count: int) -> list[Fate]:
        """The newest are untouched; those in progress are somewhat older, among others that are done."""
        new, in_progress = min(MAX_NEW, count // NEW_OF), min(MAX_IN_PROGRESS, count // IN_PROGRESS_OF)
        reopened = new // 8
        untouched = new - reopened
        fates = [Fate.DONE] * count
        for rank in range(untouched):
            fates[-1 - rank] = Fate.UNREADABLE if rank == 7 else Fate.UNTOUCHED
        candidates = range(untouched, min(int(untouched + (in_progress + reopened) * SPREAD), count))
        chosen = self._random.sample(candidates, min(in_progress + reopened, len(candidates)))
        kinds = [*RARE, *USUAL * in_progress][:in_progress]
        for rank, fate in zip(chosen, [Fate.REOPENED] * reopened + kinds, strict=False):
            fates[-1 - rank] = fate
        return fates

    def _tell(self, at: datetime, fate: Fate) -> Story:
        script = self._script(at, may_call=fate in (Fate.DONE, Fate.TAKEN))
        person = self._clientele.next(of_company=script.box == "business")
        matter = open_matter(script, person, at, random=self._random, zone=self._diary.zone, stock=self._stock)
        thread = Thread(matter, self._diary, self._pen, at)
        if fate in (Fate.REFUSED, Fate.UNCLEAR):
            thread.is_up_to(HEAD)
        elif fate in (Fate.LAID_ASIDE, Fate.BEING_WRITTEN):
            thread.is_up_to_a_colleague()
        if thread.is_call:
            self._call(thread, fate)
        else:
            self._mail(thread, script, fate)
        story = thread.story()
        if fate is Fate.BEING_WRITTEN:
            thread.is_being_written(self._diary.now)
            story.acts.append(thread.acts[-1])
        return story

    def _script(self, at: datetime, *, may_call: bool) -> Script:
        while True:
            script = self._library.choose(self._random, is_late=self._diary.now - at < RECENT)
            if may_call or script.box != PHONE_BOX:
                return script

    def _call(self, thread: Thread, fate: Fate) -> None:
        thread.calls()
        if fate is Fate.DONE:
            thread.is_closed(minutes=3)
        else:
            thread.is_sorted(to=True, status="in_progress")

    def _mail(self, thread: Thread, script: Script, fate: Fate) -> None:
        if fate is Fate.UNREADABLE:
            thread.asks_nothing_readable()
        elif fate is Fate.UNTOUCHED:
            self._wait(thread)
        elif fate in (Fate.DONE, Fate.REOPENED):
            self._finish(thread, script, is_reopened=fate is Fate.REOPENED)
        else:
            self._go_on(thread, script, fate)

    def _wait(self, thread: Thread) -> None:
        thread.asks()
        if self._random.random() < 0.3:
            thread.is_sorted(to=self._random.random() < 0.4)
        if self._random.random() < 0.12:
            thread.asks_again()

    def _finish(self, thread: Thread, script: Script, *, is_reopened: bool) -> None:
        thread.asks()
        if self._random.random() < 0.6:
            thread.is_sorted(to=self._random.random() < 0.5)
        self._note(thread, NOTES)
        has_second = script.more is not None and self._random.random() < SECOND_ROUNDS
        is_left_open = not has_second and self._random.random() < 0.2
        thread.is_answered(script.answers, next_status="in_progress" if has_second or is_left_open else "done")
        if has_second:
            thread.says_more()
            thread.is_answered(script.closes, next_status="done")
        if is_left_open:
            thread.is_closed(minutes=2000)
        if is_reopened:
            thread.comes_back()
        elif self._random.random() < RETURNS:
            thread.comes_back()
            thread.is_closed(minutes=200)

    def _go_on(self, thread: Thread, script: Script, fate: Fate) -> None:
        thread.asks()
        if fate is Fate.TAKEN:
            thread.is_sorted(to=True, status="in_progress")
            self._note(thread, 0.8)
        elif fate is Fate.LAID_ASIDE:
            thread.is_laid_aside()
        elif fate is Fate.BEING_WRITTEN:
            thread.is_sorted(to=True)
        else:
            self._answer(thread, script, fate)

    def _answer(self, thread: Thread, script: Script, fate: Fate) -> None:
        endings = {Fate.REFUSED: Ending.REFUSED, Fate.UNCLEAR: Ending.UNCLEAR}
        self._note(thread, NOTES)
        thread.is_answered(script.answers, next_status="in_progress", ending=endings.get(fate, Ending.SENT))
        if fate is Fate.ABSENT:
            thread.replies_automatically()
        if fate is Fate.ANSWERED_BACK:
            thread.says_more() if script.more else thread.comes_back()

    def _note(self, thread: Thread, share: float) -> None:
        if self._random.random() < share:
            thread.is_noted()
