"""The shop's FAQ, with what visitors made of it so far."""

import tomllib
from pathlib import Path
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.faq import service
from app.faq.forms import FaqForm
from app.faq.models import FaqEntry

FILE = Path(__file__).with_name("texts") / "faq.toml"
MOST_SHOWN = 180
HELPED, HANDED_OVER = (0.35, 0.8), (0.05, 0.2)
"""Of those who were shown it, at least and at most."""


async def write_down(session: AsyncSession, random: Random, *, by: Agent) -> None:
    for values in tomllib.loads(FILE.read_text(encoding="utf-8"))["entry"]:
        entry = await service.add_entry(session, FaqForm.model_validate(values), by=by)
        if entry.published_at is not None:
            _count(entry, random)


def _count(entry: FaqEntry, random: Random) -> None:
    entry.shown_count = random.randint(MOST_SHOWN // 10, MOST_SHOWN)
    entry.helped_count = int(entry.shown_count * random.uniform(*HELPED))
    entry.handed_over_count = int(entry.shown_count * random.uniform(*HANDED_OVER))
