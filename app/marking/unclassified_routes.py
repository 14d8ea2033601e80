"""The page of tickets without a category: accept what is suggested, one by one or all that is sure enough."""

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import ViewerDep
from app.core.rows import MAX_ROW_ID
from app.marking import unclassified
from app.marking.unclassified import PAGE, Accepted
from app.reports import options
from app.reports.page_deps import ReaderDep
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

PATH = "/reports/unclassified"
SEE_OTHER = 303
MAX_RUNS = 50
VALUE = re.compile("([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,3})")
router = unit_of_work_router(prefix=PATH)

Before = Annotated[int | None, Query(gt=0, le=MAX_ROW_ID)]
Runs = Annotated[str, Query(max_length=1000)]
Values = Annotated[list[str], Form(max_length=PAGE)]


@router.get("")
async def show_unclassified(reader: ReaderDep, before: Before = None, runs: Runs = "") -> Response:
    viewer = reader.sight.viewer
    rows = await unclassified.read_unclassified(reader.session, viewer, reader.choices, before=before)
    context = {
        **await reader.frame(),
        "places": options.places_for(reader.sight.viewer.agent),
        "here": "unclassified",
        "rows": rows,
        "older": rows[-1].number if len(rows) == PAGE else None,
        "progress": await unclassified.read_progress(reader.session, _ids(runs), viewer=viewer),
        "runs": runs,
    }
    return render(reader.request, "marking/unclassified.html", context)


@router.get("/progress")
async def show_progress(request: Request, session: SessionDep, viewer: ViewerDep, runs: Runs = "") -> Response:
    progress = await unclassified.read_progress(session, _ids(runs), viewer=viewer)
    return render(request, "marking/_accepted.html", {"progress": progress, "runs": runs})


@router.post("")
async def accept(
    session: SessionDep,
    viewer: ViewerDep,
    shown: Values = [],  # noqa: B006  # FastAPI copies it
    only: Annotated[str, Form()] = "",
    above: Annotated[int, Form(ge=0, le=100)] = 100,
) -> Response:
    """`only` is one of them; else all that the page was surer of than `above` per cent."""
    accepted = [each for each in map(_accepted, [only] if only else shown) if each is not None]
    chosen = accepted if only else [each for each in accepted if each.percent >= above]
    run_ids = await unclassified.accept(session, chosen, viewer=viewer)
    return _back(run_ids)


@router.post("/undo")
async def undo(session: SessionDep, viewer: ViewerDep, runs: Annotated[str, Form(max_length=1000)]) -> Response:
    return _back(await unclassified.undo(session, _ids(runs), viewer=viewer))


def _accepted(value: str) -> Accepted | None:
    found = VALUE.fullmatch(value)
    return Accepted(*map(int, found.groups())) if found else None


def _ids(runs: str) -> list[int]:
    return [int(each) for each in runs.split(",") if each.isascii() and each.isdigit() and len(each) < 19][:MAX_RUNS]


def _back(run_ids: list[int]) -> Response:
    query = f"?{urlencode({'runs': ','.join(map(str, run_ids))})}" if run_ids else ""
    return RedirectResponse(f"{PATH}{query}", SEE_OTHER)
