"""What a visitor's browser asks and tells. Known by the token that it got, and by nothing else."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.accounts.sign_in import network_of
from app.channels.models import Channel
from app.chat import bot, prompts, saying, views, visiting
from app.chat.deps import ChatDep, TokenHashDep, VisitorDep
from app.chat.doors import answer_preflight, door_router
from app.chat.forms import ContactForm, EndForm, MarksForm, PromptActForm, SayForm, VerdictForm, VisitForm
from app.chat.hub import ChatHub
from app.chat.rates import CONTACTS, MARKS, ONE_VERDICT, PROMPTS, TALK, TRANSCRIPTS, TRANSCRIPTS_OF_PLACE, VISITS
from app.chat.streams import VisitorStream
from app.chat.views import Room
from app.chat.waiting import is_there
from app.core.clock import now, rfc3339
from app.core.errors import DiskFull
from app.customers.service import address_key
from app.ingest.errors import CannotStore
from app.ingest.hooks import HookIntake
from app.web import rates
from app.web.deps import DatabaseDep, RowId, SecretBoxDep

NO_CONTENT = 204
MAX_BROWSER = 300
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router: APIRouter = door_router()
router.add_api_route("/{rest:path}", answer_preflight, methods=["OPTIONS"])


@router.post("/visits")
async def visit(
    request: Request,
    form: VisitForm,
    channel: ChatDep,
    database: DatabaseDep,
    box: SecretBoxDep,
    user_agent: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """Begins or goes on; a visitor without a token that we know is new."""
    async with database.reading() as session:
        is_known = await visiting.is_known(session, channel, form.token)
    if not is_known:
        await rates.require(database, VISITS, channel.id, network_of(rates.caller_of(request)))
    async with database.transaction() as session:
        begun = await visiting.visit(session, channel, form, box, browser=user_agent[:MAX_BROWSER])
    visitor, room = begun.visitor, Room.of(channel, box)
    async with database.reading() as session:
        sync = await views.read_sync(session, visitor, room)
    known = {"id": visitor.address, "name": visitor.name, "mail": visitor.mail, "is_identified": visitor.is_identified}
    return {"token": begun.token, "visitor": known, "sync": sync.document()}


@router.get("/messages")
async def older(
    channel: ChatDep,
    visitor: VisitorDep,
    database: DatabaseDep,
    box: SecretBoxDep,
    before: Annotated[int, Query(gt=0, lt=2**63)],
) -> dict[str, Any]:
    async with database.reading() as session:
        return await views.read_older(session, visitor, Room.of(channel, box), before=before)


@router.post("/messages", status_code=201)
async def say(
    request: Request, form: SayForm, channel: ChatDep, visitor: VisitorDep, database: DatabaseDep, box: SecretBoxDep
) -> dict[str, Any]:
    """It is stored for ever when this answers; the same `id` again is the same message."""
    await rates.require(database, TALK, visitor.id)
    async with database.reading() as session:
        there = await is_there(session, channel, now())
    async with database.transaction() as session:
        said = await saying.take_note(session, channel, visitor.id, form, box, is_there=there.is_there)
    await _keep(request, channel, said)
    return {
        "id": str(form.id),
        "at": rfc3339(said.at),
        "suggestions": await bot.suggest(database, channel, visitor, form.text),
    }


@router.post("/suggestions/{faq_id}", status_code=NO_CONTENT)
async def judge(
    request: Request, faq_id: RowId, form: VerdictForm, channel: ChatDep, visitor: VisitorDep, database: DatabaseDep
) -> None:
    """Whether an answer from the FAQ helped, or a person is wanted: they have the words already."""
    await rates.require(database, MARKS, visitor.id)
    is_news = await rates.is_within(database, ONE_VERDICT, visitor.id, faq_id, form.message_id)
    async with database.transaction() as session:
        question = await bot.judge(session, faq_id, has_helped=form.verdict == "helped", is_news=is_news)
    if question is not None:
        kind = "helped" if form.verdict == "helped" else "asked"
        words = {"question": question, "message": str(form.message_id)}
        await _keep(request, channel, saying.happened(visitor, kind, f"{kind} {form.message_id}", **words))


@router.post("/contact", status_code=NO_CONTENT)
async def leave_contact(
    request: Request, form: ContactForm, channel: ChatDep, visitor: VisitorDep, database: DatabaseDep
) -> None:
    await rates.require(database, CONTACTS, visitor.id)
    async with database.reading() as session:
        there = await is_there(session, channel, now())
    async with database.transaction() as session:
        held = await visiting.leave_contact(session, visitor.id, form, is_there=there.is_there)
    if held.spoke_at is not None:
        await _keep(request, channel, saying.happened(held, "contact", f"contact {held.name} {held.mail}"))


@router.post("/marks", status_code=NO_CONTENT)
async def note_marks(form: MarksForm, visitor: VisitorDep, database: DatabaseDep) -> None:
    async with database.transaction() as session:
        await visiting.note_marks(session, visitor.id, form)


@router.post("/typing", status_code=NO_CONTENT)
async def note_typing(visitor: VisitorDep, database: DatabaseDep) -> None:
    if visitor.spoke_at is not None and not visiting.is_typing(visitor):
        async with database.transaction() as session:
            await visiting.note_typing(session, visitor.id)


@router.post("/end", status_code=NO_CONTENT)
async def end(request: Request, form: EndForm, channel: ChatDep, visitor: VisitorDep, database: DatabaseDep) -> None:
    """Until they write again. A question that nobody answered stays with the desk."""
    await rates.require(database, CONTACTS, visitor.id)
    if form.transcript_to == "mail":
        await rates.require(database, TRANSCRIPTS_OF_PLACE, channel.id, network_of(rates.caller_of(request)))
        await rates.require(database, TRANSCRIPTS, address_key(visitor.mail) or visitor.id)
    async with database.transaction() as session:
        ended = await visiting.end(session, visitor, wants_transcript=form.transcript_to == "mail")
    if ended.spoke_at is not None:
        await _keep(request, channel, saying.happened(ended, "ended", f"ended {rfc3339(ended.ended_at)}"))


@router.post("/prompts/{prompt_id}", status_code=NO_CONTENT)
async def count_prompt(
    request: Request, prompt_id: RowId, form: PromptActForm, channel: ChatDep, database: DatabaseDep
) -> None:
    await rates.require(database, PROMPTS, channel.id, network_of(rates.caller_of(request)))
    async with database.transaction() as session:
        await prompts.count(session, channel, prompt_id, form.what)


@router.get("/stream", response_class=StreamingResponse)
async def stream(request: Request, channel: ChatDep, visitor: VisitorDep, token_hash: TokenHashDep) -> Response:
    hub: ChatHub = request.app.state.chats
    listener = VisitorStream(visitor.id, visitor.key_hash, channel.key, token_hash)
    return StreamingResponse(_chunks(hub, listener), media_type="text/event-stream", headers=STREAM_HEADERS)


async def _chunks(hub: ChatHub, listener: VisitorStream) -> AsyncIterator[bytes]:
    with hub.listening(listener):
        async for chunk in listener.chunks():
            yield chunk


async def _keep(request: Request, channel: Channel, event: saying.Kept) -> None:
    intake: HookIntake = request.app.state.hook_intake
    try:
        await saying.keep(intake, channel, event)
    except DiskFull as error:
        raise CannotStore from error
