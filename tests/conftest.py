"""What every test may ask for. A test that takes `database` runs on SQLite and on PostgreSQL."""

import pytest
from hypothesis import HealthCheck, settings

from app.core.i18n import use_locale

# The same examples in each run, and as much time for them as a busy machine takes.
settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")

pytest_plugins = [
    "tests.support.fixtures_browser",
    "tests.support.fixtures_chat",
    "tests.support.fixtures_database",
    "tests.support.fixtures_mail",
    "tests.support.fixtures_postgres",
    "tests.support.fixtures_replying",
    "tests.support.fixtures_web",
    "tests.support.garbage",
    "tests.support.temporary",
]


@pytest.fixture(autouse=True)
def japanese() -> None:
    """Commands speak English and run in the test's own context: the next test begins in the default again."""
    use_locale("ja")
