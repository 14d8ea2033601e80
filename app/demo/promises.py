"""Calls of today, and whom the shop has promised to call back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import viewer_of
from app.calls import service as calls
from app.calls.forms import CallerForm, CallForm, Direction, PromiseForm
from app.channels.models import PHONE
from app.core import clock
from app.customers import queries as customer_queries
from app.demo import queries
from app.demo.cast import HEAD, LEAD, Cast
from app.demo.scripts import PHONE_BOX
from app.tasks import service as tasks
from app.tasks.forms import CallbackForm
from app.tickets import queries as ticket_queries
from app.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Promised:
    """By whom, to be kept by whom (empty: whoever comes first), in how many minutes from now."""

    by: str
    to: str
    minutes: int
    text: str


PROMISES = (
    Promised("tanaka", HEAD, -25, "お昼休みの間に電話がほしいとのことです。"),
    Promised("takahashi", "", 20, "別の担当者でも構わないとのことです。"),
    Promised(LEAD, HEAD, 90, "倉庫に在庫を確認してから折り返します。"),
    Promised("tanaka", "tanaka", 150, "配送会社の回答を伝える約束です。"),
    Promised(HEAD, LEAD, 26 * 60, "見積の金額について、明日の午前中にご説明します。"),
)
PROMISED_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Noted:
    """A call of today: by whom it was taken and how long ago, and by when somebody calls back."""

    by: str
    minutes_ago: int
    due_in_minutes: int
    tel: str
    caller: CallerForm
    content: str
    answer: str = ""
    direction: Direction = Direction.IN


NOTED = (
    Noted(
        "tanaka", 95, -20, "090-0000-9101", CallerForm(name="村上 由紀", reading="むらかみ ゆき"),
        "昨日届いた加湿器のふたが閉まらない。今夜使いたいので急いでいる。",
        "在庫を確かめて、午前中に折り返すと伝えた。",
    ),
    Noted(
        "takahashi", 70, 45, "03-0000-9102 内線21", CallerForm(name="岡本 誠", company="株式会社みなと設備"),
        "見積の内訳（送料）を知りたい。", "担当から折り返すと伝えた。",
    ),
    Noted("suzuki", 40, 25, "080-0000-9103", CallerForm(), "", direction=Direction.MISSED),
)  # fmt: skip


async def note_calls(session: AsyncSession, cast: Cast, at: datetime, calls_of_today: Sequence[Noted]) -> None:
    """As they were written down today, the first for the head of the desk."""
    for place, noted in enumerate(calls_of_today):
        form = CallForm(
            direction=noted.direction,
            tel=noted.tel,
            customer=noted.caller,
            content=noted.content,
            answer=noted.answer,
            assignee_id=cast.agents[HEAD].id if place == 0 else None,
            callback=PromiseForm(due_at=at + timedelta(minutes=noted.due_in_minutes)),
        )
        with clock.at(at - timedelta(minutes=noted.minutes_ago)):
            await calls.note_call(session, form, viewer=await viewer_of(session, cast.agents[noted.by]))


async def promise(session: AsyncSession, cast: Cast, at: datetime) -> None:
    """As many as there are open phone tickets for."""
    numbers = await queries.list_undone(session, cast.channels[PHONE_BOX].id, limit=len(PROMISES))
    for number, promised in zip(numbers, PROMISES, strict=False):
        ticket = await ticket_queries.find_ticket(session, number)
        if ticket is not None:
            await _promise(session, cast, ticket, promised, at)


async def _promise(session: AsyncSession, cast: Cast, ticket: Ticket, promised: Promised, at: datetime) -> None:
    form = CallbackForm(
        due_at=at + timedelta(minutes=promised.minutes),
        assignee_id=cast.agents[promised.to].id if promised.to else None,
        text=promised.text,
        tel=await _tel(session, ticket.customer_id),
    )
    with clock.at(at - PROMISED_BEFORE):
        await tasks.add_callback(session, ticket, form, by=cast.agents[promised.by])


async def _tel(session: AsyncSession, customer_id: int) -> str:
    identities = await customer_queries.list_identities(session, customer_id)
    return next((each.address for each in identities if each.kind == PHONE), "")
