"""The tree of categories: three levels, moved and archived with all that is below."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.errors import Invalid
from app.core.i18n import mark
from app.tickets import settings
from app.tickets.errors import Unknown
from app.tickets.models import Category
from app.tickets.settings_forms import CategoryForm
from app.tickets.settings_queries import hold_all

MAX_LEVEL = 3


class TooDeep(Invalid):
    def __init__(self) -> None:
        super().__init__("parent_id", mark("Categories have three levels at most."))


class Inside(Invalid):
    def __init__(self) -> None:
        super().__init__("parent_id", mark("A category cannot be put below itself."))


async def create(session: AsyncSession, form: CategoryForm, *, by: Agent) -> Category:
    """Raises NameTaken, Unknown, TooDeep."""
    categories = await hold_all(session, Category)
    parent = _parent(categories, form.parent_id)
    if parent is not None and parent.level >= MAX_LEVEL:
        raise TooDeep
    siblings = [each for each in categories if each.parent_id == form.parent_id]
    settings.require_free(form.name, siblings)
    category = Category(name=form.name, parent_id=form.parent_id, position=settings.next_position(siblings))
    await settings.make(session, category, by=by, told=("name", "parent_id"))
    _put_below(category, parent, [])
    return category


async def change(session: AsyncSession, category: Category, form: CategoryForm, *, by: Agent) -> None:
    """Another name, another place; what is below comes along. Raises NameTaken, Unknown, TooDeep, Inside."""
    categories = await hold_all(session, Category)
    parent = _parent(categories, form.parent_id)
    below = [each for each in categories if each.path.startswith(category.path) and each is not category]
    _require_room(category, parent, below)
    siblings = [each for each in categories if each.parent_id == form.parent_id]
    settings.require_free(form.name, siblings, but=category.id)
    moves = form.parent_id != category.parent_id
    settings.change(session, category, by=by, name=form.name, parent_id=form.parent_id)
    if moves:
        category.position = settings.next_position(siblings)
        _put_below(category, parent, below)


async def archive(session: AsyncSession, category: Category, *, by: Agent) -> None:
    """With everything below."""
    for each in await hold_all(session, Category):
        if each.path.startswith(category.path) and each.archived_at is None:
            settings.archive(session, each, by=by)


async def restore(session: AsyncSession, category: Category, *, by: Agent) -> None:
    """With everything above: a category hangs on nothing that is archived."""
    for each in await hold_all(session, Category):
        if category.path.startswith(each.path) and each.archived_at is not None:
            settings.restore(session, each, by=by)


def _parent(categories: Sequence[Category], parent_id: int | None) -> Category | None:
    if parent_id is None:
        return None
    for each in categories:
        if each.id == parent_id and each.archived_at is None:
            return each
    raise Unknown("parent_id")


def _require_room(category: Category, parent: Category | None, below: Sequence[Category]) -> None:
    if parent is None:
        return
    if parent.path.startswith(category.path):
        raise Inside
    depth = max((each.level for each in below), default=category.level) - category.level
    if parent.level + 1 + depth > MAX_LEVEL:
        raise TooDeep


def _put_below(category: Category, parent: Category | None, below: Sequence[Category]) -> None:
    """Levels and paths of a category and of all that hangs on it."""
    old_path, old_level = category.path, category.level
    category.level = parent.level + 1 if parent else 1
    category.path = f"{parent.path if parent else '/'}{category.id}/"
    for each in below:
        each.path = category.path + each.path.removeprefix(old_path)
        each.level += category.level - old_level
