"""Which channel can answer by mail for another one."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import PHONE
from app.channels.service import require_mailbox
from app.core.errors import Invalid
from tests.support.builders import build_channel


async def test_a_mailbox_or_none_answers_for_another_channel(session: AsyncSession) -> None:
    mailbox = await build_channel(session)

    await require_mailbox(session, mailbox.id)
    await require_mailbox(session, None)


async def test_what_is_no_mailbox_or_nothing_answers_for_none(session: AsyncSession) -> None:
    phone = await build_channel(session, kind=PHONE)

    for wrong in (phone.id, phone.id + 1):
        with pytest.raises(Invalid) as refused:
            await require_mailbox(session, wrong)

        assert refused.value.field == "mail_channel_id"
