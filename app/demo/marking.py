"""What stories do not tell: labels, statuses of a team's own, what is held and why, fields, complaints, spam and trash.

Set at the end, through the verbs, on what is open and what was finished of late.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Team
from app.bulletin.models import Policy
from app.channels.models import EMAIL
from app.core import clock
from app.core.desk import Desk
from app.customers.models import Customer
from app.customers.service import Contact, name_key, recognise
from app.demo import queries
from app.demo.cast import HEAD, LEAD, Cast
from app.tickets import assignment, closing, disposal, fields, labels, service
from app.tickets import queries as ticket_queries
from app.tickets.classification_models import Field, FieldChoice, FieldKind, Label, LabelColour
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Phase, Status, Ticket

LABELS = {
    "返金待ち": LabelColour.ORANGE,
    "部品取り寄せ": LabelColour.TEAL,
    "メーカー確認中": LabelColour.BLUE,
    "VIP": LabelColour.PURPLE,
    "再発": LabelColour.RED,
    "FAQ候補": LabelColour.GREEN,
    "代引き": LabelColour.BROWN,
}
OWN_STATUSES = {"サポート1課": "メーカー回答待ち", "返品・配送チーム": "返品商品の到着待ち"}
HOLDS = (
    "部品の入荷待ち（11月末予定）",
    "お客様の写真待ち",
    "メーカーの調査結果待ち",
    "カード会社の回答待ち",
    "倉庫の棚卸し後に再確認",
)
RETURN_REASONS = ("サイズ違い", "イメージ違い", "初期不良", "誤配送", "その他")
COMPLAINT_POLICY = """1. まずお詫びし、何が起きたかをお客様の言葉で確認する。言い訳や推測は書かない。
2. 30分以内にリーダー（鈴木）へ共有し、返信は必ずリーダーの確認を受ける。
3. 返金・交換の約束は、リーダーの承認を得てから伝える。
4. お電話をご希望の場合は、当日中に折り返す。つながらない時は時間をおいて2回まで。
5. 解決したら、原因と再発防止を社内メモに残す。"""
JUNK = (
    ("【重要】お荷物のお届けについて", "お荷物をお預かりしています。下記より24時間以内に配送先をご確認ください。"),
    (
        "御社のSEO対策について無料診断のご案内",
        "突然のご連絡失礼いたします。検索順位を3か月で1位にする施策をご提案しております。",
    ),
    ("Re: 未払いのお知らせ", "ご利用料金のお支払いが確認できておりません。本日中にお手続きください。"),
    ("倒産品スマートフォンを特価でご案内", "期間限定・在庫処分です。まずはカタログをご覧ください。"),
)
THROWN_AWAY = (
    ("テスト送信", "社内からのテストです。破棄してください。"),
    ("（誤送信）お見積りの件", "宛先を間違えました。申し訳ありませんが、破棄をお願いいたします。"),
)
A_FEW = 4
WORTH_IT = 100
STRICT = "返品・配送チーム"
"""The team that closes nothing without a category."""

SHARE_OF_LABELS, SHARE_OF_TWO = 0.45, 0.3


def count_unwanted(tickets: int) -> int:
    """How many of so many tickets are spam and trash; a small demo has none."""
    return len(JUNK) + len(THROWN_AWAY) if tickets >= WORTH_IT else 0


async def mark(desk: Desk, cast: Cast, random: Random, *, has_unwanted: bool) -> None:
    """In several units of work, each short."""
    async with desk.database.transaction() as session:
        made, statuses = await _furnish(session, cast)
        opened = await queries.list_open_numbers(session)
    for start in range(0, len(opened), 16):
        async with desk.database.transaction() as session:
            for number in opened[start : start + 16]:
                await _mark_one(session, cast, number, made, random)
    await _hold_some(desk, cast, opened, statuses, random)
    await _complain(desk, cast, opened)
    if has_unwanted:
        await _throw_away(desk, cast)
    async with desk.database.transaction() as session:
        (await session.get_one(Team, cast.teams[STRICT].id)).is_category_required = True


async def _furnish(session: AsyncSession, cast: Cast) -> tuple[list[Label], dict[int, Status]]:
    made = [
        Label(name=name, name_key=name_key(name), colour=colour, position=position)
        for position, (name, colour) in enumerate(LABELS.items())
    ]
    statuses = {
        cast.teams[team].id: Status(
            key=f"waiting_{number}",
            phase=Phase.IN_PROGRESS,
            name=name,
            position=10 + number,
            team_id=cast.teams[team].id,
        )
        for number, (team, name) in enumerate(OWN_STATUSES.items(), start=1)
    }
    reason = Field(
        key="return_reason",
        name="返品理由",
        kind=FieldKind.CHOICE,
        position=2,
        team_id=cast.teams[STRICT].id,
    )
    session.add_all([*made, *statuses.values(), reason])
    session.add(Field(key="order_number", name="注文番号", kind=FieldKind.TEXT, position=0))
    session.add(Field(key="bought_on", name="購入日", kind=FieldKind.DATE, position=1))
    session.add(Policy(key="complaint", text=COMPLAINT_POLICY, changed_by_id=cast.agents[HEAD].id))
    await session.flush()
    session.add_all(
        FieldChoice(field_id=reason.id, name=name, position=position) for position, name in enumerate(RETURN_REASONS)
    )
    await session.flush()
    return made, statuses


async def _mark_one(session: AsyncSession, cast: Cast, number: int, made: Sequence[Label], random: Random) -> None:
    ticket = await ticket_queries.find_ticket(session, number)
    if ticket is None:
        return
    by = _who(cast, ticket)
    if random.random() < SHARE_OF_LABELS:
        given = random.sample(made, 2 if random.random() < SHARE_OF_TWO else 1)
        await labels.relabel(session, ticket, add=given, by=by)
    if random.random() < SHARE_OF_LABELS:
        values: dict[str, object] = {"order_number": f"H{random.randint(100_000, 999_999)}"}
        if random.random() < SHARE_OF_TWO:
            values["bought_on"] = (clock.now() - timedelta(days=random.randint(5, 60))).date().isoformat()
        await fields.set_fields(session, ticket, values, by=by)


async def _hold_some(
    desk: Desk, cast: Cast, opened: Sequence[int], statuses: dict[int, Status], random: Random
) -> None:
    """Some are held with a reason, some wait in their team's own status; never one that somebody is answering."""
    async with desk.database.transaction() as session:
        on_hold = await closing.status_by_key(session, "on_hold")
        reasons = list(HOLDS)
        for number in random.sample(list(opened), min(len(opened), 30)):
            ticket = await ticket_queries.find_ticket(session, number)
            if ticket is None or not _may_wait(ticket) or await queries.is_locked(session, number):
                continue
            with clock.at(clock.now() - timedelta(hours=random.randint(1, 30))):
                await _let_wait(session, ticket, on_hold, reasons, statuses, by=_who(cast, ticket))


