"""A simulator in the test's own loop; time stands still, and the desk behind it is a fake with a memory."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from simulators.line.platform import Platform
from simulators.line.program import create_app
from tests.simulators.line.playing import Line
from tests.support.line_simulator import TOKEN, Clock, Desk, credentials


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def platform(clock: Clock, desk: Desk) -> Platform:
    return Platform(credentials(), clock=clock, client=desk.client())


@pytest_asyncio.fixture
async def line(platform: Platform) -> AsyncIterator[Line]:
    transport = ASGITransport(create_app(platform))
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8100", headers=headers) as client:
        yield Line(client, platform)
        await platform.close()
