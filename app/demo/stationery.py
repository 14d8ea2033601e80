"""Templates, greetings and signatures of the shop, and the companies that its customers write from."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.customers.models import Customer
from app.customers.service import rename
from app.demo import queries
from app.demo.cast import Cast
from app.demo.people import COMPANIES
from app.demo.scripts import TEXTS
from app.letters.models import LetterFrame, LetterTemplate
from app.letters.picking import search_key

DEPARTMENTS = ("総務部", "購買課", "", "経理部", "管理部", "", "情報システム室")
MOST_USED = 46


async def furnish(session: AsyncSession, cast: Cast) -> None:
    """Frames for the mailboxes, and templates that were used more or less often."""
    texts = _read()
    session.add_all([_frame(entry, cast) for entry in texts["frame"]])
    templates = texts["template"]
    session.add_all([_template(entry, cast, used=MOST_USED // (place + 1)) for place, entry in enumerate(templates)])
    await session.flush()


async def introduce_companies(session: AsyncSession) -> None:
    """Who wrote their company behind their name is known with both, and often with a department."""
    for company in COMPANIES:
        ending = f"（{company}）"
        for customer in await queries.list_customers_called(session, ending):
            _introduce(customer, company, name=customer.name.removesuffix(ending))


def _introduce(customer: Customer, company: str, *, name: str) -> None:
    rename(customer, name)
    customer.company = company
    customer.department = DEPARTMENTS[customer.id % len(DEPARTMENTS)]


def _frame(entry: Mapping[str, str], cast: Cast) -> LetterFrame:
    greeting, signature = entry["greeting"].strip("\n"), entry["signature"].strip("\n")
    return LetterFrame(channel_id=cast.channels[entry["box"]].id, greeting=greeting, signature=signature)


def _template(entry: Mapping[str, str], cast: Cast, *, used: int) -> LetterTemplate:
    template = LetterTemplate(
        name=entry["name"],
        reading=entry["reading"],
        subject=entry.get("subject", ""),
        text=entry["text"].strip("\n"),
        category_id=cast.categories[entry["category"]].id if "category" in entry else None,
        owner_id=cast.agents[entry["owner"]].id if "owner" in entry else None,
        team_id=cast.teams[entry["team"]].id if "team" in entry else None,
        used_count=used,
    )
    template.search_key = search_key(template)
    return template


@cache
def _read() -> Mapping[str, Sequence[Any]]:
    return tomllib.loads((TEXTS / "letters.toml").read_text(encoding="utf-8"))
