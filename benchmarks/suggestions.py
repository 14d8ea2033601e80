"""How often the suggested category is the one that people chose, and how long suggestions and trends take.

Each of some classified tickets of a demo is guessed as if it had no category, from all others (leave one out).
"""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.audiences import Viewer, viewer_of
from app.accounts.models import Agent, Role
from app.core.clock import now
from app.core.database import Database
from app.inbox.list_queries import Selection
from app.reports.service import read_table
from app.reports.values import Axis, Period, Question, ReportName
from app.tallies import service as tallies
from app.tickets.models import Ticket
from app.trends import reading
from app.trends.suggesting import Asked, suggest
from benchmarks.desk import filled
from benchmarks.report import Report

SAMPLE = 400
ROUNDS = 20
SURE = (0.6, 0.8, 0.9)
PERIODS = {"a week": 7, "a month": 30, "12 months": 365}
ZONE = ZoneInfo("Asia/Tokyo")


def measure(folder: Path, tickets: int, name: str, report: Report) -> None:
    with filled(folder, tickets=tickets, database=name) as data:
        asyncio.run(_measure(data.database_url, f"{tickets} tickets, {name}", report))


async def _measure(url: str, name: str, report: Report) -> None:
    database = Database(url)
    try:
        async with database.reading() as session:
            admins = select(Agent).where(Agent.role == Role.ADMIN).order_by(Agent.id)
            viewer = await viewer_of(session, (await session.scalars(admins)).first() or Agent())
        began = time.perf_counter()
        count = await reading.rebuild(database, lambda done, of: None)
        report.add(f"terms, {name}, read and counted", count / (time.perf_counter() - began), "tickets/s")
        await tallies.rebuild(database, ZONE, lambda done, of: None)
        await _measure_guesses(database, viewer, f"suggestions, {name}", report)
        await _measure_trends(database, viewer, f"trends, {name}", report)
    finally:
        await database.dispose()


async def _measure_guesses(database: Database, viewer: Viewer, name: str, report: Report) -> None:
    async with database.reading() as session:
        classified = select(Ticket).where(Ticket.category_id.is_not(None), Ticket.is_counted.is_(True))
        tickets = (await session.scalars(classified.order_by(Ticket.id.desc()).limit(SAMPLE))).all()
        took: list[float] = []
        told: Counter[str] = Counter()
        for ticket in tickets:
            began = time.perf_counter()
            found = await suggest(session, Asked(ticket.id, ticket.customer_id, ticket.home_channel_id), viewer=viewer)
            took.append(time.perf_counter() - began)
            if found is not None:
                for sure in (0.0, *(each for each in SURE if found.confidence >= each)):
                    told[f"suggested {sure}"] += 1
                    told[f"right {sure}"] += found.category_id == ticket.category_id
    report.add_latencies(name, took)
    for sure in (0.0, *SURE):
        suggested, right = told[f"suggested {sure}"], told[f"right {sure}"]
        report.add(f"{name}, sure to {sure:.0%}: suggested", 100 * suggested / len(tickets), "%")
        report.add(f"{name}, sure to {sure:.0%}: right of these", 100 * right / max(suggested, 1), "%")


async def _measure_trends(database: Database, viewer: Viewer, name: str, report: Report) -> None:
    last = now().astimezone(ZONE).date()
    for words, days in PERIODS.items():
        period = Period(last - timedelta(days=days - 1), last, ZONE)
        for axis in (Axis.CATEGORY, Axis.TERM):
            question = Question(ReportName.TRENDS, period, Selection(viewer.audience_ids), by=(axis,))
            took: list[float] = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                async with database.reading() as session:
                    await read_table(session, question)
                took.append(time.perf_counter() - began)
            report.add_latencies(f"{name}, {words} by {axis}", took)
