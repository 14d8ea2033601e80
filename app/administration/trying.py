"""What stands around trying a mailbox: who may, what the form says."""

from fastapi import Request
from pydantic import ValidationError

from app.accounts.deps import authenticate
from app.accounts.models import Agent, Role
from app.administration.line_accounts import get_account
from app.channels import queries as channel_queries
from app.channels.forms import MailboxForm
from app.channels.models import Channel
from app.channels.trying import Step, try_out
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import Forbidden
from app.web import bodies
from app.web.entries import typed
from app.web.forms import words_by_field


async def admin_of(request: Request, database: Database) -> Agent:
    """For a route that talks to servers, and so has no unit of work around it."""
    await bodies.read(request)
    async with database.reading() as session:
        agent = await authenticate(request, session)
    if agent.role is not Role.ADMIN:
        raise Forbidden(role=agent.role)
    return agent


async def load(database: Database, channel_id: int) -> Channel:
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel_id)


async def load_account(database: Database, channel_id: int) -> Channel:
    async with database.reading() as session:
        return await get_account(session, channel_id)


async def try_settings(request: Request, channel: Channel | None, box: SecretBox) -> list[Step]:
    try:
        form = MailboxForm.model_validate(typed(await request.form(), MailboxForm))
    except ValidationError as error:
        return [Step("form", False, words, field=field) for field, words in words_by_field(error).items()]
    return await try_out(channel, form, box)
