from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.briefings.mail_models import BriefingMail, MailPurpose
from app.briefings.models import Briefing, BriefingState
from app.core.clock import now
from app.sending import queries as sending


async def add_mail(session: AsyncSession, mail: BriefingMail) -> None:
    session.add(mail)
    await session.flush()


async def list_reports(session: AsyncSession, briefing_id: int) -> Sequence[BriefingMail]:
    """To whom it was mailed."""
    reports = (BriefingMail.briefing_id == briefing_id, BriefingMail.purpose == MailPurpose.REPORT)
    return (await session.scalars(select(BriefingMail).where(*reports).order_by(BriefingMail.id))).all()


async def give_up_waiting(session: AsyncSession) -> None:
    """After a restore (MODEL 22): what was frozen and not mailed yet is not mailed any more either."""
    await sending.give_up_waiting(session, BriefingMail)
    unmailed = (Briefing.state == BriefingState.FROZEN, Briefing.mailed_at.is_(None))
    await session.execute(update(Briefing).where(*unmailed).values(mailed_at=now()))
