"""Every text for people is in both catalogs and has its Japanese; `make catalogs` adds what is new."""

import pytest

from tests.architecture.catalogs import read_catalog, shortcomings, used_texts
from tests.architecture.sources import assert_none


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_catalog_is_complete(locale: str) -> None:
    """English ids are their own translation; only what differs from its id is filled in there."""
    assert_none(shortcomings(read_catalog(locale), used_texts(), must_be_translated=locale == "ja"))
