"""One act of a story, by the verb that does it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import clock
from app.core.desk import Desk
from app.demo.cast import Cast
from app.demo.stories import Act, Answered, Begun, Changed, Drafted, Ending, Noted, Writing
from app.outbox import claim_queries
from app.outbox.outcomes import NotTaken, Outcome, Sent, Unclear
from app.outbox.settling import settle
from app.replies import drafts, lock_queries, locks, service
from app.replies.forms import DraftForm, ReplyForm
from app.tickets import attachments, changing
from app.tickets import queries as ticket_queries
from app.tickets import service as tickets
from app.tickets.attachments import Upload
from app.tickets.forms import TicketPatch
from app.tickets.models import Ticket
from connectors.contracts import Attachment

ON_THE_WAY = timedelta(seconds=3)
OUTCOMES: dict[Ending, Outcome] = {
    Ending.SENT: Sent(),
    Ending.REFUSED: NotTaken("550 5.1.1 Recipient address rejected: User unknown", is_permanent=True),
    Ending.UNCLEAR: Unclear("送信の途中で接続が切れました。サーバーが受け取ったかどうかは分かりません。"),
}


async def act_on(desk: Desk, cast: Cast, ticket_id: int, act: Act) -> str:
    """The Message-ID of what was sent, if anything was."""
    if isinstance(act, Writing):
        await _in_unit(desk, cast, ticket_id, act)
        return ""
    with clock.at(act.at):
        mail_id = await _in_unit(desk, cast, ticket_id, act)
    if isinstance(act, Answered):
        with clock.at(act.at + ON_THE_WAY):
            await _deliver(desk, act.ending)
    return mail_id


async def _in_unit(desk: Desk, cast: Cast, ticket_id: int, act: Act) -> str:
    shas = [await desk.blobs.put(file.data) for file in act.files] if isinstance(act, Answered) else []
    async with desk.database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, ticket_id)
        assert ticket is not None
        if isinstance(act, Answered):
            return await _answer(session, cast, ticket, act, shas)
        await _do(session, cast, ticket, act)
    return ""


async def _do(session: AsyncSession, cast: Cast, ticket: Ticket, act: Act) -> None:
    if isinstance(act, Noted):
        await tickets.add_note(session, ticket, act.text, by=cast.agents[act.by])
    elif isinstance(act, Changed):
        await changing.change(session, ticket, _patch(cast, act), by=cast.agents[act.by])
    elif isinstance(act, Begun):
        await locks.take(session, ticket, cast.agents[act.by])
    elif isinstance(act, Drafted | Writing):
        await _draft(session, cast, ticket, act)


def _patch(cast: Cast, act: Changed) -> TicketPatch:
    values = {
        "team_id": cast.teams[act.team].id if act.team else None,
        "assignee_id": cast.agents[act.assignee].id if act.assignee else None,
        "category_id": cast.categories[act.category].id if act.category else None,
        "priority": act.priority,
        "is_complaint": act.is_complaint,
        "status": act.status,
    }
    return TicketPatch.model_validate({name: value for name, value in values.items() if value is not None})


async def _draft(session: AsyncSession, cast: Cast, ticket: Ticket, act: Drafted | Writing) -> None:
    agent = cast.agents[act.by]
    if isinstance(act, Writing):
        await locks.take(session, ticket, agent)
    await drafts.save(session, ticket, DraftForm(text=act.text), by=agent)
    if isinstance(act, Drafted):
        await locks.release(session, ticket, holder=agent)


async def _answer(session: AsyncSession, cast: Cast, ticket: Ticket, act: Answered, shas: list[str]) -> str:
    agent = cast.agents[act.by]
    lock = await lock_queries.find_lock(session, ticket.id)
    assert lock is not None
    uploads = [_upload(file, sha) for file, sha in zip(act.files, shas, strict=True)]
    form = ReplyForm(
        lock_token=lock.token,
        base_version=ticket.version,
        text=act.text,
        next_status=act.next_status,
        attachment_ids=[(await attachments.add_upload(session, upload, by=agent)).id for upload in uploads],
    )
    message = await service.send(session, ticket, form, by=agent)
    return message.mail_id


def _upload(file: Attachment, sha: str) -> Upload:
    return Upload(file.filename, file.content_type, sha, len(file.data))


async def _deliver(desk: Desk, ending: Ending) -> None:
    """As the worker does it, but for the sending itself; a worker that runs beside us may be faster."""
    async with desk.database.transaction() as session:
        claim = await claim_queries.claim_next(session)
        if claim is None:
            return
        if ending is not Ending.REFUSED:
            await claim_queries.mark_handed_over(session, claim)
        await settle(session, claim, OUTCOMES[ending])
