import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import EmailTaken
from tests.support.builders import build_agent


async def test_an_address_belongs_to_one_agent_however_it_is_written(session: AsyncSession) -> None:
    await build_agent(session, email="hanako@example.jp")

    with pytest.raises(EmailTaken):
        await build_agent(session, email="Hanako@EXAMPLE.jp")
