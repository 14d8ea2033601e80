"""Templates: who keeps them, how they are found, and that their use is counted."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import Viewer
from app.accounts.audit import differences, note_setting, rewriting
from app.core.clock import now
from app.core.errors import Forbidden, NotFound
from app.letters import queries
from app.letters.errors import require_known_fields
from app.letters.fields import Values
from app.letters.forms import TemplateForm
from app.letters.merging import Merged, fill
from app.letters.models import LetterTemplate
from app.letters.picking import fit, rank, search_key
from app.tickets import queries as ticket_queries
from app.tickets.errors import Unknown

TEMPLATES = LetterTemplate.__tablename__
KEPT = ("name", "reading", "owner_id", "team_id", "category_id", "archived_at")
Kept = tuple[dict[str, object], str]
"""What the audit log tells of a template, and its words, of which it tells only that they are others."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as it is chosen from a list."""

    template: LetterTemplate
    category: str
    team: str


@dataclass(frozen=True, slots=True)
class Filled:
    subject: Merged
    text: Merged

    @property
    def missing(self) -> list[str]:
        return list(dict.fromkeys((*self.subject.empty, *self.text.empty)))


async def find_offers(
    session: AsyncSession, viewer: Viewer, query: str = "", *, category_id: int | None = None
) -> list[Offer]:
    """Best first: where it was found, then the fitting category, then how often it is used."""
    path = await queries.list_category_path(session, category_id) if category_id else []
    offers = await list_offers(session, viewer)
    ranked = rank(((offer, offer.template.search_key) for offer in offers), query)
    ranked.sort(key=lambda each: (each[1], fit(each[0].template, path)))
    return [offer for offer, _ in ranked]


async def list_offers(session: AsyncSession, viewer: Viewer, *, keeps_all: bool = False) -> list[Offer]:
    """By use. Who keeps templates for others sees those of all teams."""
    found = await queries.list_templates(session, viewer, all_teams=keeps_all)
    return [Offer(each.LetterTemplate, each.category_name or "", each.team_name or "") for each in found]


def filled(template: LetterTemplate, values: Values) -> Filled:
    return Filled(fill(template.subject, values), fill(template.text, values))


async def get_template(session: AsyncSession, template_id: int, viewer: Viewer) -> LetterTemplate:
    """One that the viewer may use; what they may not does not exist."""
    template = await queries.find_template(session, template_id)
    if template is None or not _may_use(template, viewer):
        raise NotFound(template_id=template_id)
    return template


async def get_kept(session: AsyncSession, template_id: int, viewer: Viewer) -> LetterTemplate:
    """One that the viewer may change. Raises NotFound, and Forbidden for one that they may only use."""
    template = await get_template(session, template_id, viewer)
    if not may_keep(template, viewer):
        raise Forbidden(role=viewer.agent.role)
    return template


def may_keep(template: LetterTemplate, viewer: Viewer) -> bool:
    if template.owner_id is not None:
        return template.owner_id == viewer.agent.id
    return viewer.agent.role.leads


async def save(
    session: AsyncSession, template: LetterTemplate | None, form: TemplateForm, *, by: Viewer
) -> LetterTemplate:
    """Raises Invalid at a field, and Forbidden for others' templates by who keeps only their own."""
    for name in ("subject", "text"):
        require_known_fields(name, getattr(form, name))
    template = template or LetterTemplate(created_by_id=by.agent.id)
    before = _kept(template)
    template.owner_id, template.team_id = await _audience(session, form.audience, by)
    template.category_id = await _category_id(session, form.category_id)
    template.name, template.reading = form.name, form.reading
    template.subject, template.text = form.subject, form.text
    template.search_key = search_key(template)
    session.add(template)
    await session.flush()
    _note(session, template, before, by=by)
    return template


def archive(session: AsyncSession, template: LetterTemplate, *, by: Viewer) -> None:
    """It is offered no more; what was written with it stays, and it can be brought back."""
    before, template.archived_at = _kept(template), now()
    _note(session, template, before, by=by)


async def restore(session: AsyncSession, template_id: int, *, by: Viewer) -> LetterTemplate:
    template = await queries.find_archived(session, template_id)
    if template is None or not may_keep(template, by):
        raise NotFound(template_id=template_id)
    before, template.archived_at = _kept(template), None
    _note(session, template, before, by=by)
    return template


async def count_use(session: AsyncSession, template: LetterTemplate) -> None:
    await queries.count_use(session, template.id)


def _may_use(template: LetterTemplate, viewer: Viewer) -> bool:
    if template.owner_id is not None:
        return template.owner_id == viewer.agent.id
    return template.team_id is None or template.team_id in viewer.team_ids or viewer.agent.role.leads


async def _audience(session: AsyncSession, audience: str | int, by: Viewer) -> tuple[int | None, int | None]:
    """The ids of owner and team."""
    if audience == "own":
        return by.agent.id, None
    if not by.agent.role.leads:
        raise Forbidden(role=by.agent.role)
    if audience == "everyone":
        return None, None
    team = await account_queries.find_team(session, int(audience))
    if team is None or team.archived_at is not None:
        raise Unknown("audience")
    return None, team.id


async def _category_id(session: AsyncSession, category_id: int | None) -> int | None:
    if category_id is not None and await ticket_queries.find_category(session, category_id) is None:
        raise Unknown("category_id")
    return category_id


def _kept(template: LetterTemplate) -> Kept:
    values = {name: getattr(template, name) for name in KEPT}
    words = "\n".join(filter(None, (template.subject, template.text)))
    return {**values, "archived_at": values["archived_at"] is not None}, words


def _note(session: AsyncSession, template: LetterTemplate, before: Kept, *, by: Viewer) -> None:
    """What is everybody's is a setting; one's own is one's own."""
    if template.owner_id is None or before[0]["owner_id"] != template.owner_id:
        after, words = _kept(template)
        changes = differences(before[0], after) | rewriting(before[1], words)
        note_setting(session, TEMPLATES, template.id, by=by.agent, **changes)
