"""Which mailbox mails notices; what each agent gets is their own choice."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.notices import choice_queries, choosing
from app.notices.forms import MailboxForm
from app.web.deps import SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/notices"
router = admin_router("notices")


@router.get("")
async def show_mailbox(request: Request, session: SessionDep) -> Response:
    return await _page(request, session)


@router.post("")
async def choose_mailbox(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: MailboxForm) -> Response:
        await choosing.choose_mailbox(session, form, by=admin)
        return saved(PATH)

    return await attempt(request, MailboxForm, verb, lambda entry: _page(request, session, entry))


async def _page(request: Request, session: AsyncSession, entry: Entry = NOTHING_TYPED) -> Response:
    mailboxes = [(each.id, f"{each.name} <{each.address}>") for each in await choice_queries.list_mailboxes(session)]
    chosen_id = await choice_queries.find_chosen_mailbox_id(session)
    mailbox = await choice_queries.find_mailbox(session)
    return show(request, "notices.html", entry, mailboxes=mailboxes, chosen_id=chosen_id, mailbox=mailbox)
