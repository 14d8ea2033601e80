"""What every test may ask for. A test that takes `database` runs on SQLite and on PostgreSQL."""

import pytest

from app.core.i18n import use_locale

pytest_plugins = [
    "tests.support.fixtures_browser",
    "tests.support.fixtures_chat",
    "tests.support.fixtures_database",
    "tests.support.fixtures_mail",
    "tests.support.fixtures_postgres",
    "tests.support.fixtures_replying",
    "tests.support.fixtures_web",
]


@pytest.fixture(autouse=True)
def japanese() -> None:
    """Commands speak English and run in the test's own context: the next test begins in the default again."""
    use_locale("ja")
