"""The labels there are; which ticket has which is `labels`."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.folding import fold
from app.tickets import settings
from app.tickets.classification_models import Label
from app.tickets.settings_forms import LabelForm
from app.tickets.settings_queries import hold_all


async def create(session: AsyncSession, form: LabelForm, *, by: Agent) -> Label:
    """Raises NameTaken."""
    labels = await hold_all(session, Label)
    settings.require_free(form.name, labels)
    label = Label(name=form.name, name_key=fold(form.name), colour=form.colour, position=settings.next_position(labels))
    return await settings.make(session, label, by=by, told=("name", "colour"))


async def change(session: AsyncSession, label: Label, form: LabelForm, *, by: Agent) -> None:
    settings.require_free(form.name, await hold_all(session, Label), but=label.id)
    settings.change(session, label, by=by, name=form.name, colour=form.colour)
    label.name_key = fold(form.name)
