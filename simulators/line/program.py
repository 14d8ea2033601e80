"""The simulator as one ASGI program: LINE's calls, its own calls, and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from simulators.line import content_api, control_api, messaging_api, page, profile_api
from simulators.line.faults import FaultyLine
from simulators.line.platform import Platform
from simulators.line.problems import NOT_FOUND, LineProblem


def create_app(platform: Platform) -> FaultyLine:
    """`platform.stopping` ends what streams."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await platform.close()

    app = FastAPI(title="A stand-in of LINE's platform", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.platform = platform
    for router in (messaging_api.router, profile_api.router, content_api.router, control_api.router, page.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=page.STATIC))
    app.add_exception_handler(LineProblem, answer_problem)
    app.add_exception_handler(HTTPException, answer_unknown)
    return FaultyLine(app, platform)


async def answer_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, LineProblem)
    return JSONResponse(problem.body, problem.status, problem.headers)


async def answer_unknown(request: Request, error: Exception) -> Response:
    """What LINE has and the simulator has not is 404 too."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"message": NOT_FOUND}, status)
