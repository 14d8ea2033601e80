"""The fields there are, and what can be chosen in them; values of tickets are `fields`."""

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.core.clock import now
from app.core.errors import Invalid
from app.core.folding import fold
from app.core.i18n import mark
from app.tickets import settings
from app.tickets.assignment import team_by_id
from app.tickets.classification_models import Field, FieldChoice, FieldKind
from app.tickets.settings_forms import FieldForm, NewFieldForm
from app.tickets.settings_queries import hold_all, list_choices

KEY_BYTES = 6


async def create(session: AsyncSession, form: NewFieldForm, *, by: Agent) -> Field:
    """Its kind stays. Raises NameTaken, Unknown, Invalid at `choice_names`."""
    fields = await hold_all(session, Field)
    settings.require_free(form.name, fields)
    await team_by_id(session, form.team_id)
    _require_choices(form, form.kind)
    field = Field(
        key=f"field_{secrets.token_hex(KEY_BYTES)}",
        name=form.name,
        kind=form.kind,
        team_id=form.team_id,
        is_required=form.is_required,
        position=settings.next_position(fields),
    )
    await settings.make(session, field, by=by, told=("name", "kind", "team_id", "is_required"))
    await _set_choices(session, field, form, by=by)
    return field


async def change(session: AsyncSession, field: Field, form: FieldForm, *, by: Agent) -> None:
    settings.require_free(form.name, await hold_all(session, Field), but=field.id)
    await team_by_id(session, form.team_id)
    _require_choices(form, field.kind)
    settings.change(session, field, by=by, name=form.name, team_id=form.team_id, is_required=form.is_required)
    await _set_choices(session, field, form, by=by)


def _require_choices(form: FieldForm, kind: FieldKind) -> None:
    if kind is not FieldKind.CHOICE:
        return
    names = [fold(name) for name in form.choice_names if name]
    if not names:
        raise Invalid("choice_names", mark("Name at least one choice."))
    if len(set(names)) != len(names):
        raise Invalid("choice_names", mark("Two choices have the same name."))


async def _set_choices(session: AsyncSession, field: Field, form: FieldForm, *, by: Agent) -> None:
    """In the order of the form. One that is gone is archived: tickets that have it keep it."""
    if field.kind is not FieldKind.CHOICE:
        return
    known = {choice.id: choice for choice in await list_choices(session, field.id)}
    before = [choice.name for choice in known.values()]
    named = [(known.pop(row_id or 0, None), name) for row_id, name in _pairs(form) if name]
    for position, (choice, name) in enumerate(named):
        choice = choice or FieldChoice(field_id=field.id)
        choice.name, choice.position = name, position
        session.add(choice)
    for gone in known.values():
        gone.archived_at = now()
    audit.note_setting(session, "fields", field.id, by=by, choices=(before, [name for _, name in named]))


def _pairs(form: FieldForm) -> list[tuple[int | None, str]]:
    ids = [*form.choice_ids, *([None] * len(form.choice_names))]
    return list(zip(ids, form.choice_names, strict=False))
