"""The mailbox that mails notices: chosen by admins, else the first that can."""

from httpx import AsyncClient

from app.core.clock import now
from app.core.database import Database
from app.notices import choice_queries
from tests.support.builders import build_channel

PATH = "/admin/notices"


async def _sending(database: Database) -> str:
    async with database.reading() as session:
        mailbox = await choice_queries.find_mailbox(session)
        return mailbox.name if mailbox else ""


async def test_the_first_that_is_not_paused_until_one_is_chosen(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        (await build_channel(session, name="paused")).paused_at = now()
        await build_channel(session, name="first")
        other = await build_channel(session, name="other")
    assert await _sending(database) == "first"

    answer = await desk.post(PATH, data={"channel_id": str(other.id)})

    assert answer.status_code == 303
    assert await _sending(database) == "other"
    await desk.post(PATH, data={"channel_id": ""})
    assert await _sending(database) == "first"


async def test_what_is_no_mailbox_is_refused(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        await build_channel(session)
        phone = await build_channel(session, kind="phone", address="")

    answer = await desk.post(PATH, data={"channel_id": str(phone.id)})

    assert answer.status_code == 422
