from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from httpx import AsyncClient
from sqlalchemy import select, update

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.replies import drafts
from app.replies.forms import DraftForm
from app.tickets.attachments import MAX_BYTES, clean_name, clean_type, signed_url
from app.tickets.message_models import Attachment
from tests.support.builders import build_team
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk, held, more_agents

ATTACHMENTS = "/api/v1/attachments"
PNG = b"\x89PNG\r\n\x1a\n"


async def upload(
    client: AsyncClient, *, name: str = "見積.pdf", data: bytes = b"PDF", kind: str = "application/pdf"
) -> int:
    answer = await client.post(ATTACHMENTS, files={"file": (name, data, kind)})
    assert answer.status_code == 201
    return int(answer.json()["id"])


async def test_a_file_is_kept_and_given_back_harmless(client: AsyncClient) -> None:
    attachment_id = await upload(client, name="見積.html", data=b"<script>", kind="text/html")

    answer = await client.get(f"/attachments/{attachment_id}/{quote('見積.html')}")

    assert (answer.status_code, answer.content) == (200, b"<script>")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_same_key_is_one_file(client: AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}

    answers = [
        await client.post(ATTACHMENTS, files={"file": ("a.txt", data, "text/plain")}, headers=key)
        for data in (b"a", b"a", b"b")
    ]

    assert answers[0].json() == answers[1].json()
    assert [answer.status_code for answer in answers] == [201, 201, 409]


async def test_a_file_that_is_too_large_is_told_the_limit(client: AsyncClient) -> None:
    answer = await client.post(ATTACHMENTS, files={"file": ("a", b"x" * (MAX_BYTES + 1), "text/plain")})

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "file")
    assert "25" in error["message"]


async def test_nobody_uploads_without_signing_in(clients: Clients) -> None:
    answer = await (await clients.nobody()).post(ATTACHMENTS, files={"file": ("a", b"a", "text/plain")})

    assert answer.status_code == 401


async def test_another_agents_upload_does_not_exist(desk: Desk, client: AsyncClient, clients: Clients) -> None:
    attachment_id = await upload(client)
    [agent] = await more_agents(desk.database, 1)

    answer = await (await clients.of(agent)).get(f"/attachments/{attachment_id}/a")

    assert answer.status_code == 404


async def test_a_file_is_seen_by_who_sees_its_ticket(desk: Desk, clients: Clients) -> None:
    inside, outside = await clients.with_token(desk.agent), await clients.of((await more_agents(desk.database, 1))[0])
    attachment_id = await upload(inside)
    await desk.reply(attachment_ids=[attachment_id])
    async with desk.database.transaction() as session:
        await build_team(session, name="担当", members=[desk.agent], channels=[desk.channel])

    answers = [await client.get(f"/attachments/{attachment_id}/a") for client in (inside, outside)]

    assert [answer.status_code for answer in answers] == [200, 404]


async def test_a_signed_address_answers_to_anyone_for_ten_minutes(
    client: AsyncClient, clients: Clients, box: SecretBox
) -> None:
    attachment_id, nobody = await upload(client, data=PNG, name="a.png", kind="image/png"), await clients.nobody()
    url = signed_url(box, attachment_id, "a.png", now())

    answer = await nobody.get(url)
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)):
        late = await nobody.get(url)
    other = await nobody.get(url.replace(f"/{attachment_id}/", f"/{attachment_id + 1}/"))
    longer = await nobody.get(url.replace("until=", "until=9"))

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert {late.status_code, other.status_code, longer.status_code} <= {303, 401}


async def test_anything_but_a_raster_image_is_never_shown_inline(client: AsyncClient, box: SecretBox) -> None:
    attachment_id = await upload(client, data=b"<svg/>", name="a.svg", kind="image/svg+xml")

    answer = await client.get(signed_url(box, attachment_id, "a.svg", now()))

    assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_only_ones_own_free_uploads_can_be_sent(desk: Desk, clients: Clients) -> None:
    [other] = await more_agents(desk.database, 1)
    foreign = await upload(await clients.of(other))
    client = await clients.of(desk.agent)
    token = (await client.put(f"/api/v1/tickets/{desk.ticket_id}/lock")).json()["token"]
    body = {"lock_token": token, "base_version": 1, "text": "a", "attachment_ids": [foreign]}

    answer = await client.post(f"/api/v1/tickets/{desk.ticket_id}/replies", json=body)

    assert [error["field"] for error in answer.json()["errors"]] == ["attachment_ids"]


async def test_files_may_have_25_mebibytes_together(desk: Desk, clients: Clients) -> None:
    client = await clients.of(desk.agent)
    ids = [await upload(client), await upload(client)]
    async with desk.database.transaction() as session:
        await session.execute(update(Attachment).values(size=13 * 1024 * 1024))
    token = (await client.put(f"/api/v1/tickets/{desk.ticket_id}/lock")).json()["token"]
    body = {"lock_token": token, "base_version": 1, "text": "a", "attachment_ids": ids}

    answer = await client.post(f"/api/v1/tickets/{desk.ticket_id}/replies", json=body)

    assert [error["field"] for error in answer.json()["errors"]] == ["attachment_ids"]


async def test_old_uploads_go_unless_a_draft_names_them(desk: Desk, clients: Clients, blobs: BlobStore) -> None:
    client = await clients.of(desk.agent)
    old, named, fresh = [await upload(client, name=name) for name in ("old", "named", "fresh")]
    async with desk.database.transaction() as session:
        past = now() - timedelta(hours=49)
        await session.execute(update(Attachment).where(Attachment.id != fresh).values(created_at=past))
        form = DraftForm(attachment_ids=[named])
        await drafts.save(session, await held(session, desk.ticket_id), form, by=desk.agent)

    async with desk.database.transaction() as session:
        await drafts.delete_unsent_uploads(session)

    async with desk.database.reading() as session:
        assert set((await session.scalars(select(Attachment.id))).all()) == {named, fresh}
    assert old not in {named, fresh}


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\folder\\見積.pdf", "見積.pdf"),
        ("a\r\nb.txt", "ab.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * 197 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("Text/HTML; charset=x", "text/html"),
        ("a\r\nX: y/z", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_types_are_cleaned(given: str, cleaned: str) -> None:
    assert clean_type(given) == cleaned
