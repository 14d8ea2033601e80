"""What every page of the reports asks for, as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.calendars import fiscal_month
from app.core.database import Database
from app.core.settings import Settings
from app.inbox.choices import Choices
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import Sight
from app.inbox.frame import read_frame
from app.inbox.row_queries import read_moment
from app.inbox.service import position_of
from app.reports.asking import question_of, sees_everybody
from app.reports.page_asking import read_asked
from app.reports.values import ReportName
from app.reports.views import Asking
from app.web.deps import DatabaseDep, SessionDep, SettingsDep


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a report, in what, and what they may see."""

    request: Request
    session: AsyncSession
    database: Database
    settings: Settings
    sight: Sight
    choices: Choices

    @property
    def sees_everybody(self) -> bool:
        return sees_everybody(self.sight.viewer.agent)

    @property
    def page(self) -> str:
        """Its own address, for the way back from a list."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    async def asking(self, report: ReportName, *, params: Mapping[str, str] | None = None, page: str = "") -> Asking:
        """Of this page's address, or of a kept one. Raises Invalid at a field that means nothing."""
        month = await fiscal_month(self.session)
        zone = self.settings.zone
        given = self.request.query_params if params is None else params
        asked = read_asked(given, zone=zone, fiscal_month=month)
        question = await question_of(self.session, report, asked.form, sight=self.sight, zone=zone)
        return Asking(self.session, question, asked, self.choices, page or self.page)

    async def frame(self) -> dict[str, Any]:
        """What surrounds a page; where only its middle is asked for, nothing."""
        if self.is_part:
            return {}
        position = position_of(await read_moment(self.session))
        frame = await read_frame(self.session, self.database.room, self.sight, self.choices)
        return {**frame, "position": position}

    @property
    def is_part(self) -> bool:
        return "hx-request" in self.request.headers


async def _reader(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    settings: SettingsDep,
    sight: SightDep,
    choices: ChoicesDep,
) -> Reader:
    return Reader(request, session, database, settings, sight, choices)


ReaderDep = Annotated[Reader, Depends(_reader)]
