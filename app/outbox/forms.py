from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.outbox.models import OutboxState
from app.web.forms import PageForm


class OutboxFilterForm(PageForm):
    state: OutboxState | None = None


class DecisionForm(BaseModel):
    """What a person knows about a message whose sending failed or is uncertain."""

    model_config = ConfigDict(extra="forbid")

    as_: Literal["sent", "failed"] = Field(alias="as")
