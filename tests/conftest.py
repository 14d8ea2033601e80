"""What every test may ask for. A test that takes `database` runs on SQLite and on PostgreSQL."""

pytest_plugins = [
    "tests.support.fixtures_browser",
    "tests.support.fixtures_database",
    "tests.support.fixtures_mail",
    "tests.support.fixtures_postgres",
    "tests.support.fixtures_replying",
    "tests.support.fixtures_web",
]