async def _let_wait(
    session: AsyncSession,
    ticket: Ticket,
    on_hold: Status,
    reasons: list[str],
    statuses: dict[int, Status],
    *,
    by: Actor,
) -> None:
    if reasons:
        await closing.set_status(session, ticket, on_hold, by=by, hold_reason=reasons.pop())
    elif ticket.team_id in statuses:
        await closing.set_status(session, ticket, statuses[ticket.team_id], by=by)


def _may_wait(ticket: Ticket) -> bool:
    return ticket.phase is Phase.IN_PROGRESS and ticket.assignee_id is not None


async def _complain(desk: Desk, cast: Cast, opened: Sequence[int]) -> None:
    async with desk.database.transaction() as session:
        for number in opened[:: max(len(opened) // A_FEW, 1)][:A_FEW]:
            ticket = await ticket_queries.find_ticket(session, number)
            if ticket is not None:
                with clock.at(clock.now() - timedelta(hours=1)):
                    assignment.flag_complaint(session, ticket, True, by=_who(cast, ticket))


async def _throw_away(desk: Desk, cast: Cast) -> None:
    """First they arrive, then somebody looks at them."""
    async with desk.database.transaction() as session:
        junk = [(await _take_in(session, cast, *each)).id for each in JUNK]
        thrown = [(await _take_in(session, cast, *each)).id for each in THROWN_AWAY]
    by = Actor.agent(cast.agents[LEAD])
    async with desk.database.transaction() as session:
        for ticket in [await ticket_queries.find_ticket(session, each) for each in (*junk, *thrown)]:
            if ticket is not None and ticket.id in junk:
                disposal.mark_spam(session, ticket, True, by=by)
            elif ticket is not None:
                disposal.trash(session, ticket, True, by=by)


async def _take_in(session: AsyncSession, cast: Cast, subject: str, text: str) -> Ticket:
    sender = await recognise(session, Contact(EMAIL, f"sender-{len(subject)}@example.net", ""))
    customer: Customer = sender.customer
    channel, at = cast.channels["support"], clock.now() - timedelta(hours=5)
    by = Actor.customer(sender.id)
    opening = service.Opening(subject=subject, at=at)
    ticket = await service.open_ticket(session, channel=channel, customer=customer, opening=opening, by=by)
    message = Message(
        kind=MessageKind.INBOUND,
        channel_id=channel.id,
        author_identity_id=sender.id,
        subject=subject,
        text=text,
        created_at=at,
        is_automatic=False,
    )
    await service.receive(session, ticket, message, by=by)
    await session.flush()
    return ticket


def _who(cast: Cast, ticket: Ticket) -> Actor:
    """Its assignee, else the lead."""
    agents = {agent.id: agent for agent in cast.agents.values()}
    return Actor.agent(agents.get(ticket.assignee_id or 0, cast.agents[LEAD]))
