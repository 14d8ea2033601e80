import inspect
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.routing import API, PAGES


def test_no_route_asks_for_anything_in_a_thread(app: FastAPI) -> None:
    routes = [route for router in (*PAGES, *API) for route in router.routes if isinstance(route, APIRoute)]

    sync = {
        f"{each.call.__module__}.{each.call.__name__}"
        for route in routes
        for each in _dependencies(route.dependant)
        if inspect.isfunction(each.call) and not inspect.iscoroutinefunction(each.call)
    }

    assert routes
    assert sync == set()


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """Of a route and of what it asks for; the last one is the handler."""
    for each in dependant.dependencies:
        yield from _dependencies(each)
    yield dependant
