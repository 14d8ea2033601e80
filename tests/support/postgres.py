"""One PostgreSQL for a whole test run, shared by its processes, and databases in it.

The first process to need it starts it, the last one to let go ends it. `MADOGUCHI_TEST_POSTGRES_URL` names
a server to use instead; its user must be a superuser.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.support.postgres_server import PostgresServer
from tests.support.rows import REMEMBER_ROWS, RESTORE_ROWS

URL_VARIABLE = "MADOGUCHI_TEST_POSTGRES_URL"


@dataclass(slots=True)
class Postgres:
    """Addresses are `postgresql://…`, as in `MADOGUCHI_DATABASE_URL`."""

    admin_url: str
    server: PostgresServer | None = None
    prefix: str = field(default_factory=lambda: f"madoguchi_test_{token_hex(4)}")
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    urls: set[str] = field(default_factory=set)
    restorers: "dict[str, KeptConnection]" = field(default_factory=dict)

    @classmethod
    def acquire(cls) -> "Postgres":
        given = os.environ.get(URL_VARIABLE)
        if given:
            return cls(given)
        server = PostgresServer.of_this_run()
        server.acquire()
        return cls(server.url("postgres"), server)

    def release(self) -> None:
        for url in list(self.urls):
            self.drop_database(url)
        if self.server is not None:
            self.server.release()

    def create_database(self, template: str | None = None) -> str:
        """An empty database, or a copy of `template`, whose connections are cut off."""
        name = f"{self.prefix}_{next(self.numbers)}"
        source = "template0" if template is None else _name(template)
        self._close_restorer(template)
        self._as_admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'")
        self._as_admin(f"CREATE DATABASE {name} TEMPLATE {source}")
        url = _with_name(self.admin_url, name)
        self.urls.add(url)
        return url

    def drop_database(self, url: str) -> None:
        self._close_restorer(url)
        self.urls.discard(url)
        self._as_admin(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def remember_rows(self, url: str) -> None:
        """What `restore_rows` will bring back: after the migrations, so with the rows that they insert."""
        _execute(url, REMEMBER_ROWS)

    def restore_rows(self, url: str) -> None:
        """As at `remember_rows`, sequences too; whoever is still connected is cut off."""
        if url not in self.restorers:
            self.restorers[url] = KeptConnection(url)
        self.restorers[url].execute(RESTORE_ROWS)

    def _close_restorer(self, url: str | None) -> None:
        if url in self.restorers:
            self.restorers.pop(url).close()

    def _as_admin(self, statement: str) -> None:
        _execute(self.admin_url, statement)


class KeptConnection:
    """With a loop of its own, so that a fixture that is not async can use it."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection = self._runner.run(asyncpg.connect(url))

    def execute(self, statement: str) -> None:
        self._runner.run(self._connection.execute(statement))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


def _execute(url: str, statement: str) -> None:
    with closing(KeptConnection(url)) as connection:
        connection.execute(statement)


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
