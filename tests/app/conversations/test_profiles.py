"""Names and pictures: asked for once, again after a week, and never in the way."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.channels.models import CHAT, LINE
from app.conversations.models import Conversation, ConversationKind, Member
from app.conversations.profiles import FRESH_FOR, Asker, stand_in
from app.core.clock import now
from app.core.outside import Outside
from app.customers.models import Customer
from app.tickets.message_models import MessageRecipient
from connectors.talks import Gone, Profile
from tests.app.conversations.conftest import USER, TalkDesk
from tests.support.platforms import UNREACHABLE


def asker(talk: TalkDesk) -> Asker:
    return Asker(talk.database, talk.blobs, talk.platform.of, Outside())


async def customer_name(talk: TalkDesk) -> str:
    async with talk.database.reading() as session:
        return (await session.get_one(Customer, talk.ticket.customer_id)).name


async def conversation(talk: TalkDesk) -> Conversation:
    async with talk.database.reading() as session:
        return await session.get_one(Conversation, talk.conversation.id)


async def rename_customer(talk: TalkDesk, name: str) -> None:
    async with talk.database.transaction() as session:
        (await session.get_one(Customer, talk.ticket.customer_id)).name = name


def test_a_stand_in_ends_in_letters_and_digits() -> None:
    assert stand_in(CHAT, ConversationKind.PERSON, "x7Ab9_-kQeky") == "訪問者 9kQeky"


async def test_the_customer_gets_their_name_and_what_they_said_too(talk: TalkDesk) -> None:
    await rename_customer(talk, stand_in(LINE, ConversationKind.PERSON, USER))
    talk.platform.profiles[USER, ""] = Profile("さくら🌸")

    assert await asker(talk).ask_next()
    assert not await asker(talk).ask_next()

    assert await customer_name(talk) == "さくら🌸"
    async with talk.database.reading() as session:
        assert set(await session.scalars(select(MessageRecipient.name))) == {"さくら🌸"}


async def test_a_name_that_an_agent_gave_stays(talk: TalkDesk) -> None:
    await rename_customer(talk, "佐倉 花")
    talk.platform.profiles[USER, ""] = Profile("さくら🌸")

    await asker(talk).ask_next()

    assert await customer_name(talk) == "佐倉 花"
    assert (await conversation(talk)).name == "さくら🌸"


async def test_it_is_asked_again_after_a_week(talk: TalkDesk) -> None:
    talk.platform.profiles[USER, ""] = Profile("さくら")
    await asker(talk).ask_next()
    with time_machine.travel(now() + FRESH_FOR + timedelta(minutes=1), tick=False):
        await asker(talk).ask_next()

    assert talk.platform.asked == [USER, USER]


async def test_a_platform_that_is_away_is_asked_later(talk: TalkDesk) -> None:
    talk.platform.troubles = [UNREACHABLE]
    await asker(talk).ask_next()

    found = await conversation(talk)
    assert (found.profile_failures, found.name) == (1, "")
    assert found.profile_due_at is not None
    assert found.profile_due_at > now()


async def test_who_has_no_profile_to_be_had_is_not_asked_for_all_day(talk: TalkDesk) -> None:
    talk.platform.troubles = [Gone()]
    await asker(talk).ask_next()

    found = await conversation(talk)
    assert found.profile_due_at is not None
    assert found.profile_due_at > now() + timedelta(days=6)


async def test_members_of_a_group_are_named(talk: TalkDesk) -> None:
    async with talk.database.transaction() as session:
        held = await session.get_one(Conversation, talk.conversation.id)
        held.kind, held.address, held.profile_due_at = ConversationKind.GROUP, "Cgroup", None
        session.add(Member(conversation_id=held.id, address=USER, profile_due_at=now()))
    talk.platform.profiles["Cgroup", USER] = Profile("母")

    await asker(talk).ask_next()

    async with talk.database.reading() as session:
        assert (await session.scalars(select(Member.name))).all() == ["母"]
        assert set(await session.scalars(select(MessageRecipient.name))) == {"母"}
