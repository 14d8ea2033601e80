"""The simulator's own calls, under `/simulator`: play users, read the books, set what goes wrong. No token."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, ValidationError

from simulators.line.access import BodyDep, PlatformDep
from simulators.line.acting import Act
from simulators.line.contents import STICKERS
from simulators.line.naming import new_id
from simulators.line.people import Group, Person
from simulators.line.platform import Platform
from simulators.line.problems import LineProblem
from simulators.line.rules import changed
from simulators.line.webhooks import Delivery

router = APIRouter(prefix="/simulator")

MAX_COPIES = 20
MAX_UPLOAD = 50 * 1024 * 1024


class Webhook(BaseModel):
    """What users do, told to the desk in one body, or each in its own where `is_separate`."""

    acts: list[Act] = []
    copies: int = Field(default=0, ge=0, le=MAX_COPIES)
    is_separate: bool = False
    wait: bool = False
    """Answer once the desk has answered, or was given up."""


class NewPerson(BaseModel):
    name: str = Field(min_length=1, max_length=20)
    id: str | None = None
    is_friend: bool = True


class NewGroup(BaseModel):
    name: str = "グループ"
    id: str | None = None
    is_room: bool = False
    members: list[str] = []


@router.get("/state")
async def state(platform: PlatformDep) -> dict[str, Any]:
    return {
        "account": platform.credentials.account.model_dump(),
        "webhook_url": platform.credentials.webhook_url,
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "colour": person.colour,
                "is_friend": person.is_friend,
                "is_blocking": person.is_blocking,
            }
            for person in platform.people.persons.values()
        ],
        "groups": [
            {
                "id": group.id,
                "name": group.name,
                "kind": group.kind,
                "members": group.members,
                "has_account": group.has_account,
            }
            for group in platform.people.groups.values()
        ],
        "stickers": [{"id": sticker, "words": words} for sticker, (_, words) in STICKERS.items()],
        "rules": platform.rules.model_dump(),
    }


@router.post("/webhooks")
async def act(form: Webhook, platform: PlatformDep) -> dict[str, Any]:
    deliveries = platform.perform(form.acts, copies=form.copies, is_separate=form.is_separate)
    return await told(platform, deliveries, wait=form.wait)


@router.post("/raw-webhooks")
async def send_raw(platform: PlatformDep, body: BodyDep, copies: Annotated[int, Query(le=MAX_COPIES)] = 0) -> Any:
    """Events exactly as they stand in `events`, signed and delivered; nothing changes here."""
    events = body.get("events", [])
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise LineProblem(400, "events is a list of objects")
    return await told(platform, [platform.send(events, copies=copies)], wait=bool(body.get("wait")))


@router.post("/media")
async def send_medium(
    request: Request,
    platform: PlatformDep,
    user: str,
    kind: Annotated[str, Query(pattern="^(image|video|audio|file)$")] = "image",
    chat: str | None = None,
    name: str = "file",
    set_id: str | None = None,
    set_index: int = 1,
    set_total: int = 1,
) -> dict[str, Any]:
    """The body is the picture, film, sound or file that the user sends; pictures of a set share its id."""
    if int(request.headers.get("content-length", 0)) > MAX_UPLOAD:
        raise LineProblem(413, "The file is too large")
    data = await request.body()
    content_type = request.headers.get("content-type", "")
    together = {"imageSet": {"id": set_id, "index": set_index, "total": set_total}} if set_id else {}
    act = Act(type="message", user=user, chat=chat, message={"type": kind, "fileName": name, **together})
    event = platform.actors.act(act, platform.rules, data=data, content_type=content_type)
    return await told(platform, [platform.send([event])], wait=False)


@router.get("/deliveries")
async def deliveries(platform: PlatformDep, last: Annotated[int | None, Query(ge=1)] = None) -> dict[str, Any]:
    """Every webhook, or the `last` so many, with what the desk answered to each attempt."""
    return {"items": platform.courier.deliveries(last)}


@router.post("/deliveries/wait")
async def wait(platform: PlatformDep) -> dict[str, Any]:
    """Answers when nothing is on its way any more."""
    await platform.courier.wait()
    return {}


@router.get("/accepted")
async def accepted(platform: PlatformDep) -> dict[str, Any]:
    """Every message that the account sent and LINE took, in that order."""
    return {"items": platform.ledger.entries()}


@router.get("/rules")
async def rules(platform: PlatformDep) -> dict[str, Any]:
    return platform.rules.model_dump()


@router.patch("/rules")
async def change_rules(platform: PlatformDep, body: BodyDep) -> dict[str, Any]:
    """What is not named stays as it is."""
    try:
        platform.rules = changed(platform.rules, body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise LineProblem(422, f"{place}: {first['msg']}") from error
    return platform.rules.model_dump()


@router.post("/people")
async def add_person(form: NewPerson, platform: PlatformDep) -> dict[str, Any]:
    person = platform.people.add(Person(form.id or new_id("U"), form.name, is_friend=form.is_friend))
    return {"id": person.id, "name": person.name}


@router.post("/groups")
async def add_group(form: NewGroup, platform: PlatformDep) -> dict[str, Any]:
    number = form.id or new_id("R" if form.is_room else "C")
    members = form.members or list(platform.people.persons)
    platform.people.groups[number] = Group(number, form.name, members)
    return {"id": number, "name": form.name}


@router.post("/content/{message_id}/forget")
async def forget_content(message_id: str, platform: PlatformDep) -> dict[str, Any]:
    """LINE no longer has it."""
    platform.media.forget(message_id)
    return {}


@router.post("/reset")
async def reset(platform: PlatformDep) -> dict[str, Any]:
    platform.reset()
    return {}


async def told(platform: Platform, sent: list[Delivery], *, wait: bool) -> dict[str, Any]:
    if wait:
        await platform.courier.wait()
    events = [event for delivery in sent for event in delivery.body["events"]]
    return {"events": events, "deliveries": [delivery.in_words() for delivery in sent]}
