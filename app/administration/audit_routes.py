"""The audit log: who did what, filtered, page by page, and as a file."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, BeforeValidator, Field

from app.accounts import audit, audit_queries, queries
from app.accounts.audit_models import AuditKind
from app.accounts.audit_queries import Wanted
from app.administration.pages import admin_router, show
from app.administration.trying import admin_of
from app.administration.wording import KIND_NAMES, LineView, line_view
from app.core.clock import FIRST_DAY, LAST_DAY, now
from app.core.csv_files import BYTE_ORDER_MARK, MEDIA_TYPE, csv_lines
from app.core.cursors import Cursor, open_cursor
from app.core.database import Database
from app.core.i18n import current_locale, gettext, mark, use_locale
from app.core.moments import first_instant, instant_after
from app.web.deps import DatabaseDep, SessionDep, SettingsDep

TITLES = (
    mark("When"),
    mark("Who"),
    mark("E-mail address"),
    mark("What"),
    mark("On what"),
    mark("Details"),
    mark("IP address"),
)
PAGE = 50
PART = 500
router = admin_router("audit")
doors = APIRouter(prefix="/admin/audit")
"""What streams, and opens what it needs part by part."""


def _none(value: object) -> object:
    return None if value == "" else value


Day = Annotated[date | None, Field(ge=FIRST_DAY, le=LAST_DAY), BeforeValidator(_none)]


class Filter(BaseModel):
    """Days are the organisation's, both included."""

    agent: Annotated[int | None, Field(gt=0, lt=2**63), BeforeValidator(_none)] = None
    kind: Annotated[AuditKind | None, BeforeValidator(_none)] = None
    since: Day = None
    until: Day = None
    cursor: str = ""

    def wanted(self, zone: ZoneInfo) -> Wanted:
        since = first_instant(self.since, zone) if self.since else None
        until = instant_after(self.until, zone) if self.until else None
        return Wanted(self.agent, self.kind, since, until)

    @property
    def query(self) -> str:
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        given = {"agent": self.agent, "kind": self.kind.value if self.kind else None, **days}
        return urlencode({name: value for name, value in given.items() if value is not None})


FilterDep = Annotated[Filter, Query()]


@doors.get("/export.csv")
async def export(request: Request, database: DatabaseDep, settings: SettingsDep, wish: FilterDep) -> Response:
    admin = await admin_of(request, database)
    await audit.note_apart(database, AuditKind.EXPORT, by=admin, subject="audit_log", filter=wish.query)
    name = f"audit-{now().astimezone(settings.zone):%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    parts = _csv(database, wish.wanted(settings.zone), settings.zone, current_locale())
    return StreamingResponse(parts, media_type=MEDIA_TYPE, headers=headers)


@router.get("")
async def show_audit(request: Request, session: SessionDep, settings: SettingsDep, wish: FilterDep) -> Response:
    after = open_cursor(wish.cursor, f"audit {wish.query}")
    wanted = wish.wanted(settings.zone)
    found = await audit_queries.page_lines(session, wanted, before=after.id if after else None, limit=PAGE + 1)
    lines = [line_view(row, settings.zone) for row in found[:PAGE]]
    cursor = Cursor.after("", lines[-1].id).seal(f"audit {wish.query}") if len(found) > PAGE else ""
    context: dict[str, Any] = {
        "lines": lines,
        "wish": wish,
        "next": f"{wish.query}&cursor={cursor}" if cursor else "",
        "is_first": after is None,
        "people": [(each.id, each.name) for each in await queries.list_agents(session)],
        "kinds": [(kind.value, gettext(name)) for kind, name in KIND_NAMES.items()],
    }
    return show(request, "audit.html", **context)


async def _csv(database: Database, wanted: Wanted, zone: ZoneInfo, locale: str) -> AsyncIterator[str]:
    use_locale(locale)
    yield BYTE_ORDER_MARK + csv_lines([map(gettext, TITLES)])
    before: int | None = None
    while True:
        async with database.reading() as session:
            rows = await audit_queries.page_lines(session, wanted, before=before, limit=PART)
        if not rows:
            return
        lines = [line_view(row, zone) for row in rows]
        yield csv_lines(_cells(line, zone) for line in lines)
        before = lines[-1].id


def _cells(line: LineView, zone: ZoneInfo) -> tuple[str, ...]:
    at = line.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return at, line.who, line.email, line.what, line.subject, " / ".join(line.details), line.address
