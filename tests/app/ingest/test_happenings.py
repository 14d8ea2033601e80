"""What LINE tells beside messages, and what nobody knows: nothing is missed, and nothing costs its neighbours."""

from typing import Any

from app.conversations.models import (
    Conversation,
    ConversationState,
    Happening,
    HappeningKind,
    ReplyToken,
)
from app.customers.models import Customer
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from tests.support.line_events import (
    Talks,
    event,
    later,
    said,
    text,
)


async def test_following_makes_a_customer_and_no_ticket(talks: Talks) -> None:
    await talks.take_in(event("follow", replyToken="r", follow={"isUnblocked": False}))

    [conversation], [happening] = await talks.all(Conversation), await talks.all(Happening)
    assert (await talks.all(Ticket), len(await talks.all(Customer))) == ([], 1)
    assert conversation.state is ConversationState.FRIEND
    assert (happening.kind, happening.conversation_id) == (HappeningKind.FOLLOWED, conversation.id)
    assert len(await talks.all(ReplyToken)) == 1


async def test_the_newest_of_follow_and_block_counts_in_any_order(talks: Talks) -> None:
    await talks.take_in(event("unfollow", at=later(5)))
    await talks.take_in(event("follow", replyToken="r", follow={"isUnblocked": False}, at=later(1)))
    [blocked] = await talks.all(Conversation)
    await talks.take_in(event("follow", replyToken="r", follow={"isUnblocked": True}, at=later(9)))

    [back] = await talks.all(Conversation)
    assert (blocked.state, back.state) == (ConversationState.BLOCKED, ConversationState.FRIEND)


async def test_who_writes_has_not_blocked_us(talks: Talks) -> None:
    await talks.take_in(event("unfollow"))
    await talks.take_in(text("やっぱり", at=later(5)))

    [conversation] = await talks.all(Conversation)
    assert conversation.state is ConversationState.FRIEND


async def test_happenings_are_lines_of_the_ticket(talks: Talks) -> None:
    await talks.take_in(text("最初"))
    await talks.take_in(
        event("postback", at=later(1), replyToken="p", postback={"data": "action=buy"}),
        event("unfollow", at=later(2)),
    )

    told = [each for each in await talks.all(TicketEvent) if each.kind is EventKind.HAPPENED]
    assert [each.changes for each in told] == [
        {"happening": "postback", "happening_id": 1},
        {"happening": "unfollowed", "happening_id": 2},
    ]
    assert len(await talks.all(Message)) == 1


async def test_a_postback_of_somebody_without_a_ticket_and_what_nobody_knows_become_messages(talks: Talks) -> None:
    await talks.take_in(event("postback", replyToken="p", postback={"data": "action=buy", "params": {"date": "d"}}))
    await talks.take_in(event("newKind", at=later(1), surprise=1))
    await talks.take_in(said({"type": "hologram"}, at=later(2)))

    pressed, event_message, content = await talks.all(Message)
    assert (pressed.text, pressed.extras) == (
        "action=buy",
        {"postback": {"data": "action=buy", "params": {"date": "d"}}},
    )
    assert event_message.extras == {"unknown": {"type": "newKind"}}
    assert content.extras == {"unknown": {"type": "hologram"}}
    assert {message.ticket_id for message in (pressed, event_message, content)} == {1}


async def test_what_happens_to_the_account_stands_on_it(talks: Talks) -> None:
    await talks.take_in(event("botSuspended", source={}), event("module", source={}, module={"type": "attached"}))

    happenings = await talks.all(Happening)
    assert {(each.kind, each.conversation_id) for each in happenings} == {("suspended", None), ("module", None)}


async def test_a_message_of_nobody_opens_a_ticket_all_the_same(talks: Talks) -> None:
    await talks.take_in(text("匿名", source={}))

    [message] = await talks.all(Message)
    assert (message.text, message.conversation_id, message.author_identity_id) == ("匿名", None, None)


async def test_odd_events_cost_their_neighbours_nothing(talks: Talks) -> None:
    odd: list[Any] = [3, None, "x", [], {}, {"type": 5}, {"type": "message"}, {"type": "message", "message": 7}]
    odd.append(text("ok", source={"type": 3, "userId": ["x"]}))
    odd.append({**text("\ud800 と \x00"), "mode": "brandNew"})

    await talks.take_in(*odd, text("隣人", at=later(1)))

    words = [message.text for message in await talks.all(Message)]
    assert "隣人" in words
    assert "\ufffd と \ufffd" in words
