"""A bounce belongs to the ticket on which the answer is now."""

from sqlalchemy import select

from app.channels.models import Channel
from app.merging import service as merging
from app.tickets import queries
from app.tickets.message_models import Message, MessageRecipient, RecipientState
from app.tickets.models import Nature, Phase, Ticket
from tests.app.ingest.test_bounces import TARO, answer_done
from tests.support.arrivals import Intake, build_mail
from tests.support.bounces import FAILED, build_report
from tests.support.builders import build_agent


async def test_a_bounce_for_a_merged_ticket_comes_to_the_one_that_remains(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail(sender=TARO))
    await intake.take_in(channel, build_mail(sender=TARO, mail_id="2@customer.example"))
    mail_id = await answer_done(intake, TARO)
    async with intake.database.transaction() as session:
        source, into = await queries.find_ticket(session, 1), await queries.find_ticket(session, 2)
        assert source is not None
        assert into is not None
        await merging.merge(session, source, into=into, by=await build_agent(session))

    await intake.take_in(channel, build_report(mail_id, {TARO: FAILED}))

    async with intake.database.reading() as session:
        remaining = await session.get_one(Ticket, 2)
        bounce = await session.scalar(select(Message).where(Message.nature == Nature.BOUNCE))
        state = await session.scalar(select(MessageRecipient.state).where(MessageRecipient.state != ""))
    assert bounce is not None
    assert (bounce.ticket_id, remaining.phase, remaining.bounced_at is None) == (2, Phase.NEW, False)
    assert state is RecipientState.FAILED
