"""Who works at the shop of the demo, what it is reached by, and what inquiries are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.accounts.forms import AgentForm, TeamForm
from app.accounts.models import Agent, Role, Team
from app.channels import queries as channel_queries
from app.channels import service as channel_service
from app.channels.forms import EmailForm
from app.channels.models import PHONE, Channel, ChannelFolder
from app.core.crypto import SecretBox
from app.demo.account import open_account
from app.demo.scripts import PHONE_BOX
from app.tickets.models import Category

SHOP = "ひなた生活館"
DOMAIN = "example.jp"
FOLDER = "INBOX"

AGENTS = {
    "sato": ("佐藤 恵", Role.ADMIN),
    "suzuki": ("鈴木 大輔", Role.LEAD),
    "tanaka": ("田中 美咲", Role.AGENT),
    "takahashi": ("高橋 健太", Role.CS),
}
READINGS = {
    "sato": "さとう めぐみ",
    "suzuki": "すずき だいすけ",
    "tanaka": "たなか みさき",
    "takahashi": "たかはし けんた",
}
"""By which a colleague is found after @."""

HEAD = "sato"
LEAD = "suzuki"

BOXES = {
    "support": f"{SHOP} サポート",
    "returns": f"{SHOP} 返品・配送",
    "business": f"{SHOP} 法人窓口",
}
LINE_BOX = "line"
TEAMS = {
    "サポート1課": (("sato", "suzuki", "tanaka"), ("support", "business", LINE_BOX)),
    "返品・配送チーム": (("sato", "suzuki", "takahashi"), ("returns",)),
}
TEAM_OF_BOX = {box: team for team, (_, boxes) in TEAMS.items() for box in boxes}
DUTY: Mapping[str, Sequence[str]] = {
    "support": ("tanaka", "tanaka", "tanaka", "suzuki", "sato"),
    "returns": ("takahashi", "takahashi", "takahashi", "suzuki", "sato"),
    "business": ("suzuki", "suzuki", "tanaka"),
    PHONE_BOX: ("tanaka", "takahashi", "suzuki"),
}
"""Who answers where; whoever is named more often has more to do."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The rows of the desk by the names that stories use."""

    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    channels: Mapping[str, Channel]
    folders: Mapping[str, ChannelFolder]
    categories: Mapping[str, Category]


def email_of(name: str) -> str:
    return f"{name}@{DOMAIN}"


async def engage(session: AsyncSession, box: SecretBox, *, categories: Sequence[str], password_hash: str) -> Cast:
    """Everybody and everything, in a database that has none of it."""
    agents = {name: await _agent(session, name, password_hash) for name in AGENTS}
    mailboxes = {name: await _mailbox(session, name, box) for name in BOXES}
    folders = {name: await channel_queries.ensure_folder(session, mailboxes[name].id, FOLDER) for name in BOXES}
    channels = {**mailboxes, LINE_BOX: await open_account(session, box)}
    everything = await channel_queries.list_channels(session)
    phone = next(channel for channel in everything if channel.kind == PHONE)
    return Cast(
        agents=agents,
        teams={name: await _team(session, name, agents, channels) for name in TEAMS},
        channels=channels | {PHONE_BOX: phone},
        folders=folders,
        categories=await _categories(session, categories),
    )


async def _agent(session: AsyncSession, key: str, password_hash: str) -> Agent:
    name, role = AGENTS[key]
    form = AgentForm(email=email_of(key), name=name, role=role)
    agent = await accounts.create_agent(session, form, password_hash=password_hash)
    agent.reading = READINGS[key]
    return agent


async def _mailbox(session: AsyncSession, key: str, box: SecretBox) -> Channel:
    """Paused, and a demo's: nothing is fetched, and what is sent is kept as a file."""
    form = EmailForm(
        name=BOXES[key],
        address=email_of(key),
        imap_host=f"imap.{DOMAIN}",
        imap_user=key,
        smtp_host=f"smtp.{DOMAIN}",
        smtp_user=key,
        folder=FOLDER,
    )
    channel = await channel_service.create_email(session, form, box)
    channel.is_demo = True
    await channel_service.pause(session, channel)
    return channel


async def _team(session: AsyncSession, name: str, agents: Mapping[str, Agent], channels: Mapping[str, Channel]) -> Team:
    members, boxes = TEAMS[name]
    return await accounts.create_team(
        session,
        TeamForm(name=name),
        members=[agents[key] for key in members],
        channel_ids=[channels[key].id for key in boxes],
    )


async def _categories(session: AsyncSession, paths: Sequence[str]) -> dict[str, Category]:
    """A path such as 商品について/初期不良 makes each of its levels."""
    made: dict[str, Category] = {}
    for path in paths:
        names = path.split("/")
        for level in range(1, len(names) + 1):
            here = "/".join(names[:level])
            if here not in made:
                above = made.get("/".join(names[: level - 1]))
                made[here] = await _category(session, names[level - 1], above=above, position=len(made))
    return made


async def _category(session: AsyncSession, name: str, *, above: Category | None, position: int) -> Category:
    category = Category(name=name, position=position)
    if above is not None:
        category.parent_id, category.level = above.id, above.level + 1
    session.add(category)
    await session.flush()
    category.path = f"{above.path if above else '/'}{category.id}/"
    return category
