"""Workers are killed while they send questions to guests: each leaves once or is uncertain, and its link works."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from httpx import ASGITransport, AsyncClient

from app.core.desk import Desk
from app.escalations import service
from app.escalations.forms import EscalationForm
from app.main import create_app
from app.tickets.message_models import Message
from tests.faults.sending import SendingDriver, open_sending
from tests.faults.test_send_kills import MAY_HAVE_LEFT, POINTS
from tests.faults.workers import Workers
from tests.support.asking import question
from tests.support.builders import build_ticket
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

QUESTIONS_EACH = 3


async def _ask(desk: Desk, driver: SendingDriver, text: str) -> str:
    """The id of the mail that was accepted for it."""
    form = EscalationForm.model_validate(question(question=text, guest={"address": "taro@maker.example"}))
    async with driver.database.transaction() as session:
        ticket = await build_ticket(session, channel=await session.merge(driver.channel))
        await session.flush()
        asked = await service.ask(session, ticket, form, by=await session.merge(driver.agent), box=desk.box)
        mail = await session.get_one(Message, asked.mail_message_id)
        driver.accepted.append(mail.mail_id)
        return mail.mail_id


async def _shown(desk: Desk, raw: bytes) -> tuple[str, str]:
    """The id of a mail that left, and the page that its link leads to."""
    mail = message_from_bytes(raw, EmailMessage, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    [token] = re.findall(r"/asked/([\w-]+)", body.get_content())
    app = create_app(desk.database, desk.settings, box=desk.box, blobs=desk.blobs)
    async with AsyncClient(transport=ASGITransport(app), base_url=desk.settings.base_url) as guest:
        page = await guest.get(f"/asked/{token}")
    assert page.status_code == 200
    return str(mail["Message-ID"]).strip("<>"), page.text


async def test_every_question_leaves_once_or_is_a_persons_to_decide_and_its_link_leads_to_it(
    desk: ServedDesk, workers: Workers, smtp_server: RecordingSmtpServer
) -> None:
    asked: dict[str, str] = {}
    async with desk.open() as opened:
        driver = await open_sending(opened, smtp_server)

        for place, point in POINTS.items():
            for number in range(QUESTIONS_EACH):
                text = f"{place}: {number}."
                asked[await _ask(opened, driver, text)] = text
            await workers.start(point).has_killed_itself()
            lost = await driver.note_kill()
            assert lost or place not in MAY_HAVE_LEFT, place
        last = workers.start()
        await driver.is_over()
        await last.end()

        await driver.check()
        shown = [await _shown(opened, delivery.raw) for delivery in smtp_server.received]
    assert shown
    assert [mail_id for mail_id, page in shown if asked[mail_id] not in page] == []
