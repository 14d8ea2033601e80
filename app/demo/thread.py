"""Tells one story act by act; each comes some time after the one before."""

from datetime import datetime, timedelta

from app.demo.cast import AGENTS, DUTY, HEAD, LEAD, TEAM_OF_BOX
from app.demo.diary import Diary
from app.demo.letters import Pen, Said, as_html, plain, plain_reply
from app.demo.matters import Matter
from app.demo.scripts import PHONE_BOX
from app.demo.stories import (
    Act,
    Answered,
    Arrival,
    Begun,
    CallTaken,
    Changed,
    Drafted,
    Ending,
    Nature,
    Noted,
    Story,
    Writing,
)
from app.demo.wording import Wording
from app.tickets.models import Priority
from connectors.contracts import Attachment

PICTURE_ID = "photo1@mail.example.com"
ABSENCE = """ただいま休暇をいただいております。
{deadline}より順次ご返信いたします。お急ぎの場合は代表電話までお願いいたします。

※このメールは自動で送信されています。"""
THANKS = Wording.of(
    "[早速のご対応ありがとうございました。助かりました。|無事に解決しました。ありがとうございます。|"
    "すみません、もう一点教えてください。同じものをもう一台買うと送料はいくらですか。|"
    "先ほどの件ですが、まだ直っていないようです。もう一度見ていただけますか。]"
)
AGAIN = Wording.of(
    "[先ほどお送りした件、補足です。購入は{date}でした。|まだお返事をいただけていないようですが、いかがでしょうか。|"
    "注文番号を書き忘れました。{order} です。]"
)
UNREADABLE_SUBJECT = "（無題）"


