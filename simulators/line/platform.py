"""Everything that one simulator knows, put together."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel

from simulators.line.acting import Act, Actors
from simulators.line.ledger import Ledger
from simulators.line.media import Media
from simulators.line.people import AccountForm, GroupForm, People, PersonForm, usual_people
from simulators.line.rules import Rules
from simulators.line.sending import Counter, Post
from simulators.line.talks import ACCOUNT, DELIVERIES, Bubble, SaidForm, Talks, Way
from simulators.line.tokens import Bounded, Tokens
from simulators.line.webhooks import Courier, Delivery


class Credentials(BaseModel):
    """What the desk and LINE share, and whom one can play. Without an access token any is taken."""

    channel_secret: str = ""
    access_token: str = ""
    webhook_url: str = ""
    account: AccountForm = AccountForm()
    people: list[PersonForm] = []
    groups: list[GroupForm] = []
    history: list[SaidForm] = []


def read_credentials(file: Path) -> Credentials:
    """Raises OSError and ValueError."""
    return Credentials.model_validate_json(file.read_bytes())


@dataclass(slots=True)
class Platform:
    """`clock` gives seconds since 1970; tests move it."""

    credentials: Credentials = field(default_factory=Credentials)
    ledger_file: Path | None = None
    clock: Callable[[], float] = time.time
    client: httpx.AsyncClient | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    rules: Rules = field(init=False)
    people: People = field(init=False)
    talks: Talks = field(init=False)
    tokens: Tokens = field(init=False)
    media: Media = field(init=False)
    ledger: Ledger = field(init=False)
    post: Post = field(init=False)
    actors: Actors = field(init=False)
    courier: Courier = field(init=False)
    calls: Counter = field(init=False)

    def __post_init__(self) -> None:
        if not self.credentials.channel_secret:
            self.credentials.channel_secret = secrets.token_hex(16)
        self.talks = Talks()
        self.courier = Courier(self.clock, partial(self.talks.tell, DELIVERIES), self.client)
        self.ledger = Ledger(self.ledger_file)
        self._begin()

    def reset(self) -> None:
        """As at the start, the credentials and the address of the webhook aside."""
        self.courier.clear()
        self.ledger.clear()
        self.talks.clear()
        self._begin()

    def perform(self, acts: list[Act], *, copies: int = 0, is_separate: bool = False) -> list[Delivery]:
        """Several events in one body, or each in one of its own. Raises LineProblem."""
        events = [self.actors.act(act, self.rules) for act in acts]
        bodies = [[event] for event in events] if is_separate else [events]
        return [self.send(each, copies=copies) for each in bodies]

    def send(self, events: list[dict[str, Any]], *, copies: int = 0) -> Delivery:
        given, rules = self.credentials, self.rules.webhooks
        return self.courier.send(given.webhook_url, given.channel_secret, self.body(events), rules, copies=copies)

    def body(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return {"destination": self.credentials.account.user_id, "events": events}

    async def close(self) -> None:
        await self.courier.close()
        self.ledger.close()

    def _begin(self) -> None:
        given = self.credentials
        self.rules = Rules.model_validate({})
        self.people = People(given.people, given.groups) if given.people else usual_people()
        self.tokens = Tokens(self.clock)
        self.media = Media(self.clock)
        self.calls = Counter(self.clock)
        self.post = Post(self.people, self.talks, self.tokens, self.ledger, self.clock, Bounded())
        self.actors = Actors(given.account, self.people, self.talks, self.tokens, self.media, self.clock)
        for said in given.history:
            self._remember(said)

    def _remember(self, said: SaidForm) -> None:
        """It was answered long ago, or is in the desk already."""
        group = self.people.groups.get(said.chat)
        everybody = group.members if group else [said.chat]
        way: Way = "push" if said.author == ACCOUNT else "user"
        shown_to = [each for each in everybody if each != said.author]
        if said.author == ACCOUNT:
            self.talks.mark_read(said.chat)
        self.talks.add(
            Bubble(said.id, said.chat, said.author, said.message, said.at, way, shown_to, is_unsent=said.is_unsent)
        )
