"""The widget on a foreign site, against a stand-in of the desk."""

from collections.abc import Iterator

import pytest

from tests.support.chat_stand_in import StandIn, serve_chat
from tests.support.foreign_site import serve_site


@pytest.fixture
def chat_desk() -> Iterator[StandIn]:
    """What it shall be is set before the first page is opened."""
    with serve_chat(StandIn()) as desk:
        yield desk


@pytest.fixture
def hostile_site(chat_desk: StandIn) -> Iterator[str]:
    """Two tags by mistake, the second by another address of the same script."""
    with serve_site(chat_desk.address, (chat_desk.tag, f"{chat_desk.tag}?again")) as site:
        yield site


@pytest.fixture
def kind_site(chat_desk: StandIn) -> Iterator[str]:
    """With one tag and a stylesheet that means no harm."""
    with serve_site(chat_desk.address, (chat_desk.tag,), is_hostile=False) as site:
        yield site


@pytest.fixture
def english_site(chat_desk: StandIn) -> Iterator[str]:
    with serve_site(chat_desk.address, (chat_desk.tag,), is_hostile=False, language="en") as site:
        yield site
