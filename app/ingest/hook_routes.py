"""Where providers send to. Nobody is signed in here: who sends is known by the signature of the body alone."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from app.channels import queries as channel_queries
from app.channels.hooks import note_refused
from app.channels.models import Channel
from app.channels.registry import has_hook, talk_connector_for
from app.channels.service import settings_of
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import DiskFull, NotFound, TooLarge
from app.ingest.errors import CannotStore, UnknownSignature
from app.ingest.hooks import HookIntake, Way
from app.web.deps import DatabaseDep, SecretBoxDep
from connectors.talks import Hook, RawEvent, WrongSignature

MAX_BYTES = 1 << 20
READ_AT_ONCE_BYTES = 32 << 10
"""A larger body is read beside the event loop: a mebibyte of tiny events takes seconds."""

router = APIRouter()


@router.post("/hooks/{kind}/{channel_key}")
async def receive(kind: str, channel_key: str, request: Request, database: DatabaseDep, box: SecretBoxDep) -> Response:
    """200 means that every event is stored. What becomes of them is for the digest."""
    intake: HookIntake = request.app.state.hook_intake
    way = intake.known(kind, channel_key) or intake.remember(await _look_up(database, box, kind, channel_key))
    channel, hook = way.channel, way.hook
    body = await _read(request)
    try:
        events = await _events(hook, body, request.headers)
    except WrongSignature as error:
        await _note_refused(database, channel)
        raise UnknownSignature from error
    await _take(intake, channel, events)
    return Response(status_code=HTTPStatus.OK)


async def _look_up(database: Database, box: SecretBox, kind: str, key: str) -> Way:
    """A paused one too: nothing is missed meanwhile."""
    async with database.reading() as session:
        channel = await channel_queries.find_for_hook(session, key)
    if channel is None or channel.kind != kind or not has_hook(kind):
        raise NotFound
    return Way(channel, talk_connector_for(kind).hook(settings_of(channel, box)))


async def _read(request: Request) -> bytes:
    """Raises TooLarge as soon as it is, or says that it will be."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise TooLarge
    return bytes(body)


async def _events(hook: Hook, body: bytes, headers: Mapping[str, str]) -> Sequence[RawEvent]:
    """Raises WrongSignature."""
    if len(body) <= READ_AT_ONCE_BYTES:
        return hook.read(body, headers)
    return await asyncio.to_thread(hook.read, body, headers)


async def _note_refused(database: Database, channel: Channel) -> None:
    async with database.transaction() as session:
        await note_refused(session, channel)


async def _take(intake: HookIntake, channel: Channel, events: Sequence[RawEvent]) -> None:
    try:
        await intake.take(channel, events)
    except DiskFull as error:
        raise CannotStore from error
