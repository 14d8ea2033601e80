"""Plays talks: what customers say comes as LINE's webhooks do, what agents do goes through the verbs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.channels.models import Channel
from app.channels.registry import talk_connector_for
from app.channels.service import opened_secrets, settings_of
from app.conversations.profiles import Asker
from app.core import clock
from app.core.desk import Desk
from app.core.outside import Outside
from app.demo import queries
from app.demo.account import ACCOUNT_ID
from app.demo.acting import act_on
from app.demo.cast import AGENTS, LINE_BOX, Cast
from app.demo.diary import MARGIN, Diary
from app.demo.stories import Act, Answered, Begun, Changed, Noted
from app.demo.talks import STICKER_PACKAGE, STICKERS, Circle, Line, Speaker, Talk, load_talks
from app.ingest.digest import digest_next
from app.ingest.hooks import HookIntake
from connectors.line.signature import HEADER, sign
from connectors.talks import Profile
from connectors.talks import Talk as TalkWith

BEFORE_AN_ANSWER = 0.5
"""Of the time since the line before it, an agent takes to begin."""
A_DAY_IN_HOURS = 24


@dataclass(slots=True)
class Part:
    """A talk while it is played; `last_id` is what LINE called its newest message."""

    talk: Talk
    at: datetime
    last_id: str = ""
    ticket_id: int = 0
    is_sorted: bool = False

    @property
    def address(self) -> str:
        return self.talk.circle.id if self.talk.circle else self.talk.speaker.id


class Introductions:
    """Tells names as LINE does, from the demo's own list; there are no pictures."""

    def __init__(self) -> None:
        known = load_talks()
        everybody: list[Speaker | Circle] = [*known.speakers.values(), *known.circles.values()]
        self._names = {each.id: each.name for each in everybody}

    async def read_profile(self, talk: TalkWith, member: str = "") -> Profile:
        return Profile(self._names[member or talk.address])


class Chat:
    def __init__(self, desk: Desk, cast: Cast, diary: Diary) -> None:
        self._desk, self._cast, self._now = desk, cast, diary.now
        self._diary, self._random = diary, Random(diary.random.random())
        self._intake = HookIntake(desk.database)
        self.history: list[dict[str, Any]] = []
        """As it stands in the talks of those who spoke, for the stand-in of LINE."""

    async def play(self, talks: Sequence[Talk]) -> None:
        """One after the other: each is a ticket of its own."""
        for talk in talks:
            part = Part(talk, self._beginning(talk))
            for line in talk.lines:
                await self._add(part, line)

    def _beginning(self, talk: Talk) -> datetime:
        at = self._now - timedelta(hours=talk.hours_ago)
        return self._diary.last_work(at) if talk.hours_ago > A_DAY_IN_HOURS else at

    async def _add(self, part: Part, line: Line) -> None:
        before = part.at
        part.at = min(before + timedelta(minutes=line.minutes), max(self._now - MARGIN, before))
        if line.kind in ("answers", "notes", "closes"):
            for act in self._acts(part, line, before):
                await act_on(self._desk, self._cast, part.ticket_id, act)
            if line.kind == "answers":
                sender = {"name": AGENTS[part.talk.agent][0]}
                self._remember(part, "account", {"type": "text", "text": line.value, "sender": sender})
        else:
            await self._tell(part, line)

    def _acts(self, part: Part, line: Line, before: datetime) -> list[Act]:
        by = part.talk.agent
        if line.kind == "notes":
            return [Noted(part.at, by, line.value)]
        if line.kind == "closes":
            return [Changed(part.at, by, status="done")]
        began = before + (part.at - before) * BEFORE_AN_ANSWER
        sorting: list[Act] = [] if part.is_sorted else [Changed(began, by, category=part.talk.category)]
        part.is_sorted = True
        return [Begun(began, by), *sorting, Answered(part.at, by, line.value, line.status)]

    async def _tell(self, part: Part, line: Line) -> None:
        """Signed, split, stored and digested as LINE's own."""
        channel = self._cast.channels[LINE_BOX]
        body = json.dumps({"destination": ACCOUNT_ID, "events": [self._event(part, line)]}, ensure_ascii=False).encode()
        signature = sign(opened_secrets(channel, self._desk.box)["channel_secret"], body)
        hook = talk_connector_for(channel.kind).hook(settings_of(channel, self._desk.box))
        with clock.at(part.at):
            await self._intake.take(channel, hook.read(body, {HEADER: signature}))
            await digest_next(self._desk.database, self._desk.blobs)
            await self._introduce()
        async with self._desk.database.reading() as session:
            part.ticket_id = await queries.find_ticket_of_talk(session, channel.id, part.address) or 0

    async def _introduce(self) -> None:
        asker = Asker(self._desk.database, self._desk.blobs, _platform_of, Outside())
        while await asker.ask_next():
            pass

    def _event(self, part: Part, line: Line) -> dict[str, Any]:
        kind, more = self._said(part, line)
        return {
            "type": kind,
            "mode": "active",
            "timestamp": int(part.at.timestamp() * 1000),
            "webhookEventId": f"01{self._random.getrandbits(96):024X}",
            "deliveryContext": {"isRedelivery": False},
            "source": _source(part.talk, line),
            **more,
        }

    def _said(self, part: Part, line: Line) -> tuple[str, dict[str, Any]]:
        if line.kind == "unsends":
            self.history[-1]["is_unsent"] = True
            return "unsend", {"unsend": {"messageId": part.last_id}}
        if line.kind in WITHOUT_WORDS:
            return WITHOUT_WORDS[line.kind]
        part.last_id = str(self._random.randint(10**17, 10**18))
        self._remember(part, line.by.id, _message(line), id=part.last_id)
        return "message", {"message": {"id": part.last_id, **_message(line)}}

    def _remember(self, part: Part, author: str, message: dict[str, Any], **more: str) -> None:
        at = int(part.at.timestamp() * 1000)
        self.history.append({"chat": part.address, "author": author, "message": message, "at": at, **more})


WITHOUT_WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "follows": ("follow", {"follow": {"isUnblocked": False}}),
    "blocks": ("unfollow", {}),
    "joins": ("join", {}),
}


def _message(line: Line) -> dict[str, Any]:
    quote = {"quoteToken": f"demo-{line.minutes}"}
    if line.kind == "sticker":
        sticker = {"packageId": STICKER_PACKAGE, "stickerId": STICKERS[line.value], "stickerResourceType": "STATIC"}
        return {"type": "sticker", **sticker, "keywords": [line.value], **quote}
    if line.kind == "place":
        return {"type": "location", **line.value}
    return {"type": "text", "text": line.value, **quote}


def _source(talk: Talk, line: Line) -> dict[str, str]:
    if talk.circle is None:
        return {"type": "user", "userId": line.by.id}
    member = {} if line.kind == "joins" else {"userId": line.by.id}
    return {"type": "group", "groupId": talk.circle.id, **member}


def _platform_of(channel: Channel) -> Any:
    return Introductions()
