"""Pages of what has a name, an order and an end: statuses, categories, labels, fields. Archived, never deleted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.core.errors import Conflict
from app.tickets import settings, settings_queries
from app.tickets.settings_forms import OrderForm
from app.tickets.settings_queries import Row
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

Verb = Callable[..., Any]
Context = Callable[[AsyncSession, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Noun(Generic[Row]):
    """`key` is the address, `many` and `one` are templates; `around` is what both show beside the rows themselves."""

    key: str
    table: type[Row]
    many: str
    one: str
    new_form: type[BaseModel]
    form_of: Callable[[Row], type[BaseModel]]
    create: Verb
    change: Callable[[Row], Verb]
    archive: Verb
    restore: Verb
    around: Context
    used_by: Any = None
    """The column that refers to it, where that is no ticket's matter."""
    path: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", f"/admin/{self.key}")

    def router(self) -> APIRouter:
        router = admin_router(self.key)
        router.add_api_route("", self.show_all)
        router.add_api_route("", self.make, methods=["POST"])
        router.add_api_route("/new", self.show_new)
        router.add_api_route("/order", self.reorder, methods=["POST"])
        router.add_api_route("/{row_id}", self.show_one)
        router.add_api_route("/{row_id}", self.change_one, methods=["POST"])
        router.add_api_route("/{row_id}/archive", self.archive_one, methods=["POST"])
        router.add_api_route("/{row_id}/restoration", self.restore_one, methods=["POST"])
        return router

    async def show_all(self, request: Request, session: SessionDep) -> Response:
        rows = await settings_queries.list_all(session, self.table)
        uses = await settings_queries.map_uses(session, self.used_by or settings_queries.USES[self.table])
        around = await self.around(session, None)
        active = [row for row in rows if row.archived_at is None]
        archived = [row for row in rows if row.archived_at is not None]
        return show(request, self.many, path=self.path, rows=active, archived=archived, uses=uses, **around)

    async def show_new(self, request: Request, session: SessionDep) -> Response:
        return await self._page(request, session, None)

    async def make(self, request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
        async def verb(form: BaseModel) -> Response:
            await self.create(session, form, by=admin)
            return saved(self.path)

        return await attempt(request, self.new_form, verb, lambda entry: self._page(request, session, None, entry))

    async def reorder(self, request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
        async def verb(form: OrderForm) -> Response:
            await settings.reorder(session, self.table, form, by=admin)
            return saved(self.path)

        async def again(entry: Entry) -> Response:
            raise Conflict

        return await attempt(request, OrderForm, verb, again)

    async def show_one(self, request: Request, session: SessionDep, row_id: RowId) -> Response:
        return await self._page(request, session, await settings_queries.get_one(session, self.table, row_id))

    async def change_one(self, request: Request, session: SessionDep, admin: CurrentAgent, row_id: RowId) -> Response:
        row = await settings_queries.get_one(session, self.table, row_id)

        async def verb(form: BaseModel) -> Response:
            await self.change(row)(session, row, form, by=admin)
            return saved(self.path)

        return await attempt(request, self.form_of(row), verb, lambda entry: self._page(request, session, row, entry))

    async def archive_one(self, session: SessionDep, admin: CurrentAgent, row_id: RowId) -> Response:
        return await self._do(self.archive, session, admin, row_id)

    async def restore_one(self, session: SessionDep, admin: CurrentAgent, row_id: RowId) -> Response:
        return await self._do(self.restore, session, admin, row_id)

    async def _do(self, verb: Verb, session: AsyncSession, admin: CurrentAgent, row_id: int) -> Response:
        done = verb(session, await settings_queries.get_one(session, self.table, row_id), by=admin)
        if done is not None:
            await done
        return saved(self.path)

    async def _page(
        self, request: Request, session: AsyncSession, row: Row | None, entry: Entry = NOTHING_TYPED
    ) -> Response:
        return show(request, self.one, entry, path=self.path, row=row, **await self.around(session, row))
