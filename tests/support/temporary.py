"""What tests write goes to memory, where there is enough of it: on a disk each COMMIT waits until it is written."""

import os

from tests.support.postgres_server import roomy_directory


def pytest_configure() -> None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(roomy_directory()))
