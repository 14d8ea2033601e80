"""Statuses, categories, labels and fields: what tickets are sorted by."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.administration import choices
from app.administration.catalogue import Noun
from app.administration.tree import branches, possible_parents
from app.core.i18n import gettext, mark
from app.inbox.words import STATUS_NAMES, status_name
from app.tickets import category_service, field_service, label_service, settings, settings_queries, status_service
from app.tickets.classification_models import Field, FieldKind, Label, LabelColour
from app.tickets.models import Category, Phase, Status
from app.tickets.settings_forms import (
    BuiltInStatusForm,
    CategoryForm,
    FieldForm,
    LabelForm,
    NewFieldForm,
    NewStatusForm,
    StatusForm,
)

KIND_NAMES = {
    FieldKind.TEXT: mark("Short text"),
    FieldKind.NUMBER: mark("Number"),
    FieldKind.DATE: mark("Date"),
    FieldKind.CHOICE: mark("Choice"),
    FieldKind.CHECK: mark("Check"),
}
KIND_MEANINGS = {
    FieldKind.TEXT: mark("One line of words."),
    FieldKind.NUMBER: mark("An amount, a count."),
    FieldKind.DATE: mark("A day."),
    FieldKind.CHOICE: mark("One of the choices that you name."),
    FieldKind.CHECK: mark("Yes or no."),
}
COLOUR_NAMES = {
    LabelColour.GREY: mark("Grey"),
    LabelColour.RED: mark("Red"),
    LabelColour.ORANGE: mark("Orange"),
    LabelColour.YELLOW: mark("Yellow"),
    LabelColour.GREEN: mark("Green"),
    LabelColour.TEAL: mark("Teal"),
    LabelColour.BLUE: mark("Blue"),
    LabelColour.PURPLE: mark("Purple"),
    LabelColour.PINK: mark("Pink"),
    LabelColour.BROWN: mark("Brown"),
}


async def _around_statuses(session: AsyncSession, status: Status | None) -> dict[str, Any]:
    return {
        "phases": [(phase.value, gettext(STATUS_NAMES[phase])) for phase in Phase],
        "teams": await choices.teams(session),
        "is_built_in": status_service.is_built_in,
        "status_name": status_name,
    }


async def _around_categories(session: AsyncSession, category: Category | None) -> dict[str, Any]:
    categories = [each for each in await settings_queries.list_all(session, Category) if each.archived_at is None]
    return {"branches": branches(categories), "parents": possible_parents(categories, category)}


async def _around_labels(session: AsyncSession, label: Label | None) -> dict[str, Any]:
    return {"colours": [(colour.value, gettext(COLOUR_NAMES[colour])) for colour in LabelColour]}


async def _around_fields(session: AsyncSession, field: Field | None) -> dict[str, Any]:
    return {
        "kinds": [(kind.value, gettext(KIND_NAMES[kind]), gettext(KIND_MEANINGS[kind])) for kind in FieldKind],
        "teams": await choices.teams(session),
        "choices": [(each.id, each.name) for each in await settings_queries.list_choices(session, field.id)]
        if field
        else [],
    }


def _status_form(status: Status) -> Any:
    return BuiltInStatusForm if status_service.is_built_in(status) else StatusForm


def _status_change(status: Status) -> Any:
    return status_service.rename_built_in if status_service.is_built_in(status) else status_service.change


STATUSES = Noun(
    "statuses",
    Status,
    "statuses.html",
    "status.html",
    NewStatusForm,
    _status_form,
    status_service.create,
    _status_change,
    status_service.archive,
    settings.restore,
    _around_statuses,
)
CATEGORIES = Noun(
    "categories",
    Category,
    "categories.html",
    "category.html",
    CategoryForm,
    lambda category: CategoryForm,
    category_service.create,
    lambda category: category_service.change,
    category_service.archive,
    category_service.restore,
    _around_categories,
)
LABELS = Noun(
    "labels",
    Label,
    "labels.html",
    "label.html",
    LabelForm,
    lambda label: LabelForm,
    label_service.create,
    lambda label: label_service.change,
    settings.archive,
    settings.restore,
    _around_labels,
)
FIELDS = Noun(
    "fields",
    Field,
    "fields.html",
    "field.html",
    NewFieldForm,
    lambda field: FieldForm,
    field_service.create,
    lambda field: field_service.change,
    settings.archive,
    settings.restore,
    _around_fields,
)
NOUNS = (STATUSES, CATEGORIES, LABELS, FIELDS)
