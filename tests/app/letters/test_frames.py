import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.errors import Invalid
from app.customers.models import Customer
from app.letters.forms import FrameForm
from app.letters.frames import Opening, opening_of, save_frame, signature_among
from app.letters.scenes import scene_at, scene_of
from tests.support.builders import build_agent, build_channel, build_customer, build_team, build_ticket


async def _frame(session: AsyncSession, admin: Agent, **fields: object) -> None:
    await save_frame(session, None, FrameForm.model_validate(fields), by=admin)


async def _opening(session: AsyncSession, agent: Agent, channel: Channel, customer: Customer | None = None) -> Opening:
    ticket = await build_ticket(session, channel=channel, customer=customer)
    await session.flush()
    return await opening_of(session, scene_of(ticket, agent))


async def test_the_most_particular_frame_holds_and_what_it_lacks_comes_from_the_next(session: AsyncSession) -> None:
    agent, channel = await build_agent(session), await build_channel(session)
    team = await build_team(session, members=[agent], channels=[channel])
    await _frame(session, agent, greeting="共通", signature="共通の署名")
    await _frame(session, agent, team_id=team.id, greeting="チーム", signature="チームの署名")
    await _frame(session, agent, channel_id=channel.id, greeting="窓口", signature="窓口の署名")
    await _frame(session, agent, channel_id=channel.id, team_id=team.id, greeting="窓口のチーム")

    opening = await _opening(session, agent, channel)

    assert (opening.greeting, opening.signature) == ("窓口のチーム", "窓口の署名")


async def test_another_team_s_or_mailbox_s_frame_does_not_hold(session: AsyncSession) -> None:
    agent, channel = await build_agent(session), await build_channel(session)
    other = await build_channel(session, name="別の窓口")
    team = await build_team(session)
    await _frame(session, agent, channel_id=other.id, greeting="別の窓口")
    await _frame(session, agent, team_id=team.id, greeting="別のチーム")

    assert (await _opening(session, agent, other)).greeting == "別の窓口"
    assert (await _opening(session, agent, channel)).greeting == ""


async def test_fields_are_filled_and_what_is_not_known_stays(session: AsyncSession) -> None:
    agent, channel = await build_agent(session, name="山田 花子"), await build_channel(session)
    customer = await build_customer(session, name="田中 一郎")
    await _frame(session, agent, greeting="{{宛名}}\n{{会社名}}の{{担当者名}}", signature="{{窓口名}} #{{案件番号}}")

    opening = await _opening(session, agent, channel, customer)

    assert opening.greeting == "田中 一郎 様\n{{会社名}}の山田 花子"
    assert opening.signature.startswith("お問い合わせ窓口 #")


async def test_who_is_known_by_an_address_alone_has_no_name(session: AsyncSession) -> None:
    agent, channel = await build_agent(session), await build_channel(session)
    customer = await build_customer(session, name="", address="nobody@example.com")
    await _frame(session, agent, greeting="{{宛名}}")

    assert (await _opening(session, agent, channel, customer)).greeting == "{{宛名}}"
    unnamed = scene_at(channel, agent, customer_id=customer.id, name="経理ご担当")
    assert (await opening_of(session, unnamed)).greeting == "経理ご担当 様"


def test_one_s_own_signature_holds_unless_a_frame_has_a_place_for_it() -> None:
    assert signature_among(["", "窓口"], own="私") == "私"
    assert signature_among(["窓口"], own=" ") == "窓口"
    assert signature_among(["窓口\n{{担当者署名?}}", "共通"], own="私") == "窓口\n{{担当者署名?}}"


async def test_a_frame_with_an_unknown_field_or_a_taken_place_is_refused(session: AsyncSession) -> None:
    agent = await build_agent(session)
    await _frame(session, agent, greeting="{{宛名}}")

    with pytest.raises(Invalid) as unknown:
        await _frame(session, agent, signature="{{電話}}")
    with pytest.raises(Invalid) as taken:
        await _frame(session, agent, signature="二つ目")

    assert (unknown.value.field, unknown.value.params["fields"]) == ("signature", "{{電話}}")
    assert taken.value.field == "channel_id"
