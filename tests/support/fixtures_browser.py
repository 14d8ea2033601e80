"""A browser for a journey."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.browser import Chromium, open_chromium


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """Fresh for each test, about a second; `await chromium.new_page(locale="ja")` for each person."""
    async with open_chromium() as browser:
        yield browser
