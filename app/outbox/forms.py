from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.core.clock import END_OF_DAYS
from app.outbox.models import OutboxState
from app.web.forms import PageForm


class OutboxFilterForm(PageForm):
    state: OutboxState | None = None


class DepartureForm(BaseModel):
    """When something that waits shall leave; without a time at once."""

    model_config = ConfigDict(extra="forbid")

    send_at: Annotated[AwareDatetime, Field(lt=END_OF_DAYS)] | None = None


class DecisionForm(BaseModel):
    """What a person knows about a message whose sending failed or is uncertain."""

    model_config = ConfigDict(extra="forbid")

    as_: Literal["sent", "failed", "cancelled"] = Field(alias="as")
    """`cancelled` discards it: nothing of it waits any more."""