class Thread:
    def __init__(self, matter: Matter, diary: Diary, pen: Pen, at: datetime) -> None:
        self._matter, self._diary, self._pen = matter, diary, pen
        self._is_plain = matter.stock is not None
        self._box = matter.script.box
        self._by = diary.random.choice(DUTY[self._box])
        self._at = at
        self._said: Said | None = None
        self._is_sorted = False
        self._subject = matter.words(matter.script.subject)
        self.acts: list[Act] = []

    def is_up_to(self, name: str) -> None:
        self._by = name

    def is_up_to_a_colleague(self) -> None:
        """Of whoever looks at the demo."""
        self._by = DUTY[self._box][0]

    def story(self) -> Story:
        return Story(self._box, self._matter.person, self._diary.fit(self.acts))

    def asks(self) -> None:
        script = self._matter.script
        self._arrive(self._matter.words(script.asks), script.files if self._is_sometimes(0.75) else ())

    def asks_nothing_readable(self) -> None:
        self.acts.append(Arrival(self._at, UNREADABLE_SUBJECT, "", nature=Nature.UNREADABLE))

    def calls(self) -> None:
        self._at = self._diary.last_work(self._at)
        text = self._matter.words(self._matter.script.asks)
        self.acts.append(CallTaken(self._at, self._by, self._subject, text))

    def asks_again(self) -> None:
        self._at = self._diary.later(self._at, minutes=240)
        self._arrive(self._matter.words(AGAIN), ())

    def comes_back(self) -> None:
        """After a while, when everybody thought it was done."""
        self._at = self._diary.later(self._at, minutes=1500)
        self._arrive(self._matter.words(THANKS), ())

    def replies_automatically(self) -> None:
        self._at += timedelta(seconds=4)
        text = self._matter.words(Wording.of(ABSENCE))
        self.acts.append(Arrival(self._at, f"自動返信: {self._subject}", text, nature=Nature.AUTOMATIC))

    def is_sorted(self, *, to: bool = False, status: str | None = None) -> None:
        """Somebody looks at it: team, category, and how it is to be treated."""
        self._at = self._diary.at_work(self._at, minutes=25)
        script = self._matter.script
        is_new = not self._is_sorted
        change = Changed(
            self._at,
            self._by if status else LEAD,
            team=TEAM_OF_BOX.get(self._box) if is_new else None,
            assignee=self._by if to else None,
            category=script.category if is_new else None,
            priority=script.priority if is_new and script.priority is not Priority.NORMAL else None,
            is_complaint=True if is_new and script.is_complaint else None,
            status=status,
        )
        self._is_sorted = True
        self.acts.append(change)

    def is_noted(self) -> None:
        notes = self._matter.script.notes
        if notes:
            self._at = self._diary.at_work(self._at, minutes=20)
            text = self._matter.words(self._diary.random.choice(notes))
            by = HEAD if self._by == LEAD and "@suzuki" in text else self._by
            self.acts.append(Noted(self._at, by, text))

    def is_answered(self, wording: Wording, *, next_status: str, ending: Ending = Ending.SENT) -> None:
        script = self._matter.script
        text = self._begin(wording)
        self._at += timedelta(minutes=self._diary.random.uniform(2, 14))
        is_first = wording is script.answers
        files = self._matter.files(script.reply_files) if is_first and not self._is_plain else ()
        self.acts.append(Answered(self._at, self._by, text, next_status, files, ending))
        self._said = self._pen.said_by_desk(self._at, self._box, text)

    def says_more(self) -> None:
        script = self._matter.script
        if script.more is not None:
            self._at = self._diary.later(self._at, minutes=600)
            self._arrive(self._matter.words(script.more), script.more_files, is_answer=True)

    def is_laid_aside(self) -> None:
        text = self._begin(self._matter.script.answers)
        self._at += timedelta(minutes=6)
        self.acts.append(Drafted(self._at, self._by, text[: len(text) * 2 // 3]))

    def is_being_written(self, at: datetime) -> None:
        """Put behind the others once they fit."""
        text = self._reply(self._matter.script.answers)
        self.acts.append(Writing(at, self._by, text[: len(text) // 2]))

    def is_closed(self, *, minutes: float) -> None:
        """By hand; who has not said yet what it was about says so."""
        if not self._is_sorted:
            self.is_sorted(to=True, status="done")
            return
        self._at = self._diary.at_work(self._at, minutes=minutes)
        self.acts.append(Changed(self._at, self._by, status="done"))

    def _begin(self, wording: Wording) -> str:
        if not self._is_sorted:
            self.is_sorted()
        self._at = self._diary.at_work(self._at, minutes=80)
        self.acts.append(Begun(self._at, self._by))
        return self._reply(wording)

    def _reply(self, wording: Wording) -> str:
        body = self._matter.words(wording, agent=AGENTS[self._by][0].split()[0])
        if self._is_plain:
            return plain_reply(body, by=self._by)
        is_first = not any(isinstance(act, Answered) for act in self.acts)
        person, said = self._matter.person, self._said
        return self._pen.from_desk(person, body, by=self._by, box=self._box, is_first=is_first, answers=said)

    def _arrive(self, body: str, kinds: tuple[str, ...], *, is_answer: bool = False) -> None:
        person = self._matter.person
        answers = self._said if is_answer and not self._is_plain else None
        is_first = not self.acts
        if self._is_plain:
            text = plain(body)
        else:
            text = self._pen.from_customer(person, body, is_first=is_first, answers=answers)
        subject = f"Re: {self._subject}" if self._said else self._subject
        files = self._matter.files(kinds) if not self._is_plain else ()
        html = ""
        if self._matter.script.is_html and files:
            html, files = as_html(text, PICTURE_ID), _shown_below(files)
        self.acts.append(Arrival(self._at, subject, text, html, files))
        self._said = self._pen.said_by_customer(self._at, person, text)

    def _is_sometimes(self, share: float) -> bool:
        return self._diary.random.random() < share

    @property
    def is_call(self) -> bool:
        return self._box == PHONE_BOX


def _shown_below(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    first, *others = files
    shown = Attachment(first.filename, first.content_type, first.data, content_id=PICTURE_ID, is_inline=True)
    return (shown, *others)
