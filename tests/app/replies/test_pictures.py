from email import message_from_bytes, policy

from app.core.blobs import BlobStore
from app.outbox import queries as outbox_queries
from app.replies import drafts, withdrawal
from app.tickets import message_queries
from app.tickets.attachments import Upload, add_upload
from connectors.email.composer import compose
from tests.support.replying import Desk, held
from tests.support.senders import RecordingSender
from tests.support.sending import attempt

PNG = b"\x89PNG\r\n\x1a\n"


async def upload(desk: Desk, blobs: BlobStore, name: str, content_type: str = "image/png") -> int:
    async with desk.database.transaction() as session:
        file = Upload(name, content_type, await blobs.put(PNG), len(PNG))
        return (await add_upload(session, file, by=desk.agent)).id


async def test_a_picture_is_seen_where_its_name_stands(desk: Desk, blobs: BlobStore) -> None:
    ids = [await upload(desk, blobs, name) for name in ("picture-1.png", "控え.png")]
    sender = RecordingSender()
    await desk.reply(text="ご覧ください <b>。\n[picture-1.png]\n以上", attachment_ids=ids)

    await attempt(desk, blobs, sender)

    [sent] = sender.sent
    mail = message_from_bytes(compose(sent), policy=policy.default)
    kinds = [part.get_content_type() for part in mail.walk()]
    [shown] = [each for each in sent.attachments if each.is_inline]
    assert sent.text == "ご覧ください <b>。\n[picture-1.png]\n以上"
    assert "ご覧ください &lt;b&gt;。<br>" in sent.html
    assert f'<img src="cid:{shown.content_id}" alt="picture-1.png">' in sent.html
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]


async def test_a_name_that_is_no_picture_s_stays_a_name(desk: Desk, blobs: BlobStore) -> None:
    file_id = await upload(desk, blobs, "a.svg", "image/svg+xml")
    sender = RecordingSender()
    await desk.reply(text="[a.svg] [b.png]", attachment_ids=[file_id])

    await attempt(desk, blobs, sender)

    assert sender.sent[0].html == ""


async def test_a_letter_that_was_taken_back_is_text_again(desk: Desk, blobs: BlobStore) -> None:
    file_id = await upload(desk, blobs, "picture-1.png")
    entry_id = await desk.reply(text="[picture-1.png]", attachment_ids=[file_id], hold_seconds=60)

    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        entry = await outbox_queries.find_entry(session, entry_id)
        assert entry is not None
        message_id = entry.message_id
        await withdrawal.cancel(session, ticket, entry, by=desk.agent)

    async with desk.database.reading() as session:
        draft = await drafts.get(session, await desk.ticket(), by=desk.agent)
        assert await message_queries.list_attachments(session, message_id) == []
    assert "html" not in draft.body
    assert (draft.body["text"], draft.body["attachment_ids"]) == ("[picture-1.png]", [file_id])
