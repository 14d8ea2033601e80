"""What hangs on the desk's board: tabs that people saved, handover notes, announcements, and who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.boards import service as boards
from app.boards.forms import BoardForm, TileForm
from app.bulletin import service as bulletin
from app.bulletin.forms import AnnouncementForm, HandoverForm
from app.core import clock
from app.demo import queries
from app.demo.cast import HEAD, LEAD, Cast
from app.tabs import service as tabs
from app.tabs.forms import Scope, TabForm
from app.trends import markers
from app.trends.marker_forms import MarkerForm
from app.trends.models import MarkerKind

AWAY = "takahashi"
OPEN = ("new", "in_progress")

KEPT = (
    ("今週の受信", "volume", "period=this_week&by=channel&compare=before"),
    ("残件と経過日数", "backlog", "period=this_month"),
    ("初回返信（営業時間）", "speed", "period=this_month&clock=business"),
    ("混み合う時間帯", "heatmap", "period=this_fiscal_year"),
)
"""Reports by name, with the addresses of their pages."""

MARKED = (
    ("マイページのログイン画面を刷新", MarkerKind.RELEASE, 14, 14),
    ("加湿器 KS-200 7月ロット出荷", MarkerKind.OTHER, 20, 16),
    ("秋のポイント5倍", MarkerKind.CAMPAIGN, 45, 39),
)
"""From how many days ago to how many."""

LINES_CLOSED = """12月29日（火）から1月3日（日）まで、お電話とメールの受付をお休みします。
12月28日の17時以降にいただいたお問い合わせには、1月4日から順にお返事します。
返信の末尾に、休業のご案内を添えてください。"""
CARRIER = """大雪の影響で、北海道・東北あての荷物に1〜2日の遅れが出ています。
お客様には、追跡番号と合わせて「到着が遅れることがあります」とご案内してください。"""
NEW_FORM = """返品の受付フォームが新しくなりました。
古い用紙をお使いのお客様にも、そのまま受け付けて構いません。"""


@dataclass(frozen=True, slots=True)
class Handed:
    """By whom, how long ago, for which team (empty: everybody), about a ticket of which box (empty: none)."""

    by: str
    hours: int
    team: str
    box: str
    text: str


NOTES = (
    Handed(
        "tanaka",
        15,
        "サポート1課",
        "support",
        "工場の回答は本日午前の予定です。届いたら折り返しをお願いします。",
    ),
    Handed("suzuki", 14, "", "", "電話の折り返し希望が3件あります。番号は電話メモにあります。10時までにお願いします。"),
    Handed(AWAY, 13, "返品・配送チーム", "returns", "代替品は手配済みです。伝票番号が出たらお知らせしてください。"),
    Handed("sato", 3, "", "", "倉庫の棚卸しのため、本日15時以降の出荷は明日の扱いになります。"),
)


async def pin_up(session: AsyncSession, cast: Cast, zone: ZoneInfo) -> None:
    at = clock.now()
    await _save_tabs(session, cast)
    await _keep_reports(session, cast)
    await _hand_over(session, cast, at)
    await _announce(session, cast, at, zone)
    await _mark(session, cast, at, zone)
    cast.agents[AWAY].absent_since = at - timedelta(hours=12)
    cast.agents[AWAY].absent_until = at + timedelta(days=1)


async def _mark(session: AsyncSession, cast: Cast, at: datetime, zone: ZoneInfo) -> None:
    """Since the new sign-in page customers ask how to get in."""
    today = at.astimezone(zone).date()
    for name, kind, since, until in MARKED:
        days = {"first_day": today - timedelta(days=since), "last_day": today - timedelta(days=until)}
        await markers.add(session, MarkerForm(name=name, kind=kind, **days), by=cast.agents[LEAD])


async def _save_tabs(session: AsyncSession, cast: Cast) -> None:
    boxes = {name: channel.id for name, channel in cast.channels.items()}
    returns = cast.teams["返品・配送チーム"].id
    head, lead, tanaka = cast.agents[HEAD], cast.agents[LEAD], cast.agents["tanaka"]
    await _save(session, head, "至急", scope=Scope.EVERYONE, phase=OPEN, priority="urgent")
    await _save(session, head, "クレーム対応中", scope=Scope.EVERYONE, phase=OPEN, complaint=True)
    await _save(session, lead, "お客様の返事待ち", scope=Scope.EVERYONE, phase=("in_progress",), waiting=True)
    box = boxes["returns"]
    await _save(session, lead, "返品・配送の新着", scope=Scope.TEAM, team_id=returns, phase=("new",), channel=box)
    for agent in (head, lead):
        await _save(session, agent, "法人・担当者なし", phase=OPEN, channel=boxes["business"], assignee="none")
    await _save(session, tanaka, "自分が返す番", phase=OPEN, assignee="me", waiting=False)


async def _save(session: AsyncSession, agent: Agent, name: str, **conditions: Any) -> None:
    form = TabForm.model_validate({"name": name, **conditions})
    await tabs.create(session, form, viewer=await viewer_of(session, agent))


async def _keep_reports(session: AsyncSession, cast: Cast) -> None:
    """What the team looks at every morning."""
    viewer = await viewer_of(session, cast.agents[HEAD])
    board = await boards.make(session, BoardForm(name="朝の確認", scope=Scope.EVERYONE), viewer=viewer)
    for title, report, query in KEPT:
        tile = {"title": title, "report": report, "query": query, "board_id": board.id}
        await boards.add_tile(session, TileForm.model_validate(tile), viewer=viewer)


async def _hand_over(session: AsyncSession, cast: Cast, at: datetime) -> None:
    for note in NOTES:
        channel = cast.channels.get(note.box)
        numbers: Sequence[int] = await queries.list_open(session, channel.id, limit=1) if channel else ()
        form = HandoverForm(
            text=note.text,
            team_id=cast.teams[note.team].id if note.team else None,
            ticket_number=next(iter(numbers), None),
        )
        with clock.at(at - timedelta(hours=note.hours)):
            await bulletin.hand_over(session, form, viewer=await viewer_of(session, cast.agents[note.by]))


async def _announce(session: AsyncSession, cast: Cast, at: datetime, zone: ZoneInfo) -> None:
    """One that must be confirmed, one that one may know, and one that most have read."""
    today = at.astimezone(zone).date()
    head = cast.agents[HEAD]
    for title, text, is_important, days in (
        ("年末年始の受付について", LINES_CLOSED, True, 40),
        ("北海道・東北あての配送遅延", CARRIER, False, 4),
        ("返品受付フォームの変更", NEW_FORM, False, 10),
    ):
        form = AnnouncementForm(
            title=title,
            text=text,
            is_important=is_important,
            shown_from=today - timedelta(days=1),
            shown_until=today + timedelta(days=days),
        )
        made = await bulletin.announce(session, form, by=head, zone=zone)
    for name in ("suzuki", "tanaka"):
        await bulletin.read(session, made.id, by=cast.agents[name])
