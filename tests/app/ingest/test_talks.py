"""From LINE's events to conversations, messages and tickets."""

from datetime import datetime

from sqlalchemy import select

from app.conversations.models import (
    Conversation,
    Member,
    PendingFile,
    PlatformMessage,
    ReplyToken,
)
from app.core.database import Database
from app.customers.models import Customer, Identity
from app.tickets import disposal, queries
from app.tickets.history_models import EventKind, FactKind, ReportFact, TicketEvent
from app.tickets.log import record
from app.tickets.message_models import Message, MessageRecipient
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Ticket
from tests.support.builders import build_agent, build_reply
from tests.support.line_events import (
    GROUP,
    OTHER_USER,
    ROOM,
    SAID_AT,
    USER,
    Talks,
    from_group,
    from_user,
    later,
    said,
    text,
)


async def _by_time(talks: Talks) -> list[tuple[int, str]]:
    messages = await talks.all(Message, Message.created_at)
    return [(message.ticket_id, message.text) for message in messages]


async def test_the_first_words_open_a_ticket_of_a_customer_without_a_name_yet(talks: Talks) -> None:
    await talks.take_in(text("荷物が届きません\nどうなっていますか"))

    [ticket], [message] = await talks.all(Ticket), await talks.all(Message)
    [customer], [identity] = await talks.all(Customer), await talks.all(Identity)
    [conversation] = await talks.all(Conversation)
    assert (ticket.subject, ticket.phase, ticket.created_at) == ("荷物が届きません", Phase.NEW, SAID_AT)
    assert (message.text, message.created_at, message.conversation_id) == (
        "荷物が届きません\nどうなっていますか",
        SAID_AT,
        conversation.id,
    )
    assert USER[-6:] in customer.name
    assert (identity.kind, identity.address, identity.customer_id) == ("line", USER, ticket.customer_id)
    assert (conversation.ticket_id, conversation.last_inbound_at) == (ticket.id, SAID_AT)
    assert conversation.profile_due_at is not None


async def test_the_talk_goes_on_on_its_ticket_and_the_same_words_are_said_twice(talks: Talks) -> None:
    await talks.take_in(text("はい"), text("はい", at=later(1)))
    await talks.take_in(text("はい", at=later(1)))

    assert await _by_time(talks) == [(1, "はい")] * 3


async def test_digesting_again_does_nothing(talks: Talks) -> None:
    again = text("一度だけ")
    await talks.take_in(again)
    await talks.take_in({**again, "deliveryContext": {"isRedelivery": True}})
    await talks.digest()

    assert len(await talks.all(Message)) == 1


async def test_two_persons_are_two_customers_and_tickets(talks: Talks) -> None:
    await talks.take_in(text("一人目"), text("二人目", source=from_user(OTHER_USER)))

    assert len({ticket.customer_id for ticket in await talks.all(Ticket)}) == 2


async def test_a_new_message_soon_after_done_reopens_the_ticket(talks: Talks) -> None:
    await talks.take_in(text("最初"))
    await _close(talks, 1, at=later(10))
    await talks.take_in(text("もう一つ", at=later(60 * 23)))

    [ticket] = await talks.all(Ticket)
    assert ticket.phase is Phase.NEW


async def test_long_after_done_it_opens_another_linked_to_the_last(talks: Talks) -> None:
    await talks.take_in(text("最初"))
    await _close(talks, 1, at=later(10))
    await talks.take_in(text("別の話", at=later(60 * 25)), text("続き", at=later(60 * 25 + 1)))

    former, fresh = await talks.all(Ticket)
    assert (former.phase, fresh.phase, fresh.subject) == (Phase.DONE, Phase.NEW, "別の話")
    assert (await _by_time(talks))[1:] == [(2, "別の話"), (2, "続き")]
    kinds = [each.kind for each in await talks.all(TicketEvent) if each.kind is EventKind.LINKED]
    assert len(kinds) == 2


async def test_a_late_old_message_goes_to_the_ticket_of_its_time_which_nobody_closed_for_it(talks: Talks) -> None:
    await talks.take_in(text("最初"))
    await _close(talks, 1, at=later(10))
    await talks.take_in(text("別の話", at=later(60 * 30)))

    await talks.take_in(text("二つ目の始まりだった", at=later(60 * 29)))
    await talks.take_in(text("遅れて来た", at=later(5)))

    assert await _by_time(talks) == [(1, "最初"), (1, "遅れて来た"), (2, "二つ目の始まりだった"), (2, "別の話")]
    former, fresh = await talks.all(Ticket)
    assert (former.phase, fresh.phase) == (Phase.NEW, Phase.NEW)
    assert (former.preview, fresh.preview) == ("最初", "別の話")
    events = await talks.all(TicketEvent)
    assert [each.ticket_id for each in events if each.kind is EventKind.REOPENED] == [1]


async def test_what_was_said_just_before_we_answered_and_closed_is_not_lost_in_a_closed_ticket(
    talks: Talks, database: Database
) -> None:
    await talks.take_in(text("最初"))
    async with database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        await build_reply(session, ticket, author=await build_agent(session), at=later(2))
    await _close(talks, 1, at=later(2))

    await talks.take_in(text("やっぱり取り消してください", at=later(1)))

    [ticket] = await talks.all(Ticket)
    assert (ticket.phase, ticket.done_at) == (Phase.NEW, None)
    async with database.reading() as session:
        [fact] = await session.scalars(select(ReportFact).where(ReportFact.kind == FactKind.REOPENING))
    assert fact.calendar_seconds == 0


