"""What a visitor has not heard goes on by mail, once, and their answer to it comes back to the same ticket."""

from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import now
from app.tickets.disposal import mark_spam
from app.tickets.models import Ticket
from tests.app.chat.continuity import MAIL, START, Continuity, later
from tests.support.replying import held


async def test_what_nobody_heard_goes_by_mail_all_in_one(talk: Continuity) -> None:
    await talk.answer("発送しました。")
    with later(3):
        await talk.answer("番号は 1234 です。")
        await talk.look()
        early = await talk.mailed()
    with later(5):
        await talk.look()
        await talk.look()

    (mail,) = await talk.mailed()
    recipients = await talk.desk.recipients(mail.id)
    [ticket] = await talk.site.all(Ticket)
    assert early == []
    assert [(each.role.value, each.address) for each in recipients] == [("from", "support@example.jp"), ("to", MAIL)]
    assert f"#{ticket.number}" in mail.subject
    assert [mail.text.index(each) for each in ("太郎", "発送しました。", "1234", "> 荷物が届きません。", "> 注文")]
    assert "佐藤 次郎" in mail.text
    assert (await talk.site.visitor()).mail_due_at is None
    assert [sent.subject for sent in talk.post.sent if sent.subject] == [mail.subject]


async def test_what_was_heard_stays_where_it_is(talk: Continuity) -> None:
    await talk.answer()
    await talk.hear()
    with later(60):
        await talk.look()

    assert await talk.mailed() == []
    assert (await talk.site.visitor()).mail_due_at is None


async def test_only_what_came_after_that_goes_by_mail(talk: Continuity) -> None:
    await talk.answer("最初の答え")
    await talk.hear()
    with later(1):
        await talk.answer("次の答え")
    with later(6):
        await talk.look()
    with later(7):
        await talk.answer("最後の答え")
    with later(12):
        await talk.look()

    first, second = await talk.mailed()
    assert ("最初の答え" in first.text, "次の答え" in first.text) == (False, True)
    assert ("次の答え" in second.text, "最後の答え" in second.text) == (False, True)


async def test_who_left_while_nobody_was_there_has_it_at_once(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    await talk.look()

    assert len(await talk.mailed()) == 1


async def test_who_is_here_hears_it_here(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True, online_until=now() + timedelta(seconds=30))
    await talk.answer()
    await talk.look()
    here = await talk.mailed()
    with later(1):
        await talk.look()

    assert (here, len(await talk.mailed())) == ([], 1)


@pytest.mark.parametrize(
    ("told", "settings"),
    [
        ({"mail": ""}, {}),
        ({"mail": "support@example.jp"}, {}),
        ({"mail": "nobody"}, {}),
        ({"blocked_at": START}, {}),
        ({}, {"mail_channel_id": None}),
    ],
    ids=["no address", "our own address", "no real address", "blocked", "no mailbox"],
)
async def test_nothing_is_mailed_with(talk: Continuity, told: dict[str, Any], settings: dict[str, Any]) -> None:
    await talk.set_chat(**settings)
    await talk.site.tell(wants_mail=True, **told)
    await talk.answer()
    await talk.look()

    assert await talk.mailed() == []
    assert (await talk.site.visitor()).mail_due_at is None


async def test_spam_is_answered_by_no_mail(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    async with talk.database.transaction() as session:
        mark_spam(session, await held(session, talk.desk.ticket_id), True)
    await talk.look()

    assert await talk.mailed() == []
