"""What the shop asks of others: in the house, of another team, and of the makers of what it sells (E2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import clock
from app.core.crypto import SecretBox
from app.demo import queries
from app.demo.cast import HEAD, LEAD, Cast
from app.escalations import service
from app.escalations.forms import EscalationForm, Guest
from app.escalations.models import Escalation, Outcome
from app.tickets.models import Ticket

RETURNS = "返品・配送チーム"
MAKER = Guest(name="北山製作所 品質保証 中村様", address="qa@kitayama.example.com")
CARRIER = Guest(name="みなと運輸 調査係", address="survey@minato-logi.example.com")


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom and how many hours ago; of an agent, a team or a guest; answered, given back or withdrawn after hours.

    `due` is in hours from now. `because` asks on about what stands before it in the list.
    """

    box: str
    by: str
    hours: float
    to: str | Guest
    reason: str
    question: str
    due: float | None = None
    level: int = 1
    answer: str = ""
    answered_after: float = 0
    comment: str = ""
    """What is missing."""

    is_withdrawn: bool = False
    because: bool = False


ASKED = (
    Asked(
        "support", "tanaka", 30, LEAD, "technical",
        "お客様のご申告と同じ事例はありますか。ご案内の仕方も教えてください。",
        due=-24, answer="先月に2件あります。確認の手順は、ひな形のとおりで構いません。", answered_after=3,
    ),
    Asked(
        "support", "tanaka", 20, HEAD, "refund",
        "返金をご希望です。規定の期間を過ぎていますが、例外としてお受けしてよいでしょうか。",
        due=3, level=2,
    ),
    Asked(
        "support", HEAD, 4, RETURNS, "specification",
        "返金の判断に必要です。このお客様の過去の返品の有無と理由を確かめてください。",
        due=2, level=2, because=True,
    ),
    Asked(
        "business", HEAD, 26, LEAD, "legal",
        "取引条件の変更を求められています。受けられる範囲を教えてください。",
        due=-2, level=3,
    ),
    Asked(
        "support", HEAD, 22, MAKER, "technical",
        "交換部品の在庫と、次の入荷の予定日を教えてください。お客様には本日中にお返事する約束です。",
        due=5, level=2,
    ),
    Asked(
        "returns", "takahashi", 28, CARRIER, "other",
        "配達完了の記録がありますが、お客様は受け取っていないとのことです。投函の状況を調べてください。",
        due=20, comment="送り状の番号の下4桁が読み取れません。番号を文字で送ってください。",
    ),
    Asked(
        "returns", "takahashi", 27, HEAD, "complaint",
        "二度目のご連絡です。お詫びの方法について判断をお願いします。",
        due=-20, level=2, answer="本日中に私からお電話します。送料は当社負担で進めてください。", answered_after=5,
    ),
    Asked(
        "business", LEAD, 25, "tanaka", "specification",
        "まとめ買いの場合、納期は何日でしょうか。", is_withdrawn=True, answered_after=1,
    ),
)  # fmt: skip


async def ask_others(session: AsyncSession, cast: Cast, at: datetime, box: SecretBox) -> None:
    """About what is being worked on, a ticket for each; where there are fewer tickets, fewer are asked."""
    left = {name: list(await _list_tickets(session, cast, name)) for name in {asked.box for asked in ASKED}}
    asked_last: tuple[Ticket, Escalation] | None = None
    for asked in ASKED:
        begun = at - timedelta(hours=asked.hours)
        if asked.because:
            ticket, above = asked_last or (None, None)
        else:
            ticket, above = next((each for each in left[asked.box] if each.created_at < begun), None), None
        if ticket is None:
            asked_last = None
            continue
        if above is None:
            left[asked.box].remove(ticket)
        asked_last = ticket, await _ask(session, cast, ticket, asked, at, box=box, above=above)


async def _list_tickets(session: AsyncSession, cast: Cast, name: str) -> Sequence[Ticket]:
    return await queries.list_in_progress(session, cast.channels[name].id)


async def _ask(
    session: AsyncSession,
    cast: Cast,
    ticket: Ticket,
    asked: Asked,
    at: datetime,
    *,
    box: SecretBox,
    above: Escalation | None,
) -> Escalation:
    begun = at - timedelta(hours=asked.hours)
    with clock.at(begun):
        step = await service.ask(session, ticket, _form(cast, asked, at, above), by=cast.agents[asked.by], box=box)
    with clock.at(begun + timedelta(hours=asked.answered_after or 1)):
        by = cast.agents.get(asked.to) if isinstance(asked.to, str) else None
        if asked.answer:
            await service.answer(session, ticket, step, asked.answer, by=by)
        elif asked.comment:
            await service.give_back(session, ticket, step, asked.comment, by=by)
        elif asked.is_withdrawn:
            await service.end(session, ticket, step, Outcome.WITHDRAWN, by=cast.agents[asked.by])
    return step


def _form(cast: Cast, asked: Asked, at: datetime, above: Escalation | None) -> EscalationForm:
    whom = asked.to
    agent = cast.agents.get(whom) if isinstance(whom, str) else None
    team = cast.teams.get(whom) if isinstance(whom, str) else None
    return EscalationForm(
        to_agent_id=agent.id if agent else None,
        to_team_id=team.id if team else None,
        guest=whom if isinstance(whom, Guest) else None,
        level=asked.level,
        reason=asked.reason,
        question=asked.question,
        due_at=at + timedelta(hours=asked.due) if asked.due is not None else None,
        parent_id=above.id if above else None,
    )
