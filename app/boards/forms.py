"""What boards may be asked."""

from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from app.core.i18n import mark
from app.reports.values import ReportName
from app.tabs.forms import MAX_NAME, Scope

MAX_QUERY = 2000
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME)]
Id = Annotated[int, Field(gt=0, lt=2**63)]


class BoardForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    scope: Scope = Scope.MINE
    team_id: Id | None = None

    @field_validator("team_id", mode="before")
    @classmethod
    def _none_is_none(cls, value: object) -> object:
        return value or None


class TileForm(BaseModel):
    """A report's page under a name, on a board that there is or on a new one."""

    model_config = ConfigDict(extra="forbid")

    title: Name
    report: ReportName | Literal["heatmap"]
    query: Annotated[str, StringConstraints(max_length=MAX_QUERY)] = ""
    board_id: Id | None = None
    board_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME)] = ""

    @field_validator("board_id", mode="before")
    @classmethod
    def _none_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("query")
    @classmethod
    def _is_query(cls, value: str) -> str:
        try:
            parse_qsl(value, strict_parsing=bool(value), max_num_fields=50)
        except ValueError:
            raise ValueError(mark("This is not valid.")) from None
        return value


class MoveForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Literal[-1, 1]

    @field_validator("by", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return int(value) if value in ("-1", "1") else value
