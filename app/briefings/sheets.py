"""A briefing as it is shown: the same for its page, its mail and its PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.briefings.models import Briefing, BriefingKind
from app.core.i18n import gettext
from app.web.filters import exact_time


@dataclass(frozen=True, slots=True)
class Sheet:
    """`figures`, `grids` and `warnings` are as `contents` wrote them down."""

    id: int
    kind: BriefingKind
    locale: str
    name: str
    title: str
    period: str
    compared: str
    counted_at: str
    first_on: date
    last_on: date
    is_draft: bool
    figures: Sequence[Mapping[str, Any]]
    grids: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]
    comment: str
    writer: str
    state: str
    words: Mapping[str, str]
    """The labels around all this, in the briefing's language."""

    @property
    def heading(self) -> str:
        return f"{self.title} {self.period}"

    @property
    def file_name(self) -> str:
        return f"{self.title}-{self.first_on:%Y%m%d}.pdf"


def sheet_of(briefing: Briefing, zone: ZoneInfo) -> Sheet:
    """Instants are written in the language of the moment: the caller speaks the briefing's."""
    said = briefing.contents
    return Sheet(
        id=briefing.id,
        kind=briefing.kind,
        locale=briefing.locale,
        name=briefing.name,
        title=said["title"],
        period=said["period"],
        compared=said["compared"],
        counted_at=said["counted_at"],
        first_on=briefing.first_on,
        last_on=briefing.last_on,
        is_draft=briefing.is_draft,
        figures=said["figures"],
        grids=said["grids"],
        warnings=said["warnings"],
        comment=briefing.comment,
        writer=briefing.writer,
        state=_state(briefing, zone),
        words={
            "comment": gettext("Comment"),
            "now": gettext("This period"),
            "before": gettext("The period before"),
            "change": gettext("Up or down"),
            "figures": gettext("Figures"),
            "compared": gettext("Compared with {period}", period=said["compared"]),
            "counted": gettext("Counted {time}", time=said["counted_at"]),
            "silent": gettext("No comment was written."),
        },
    )


def _state(briefing: Briefing, zone: ZoneInfo) -> str:
    if briefing.frozen_at is None:
        return gettext("Draft")
    return gettext("Frozen {time}", time=exact_time(briefing.frozen_at, zone))


def comment_words(sheet: Sheet) -> str:
    return sheet.comment.strip() or sheet.words["silent"]
