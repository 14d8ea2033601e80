"""The shop's daily report: the one before yesterday's is frozen with a comment, yesterday's waits for its own."""

from datetime import datetime, timedelta

from app.accounts.audiences import viewer_of
from app.briefings import drafting, periods, queries, service
from app.briefings.models import BriefingKind, BriefingPlan
from app.core.desk import Desk
from app.demo.cast import HEAD, LEAD, SHOP, Cast

SEVEN = 7 * 60
COMMENT = """加湿器のお問い合わせが続いています。7月ロットの件は工場の回答待ちで、ひな形どおりのご案内をお願いします。

返品・配送は雪の遅れで増えましたが、当日中に一次回答できています。"""


async def report(desk: Desk, cast: Cast, now: datetime) -> None:
    """Everything that it says is counted from the demo's own tickets."""
    zone = desk.settings.zone
    head, lead = cast.agents[HEAD], cast.agents[LEAD]
    first, _ = periods.newest_due(BriefingKind.DAILY, SEVEN, zone, at=now)
    async with desk.database.transaction() as session:
        plan = BriefingPlan(
            kind=BriefingKind.DAILY,
            name=f"{SHOP} 全窓口",
            locale=desk.settings.locale,
            minute_of_day=SEVEN,
            comment_hours=48,
            recipient_ids=[head.id, lead.id],
            drafted_through=first - timedelta(days=2),
        )
        session.add(plan)
    await drafting.draft_due(desk.database, zone)
    async with desk.database.transaction() as session:
        viewer = await viewer_of(session, head)
        *_, oldest = await queries.page_briefings(session, viewer.audience_ids, limit=2)
        await service.write_comment(session, oldest, COMMENT, version=0, by=viewer)
        await service.freeze(session, oldest, by=viewer)
