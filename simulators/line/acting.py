"""What users do, and what LINE makes of it: a bubble in the talk, a friend more or less, and an event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from simulators.line import contents, events, media, naming
from simulators.line.media import Media
from simulators.line.people import AccountForm, Group, People, Person
from simulators.line.problems import LineProblem
from simulators.line.rules import Rules
from simulators.line.talks import PEOPLE, Bubble, Talks
from simulators.line.tokens import Tokens


class Act(BaseModel):
    """One thing that a user does. `chat` is a group's or room's id; without it the user talks to the account alone."""

    type: str
    user: str | None = None
    chat: str | None = None
    message: dict[str, Any] = {}
    quote: str | None = None
    """The id of the message that is quoted."""
    message_id: str | None = None
    """What is unsent."""
    size: int = 0
    """Of a picture, film, sound or file: so many bytes, without a body."""
    mode: Literal["active", "standby"] | None = None
    timestamp: int | None = None
    event_id: str | None = None
    fields: dict[str, Any] = {}
    """Put over the event as it would be: the way to odd ones."""


@dataclass(slots=True)
class Actors:
    account: AccountForm
    people: People
    talks: Talks
    tokens: Tokens
    media: Media
    clock: Callable[[], float]

    def act(self, act: Act, rules: Rules, *, data: bytes = b"", content_type: str = "") -> events.Event:
        """The event that tells of it. Raises LineProblem where there is no such user, talk or message."""
        at = act.timestamp or int(self.clock() * 1000)
        person, group = self._who(act), self._where(act)
        source = None if act.type in events.WITHOUT_SOURCE else events.source_of(person.id, group)
        event = events.frame(act.type, at=at, mode=act.mode or rules.webhooks.mode, source=source)
        event |= events.usual_fields(act.type, user_id=person.id, account_id=self.account.user_id, at=at)
        if act.type == "message":
            event["message"] = self._say(act, person, group, at, data, content_type)
        event |= self._effect(act, person, group)
        if act.type in events.REPLYABLE and event["mode"] == "active":
            event["replyToken"] = self.tokens.for_reply(
                group.id if group else person.id, seconds=rules.reply_token_seconds
            )
        if act.event_id:
            event["webhookEventId"] = act.event_id
        return event | act.fields

    def _who(self, act: Act) -> Person:
        return self.people.person(act.user) if act.user else next(iter(self.people.persons.values()))

    def _where(self, act: Act) -> Group | None:
        return self.people.group(act.chat) if act.chat and act.chat != act.user else None

    def _effect(self, act: Act, person: Person, group: Group | None) -> dict[str, Any]:
        """What changes besides, and what the event says of it."""
        if act.type == "unsend":
            return self._unsend(act)
        if act.type == "follow":
            was_blocking, person.is_friend, person.is_blocking = person.is_blocking, True, False
            self.talks.tell(PEOPLE)
            return {"follow": {"isUnblocked": was_blocking}}
        if act.type == "unfollow":
            person.is_blocking = True
        elif group is not None:
            _move(act.type, person, group)
        self.talks.tell(PEOPLE)
        return {}

    def _unsend(self, act: Act) -> dict[str, Any]:
        bubble = self.talks.find(act.message_id or "")
        if bubble:
            self.talks.unsend(bubble)
            self.media.forget(bubble.id)
        if not act.message_id:
            raise LineProblem(400, "An unsend needs the message_id of a message")
        return {"unsend": {"messageId": act.message_id}}

    def _say(
        self, act: Act, person: Person, group: Group | None, at: int, data: bytes, content_type: str
    ) -> dict[str, Any]:
        number, kind = naming.message_id(), str(act.message.get("type", "text"))
        said = act.message
        if kind in contents.PROVIDED or kind == "file":
            data = data or media.sample(kind)
            medium = self.media.keep(number, kind, data, content_type=content_type, size=act.size)
            said = {"fileSize": medium.size, **said}
        content = contents.content(kind, said)
        if kind == "text":
            content |= self._mentions(content)
        chat_id = group.id if group else person.id
        bubble = Bubble(number, chat_id, person.id, content, at, shown_to=self._others(person, group))
        bubble.quoted_id = act.quote
        self.talks.add(bubble)
        return {"id": number, **content, **self._marks(number, kind, act.quote)}

    def _marks(self, number: str, kind: str, quote: str | None) -> dict[str, Any]:
        marks = {"markAsReadToken": self.tokens.for_message(number)}
        if kind in contents.WITH_QUOTE_TOKEN:
            marks["quoteToken"] = self.tokens.for_message(number)
        return marks | ({"quotedMessageId": quote} if quote else {})

    def _mentions(self, content: dict[str, Any]) -> dict[str, Any]:
        """@ and the name of somebody who is there, or of the account."""
        if "mention" in content:
            return {}
        text, found = content["text"], []
        for name, about in self._mentionable().items():
            place = text.find(f"@{name}")
            if place >= 0:
                index, length = contents.units_before(text, place), contents.units_before(f"@{name}", len(name) + 1)
                found.append({"index": index, "length": length, **about})
        return {"mention": {"mentionees": found}} if found else {}

    def _mentionable(self) -> dict[str, dict[str, Any]]:
        account = {"type": "user", "userId": self.account.user_id, "isSelf": True}
        others = {
            person.name: {"type": "user", "userId": person.id, "isSelf": False}
            for person in self.people.persons.values()
        }
        return {self.account.name: account, "All": {"type": "all"}, **others}

    def _others(self, person: Person, group: Group | None) -> list[str]:
        return [member for member in group.members if member != person.id] if group else []


def _move(kind: str, person: Person, group: Group) -> None:
    if kind in ("join", "leave"):
        group.has_account = kind == "join"
    elif kind == "memberJoined" and person.id not in group.members:
        group.members.append(person.id)
    elif kind == "memberLeft" and person.id in group.members:
        group.members.remove(person.id)