async def test_after_a_split_the_talk_goes_on_where_its_newest_words_are(talks: Talks) -> None:
    await talks.take_in(text("一件目"), text("二件目", at=later(1)))
    await talks.take_in(text("他人", source=from_user(OTHER_USER)))
    async with talks.database.transaction() as session:
        message = await session.get_one(Message, 2)
        other = await queries.find_ticket(session, 2)
        assert other is not None
        message.ticket, message.ticket_version = other, other.next_version()

    await talks.take_in(text("続き", at=later(2)))

    assert (await _by_time(talks))[-1] == (2, "続き")


async def test_what_is_merged_leads_to_where_it_is_and_trash_comes_back(talks: Talks) -> None:
    await talks.take_in(text("一件目"))
    await talks.take_in(text("他人", source=from_user(OTHER_USER)))
    async with talks.database.transaction() as session:
        ticket, other = await queries.find_ticket(session, 1), await queries.find_ticket(session, 2)
        assert ticket is not None
        assert other is not None
        ticket.merge_into(other)
        disposal.trash(session, other, True, at=later(1))

    await talks.take_in(text("続き", at=later(2)))

    _, other = await talks.all(Ticket)
    assert (await _by_time(talks))[-1] == (2, "続き")
    assert other.trashed_at is None


async def test_in_a_group_the_group_is_the_customer_and_the_member_speaks(talks: Talks) -> None:
    await talks.take_in(
        text("皆さん", source=from_group()),
        text("はい", source=from_group(OTHER_USER), at=later(1)),
        text("名無し", source=from_group(""), at=later(2)),
    )

    [ticket], [conversation] = await talks.all(Ticket), await talks.all(Conversation)
    [identity] = await talks.all(Identity)
    speakers = [row.address for row in await talks.all(MessageRecipient)]
    assert (identity.address, conversation.kind, identity.customer_id) == (GROUP, "group", ticket.customer_id)
    assert speakers == [USER, OTHER_USER]
    members = await talks.all(Member, Member.address)
    assert [(each.address, each.profile_due_at is not None) for each in members] == [(USER, True), (OTHER_USER, True)]


async def test_a_member_whose_name_is_known_is_named(talks: Talks) -> None:
    room = {"type": "room", "roomId": ROOM, "userId": USER}
    await talks.take_in(text("前", source=room))
    async with talks.database.transaction() as session:
        (await session.scalars(select(Member))).one().name = "佐藤"
    await talks.take_in(text("後", source=room, at=later(1)))

    assert [row.name for row in await talks.all(MessageRecipient)] == ["", "佐藤"]


async def test_what_an_answer_needs_is_kept(talks: Talks) -> None:
    await talks.take_in(
        said({"type": "text", "text": "質問", "markAsReadToken": "read-1"}, message_id="77", replyToken="r-1"),
        text("待機中", mode="standby", at=later(1)),
    )

    [token], [conversation] = await talks.all(ReplyToken), await talks.all(Conversation)
    known = await talks.all(PlatformMessage, PlatformMessage.message_id)
    assert (token.token, token.issued_at, conversation.read_token) == ("r-1", SAID_AT, "read-1")
    assert [each.message_id for each in known] == [1, 2]
    assert all(each.quote_token for each in known)


async def test_media_are_waited_for(talks: Talks) -> None:
    await talks.take_in(
        said({"type": "image", "contentProvider": {"type": "line"}, "imageSet": {"id": "s", "index": 1, "total": 2}}),
        said({"type": "video", "duration": 5000, "contentProvider": {"type": "line"}}, at=later(1)),
        said({"type": "file", "fileName": "見積書.pdf", "fileSize": 10}, at=later(2)),
        said(
            {"type": "image", "contentProvider": {"type": "external", "originalContentUrl": "https://example.com/a"}},
            at=later(3),
        ),
    )

    files = await talks.all(PendingFile)
    assert [each.content_type for each in files] == ["image/jpeg", "video/mp4", "application/pdf", "image/jpeg"]
    assert [each.is_elsewhere for each in files] == [False, False, False, True]
    assert files[2].name == "見積書.pdf"
    first = (await talks.all(Message))[0]
    assert first.extras == {"set": {"id": "s", "index": 1, "total": 2}, "media": "image"}
    [ticket] = await talks.all(Ticket)
    assert (ticket.subject, ticket.preview) == ("画像", "画像")


async def test_the_language_of_what_is_kept_is_the_installations_own(talks: Talks) -> None:
    await talks.take_in(said({"type": "sticker", "packageId": "1", "stickerId": "2", "keywords": ["ありがとう"]}))

    [ticket] = await talks.all(Ticket)
    assert ticket.subject == "スタンプ: ありがとう"


async def test_thirty_two_of_one_talk_are_digested_in_order_of_their_instants(talks: Talks) -> None:
    events = [text(f"{number:02}", at=later(number)) for number in range(32)]

    await talks.take_in(*reversed(events))

    messages = await talks.all(Message, Message.ticket_version)
    assert [message.text for message in messages] == [f"{number:02}" for number in range(32)]


async def _close(talks: Talks, number: int, *, at: datetime) -> None:
    async with talks.database.transaction() as session:
        ticket = await queries.find_ticket(session, number)
        assert ticket is not None
        ticket.move_to(BUILT_IN_STATUS_IDS[Phase.DONE], Phase.DONE, at)
        record(session, ticket, EventKind.STATUS_CHANGED, at=at)
