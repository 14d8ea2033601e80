"""The tree of categories as a page draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.tickets.category_service import MAX_LEVEL
from app.tickets.models import Category


@dataclass(frozen=True, slots=True)
class Branch:
    category: Category
    below: tuple["Branch", ...]


def branches(categories: Sequence[Category], parent_id: int | None = None) -> tuple[Branch, ...]:
    """In their order; what hangs on something archived is archived itself."""
    return tuple(Branch(each, branches(categories, each.id)) for each in categories if each.parent_id == parent_id)


def possible_parents(categories: Sequence[Category], moving: Category | None) -> list[tuple[int, str]]:
    """Where a category may hang, with the names on the way there; not below itself."""
    possible = {
        each.id for each in categories if each.level < MAX_LEVEL and not (moving and each.path.startswith(moving.path))
    }
    return [pair for pair in paths(categories) if pair[0] in possible]


def paths(categories: Sequence[Category]) -> list[tuple[int, str]]:
    """Each with the names on the way to it."""
    names = {each.id: each.name for each in categories}
    found = [
        (each.id, " › ".join(names.get(int(step), "") for step in each.path.strip("/").split("/")))
        for each in categories
    ]
    return sorted(found, key=lambda pair: pair[1])
