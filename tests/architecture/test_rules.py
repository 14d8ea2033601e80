"""Each rule, seen to object: a check that cannot fail is worse than none."""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tests.architecture import python_rules, template_rules
from tests.architecture.catalogs import shortcomings
from tests.architecture.sources import PythonRule
from tests.architecture.test_documents import unmentioned
from tests.architecture.test_models import lazy_relationships
from tests.architecture.test_repository import REGISTRIES, foreign_addresses
from tests.architecture.vocabulary import strange_names

LONG = "def f():\n" + "    pass\n" * 40


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (python_rules.sql_outside_queries, "from sqlalchemy import select\nselect(1)", "select(1)"),
        (python_rules.sql_outside_queries, "import sqlalchemy as sa\nsa.update(x)", "form.update(x)"),
        (python_rules.commits, "await session.commit()", "commit()"),
        (python_rules.long_functions, LONG, "x = 1\n" * 50),
        (python_rules.wall_clocks, "from datetime import datetime\ndatetime.utcnow()", "clock.now()"),
        (python_rules.wall_clocks, "import datetime\ndatetime.date.today()", "now()"),
        (python_rules.relative_imports, "from . import queries", "from app.tickets import queries"),
        (python_rules.questions_about_the_database, "dialect.name == 'sqlite'", "Index(sqlite_where=x)"),
        (python_rules.questions_about_the_database, "url.startswith('postgresql')", "url.startswith('http')"),
        (python_rules.questions_about_the_database, "database.is_sqlite", "ticket.is_done"),
        (
            python_rules.broad_catches,
            "try: f()\nexcept Exception: pass",
            "try: f()\nexcept Exception:\n raise",
        ),
        (python_rules.unescaped_markup, "markupsafe.Markup(text)", "escape(text)"),
    ],
)
def test_a_rule_of_the_code_objects(rule: PythonRule, wrong: str, right: str) -> None:
    assert list(rule("app/tickets/service.py", ast.parse(wrong)))
    assert not list(rule("app/tickets/service.py", ast.parse(right)))


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (template_rules.roots, '<p id="a"></p><p></p>', '{# <p> #}<li id="t-{{ n }}"><br><p>x</p></li>\n'),
        (template_rules.roots, "<p></p>", '{% if a %}<p id="a">{{ b }}</p>{% endif %}'),
        (
            template_rules.roots,
            'text <p id="a"></p>',
            '{% macro b() -%}<b></b>{%- endmacro %}<p id="a">{{ b() }}</p>',
        ),
        (template_rules.inline_code, '<p style="color: red">', '<p class="{{ style }}">'),
        (template_rules.inline_code, '<p onclick="f()">', '<p data-on="x">'),
        (template_rules.inline_code, '<p hx-on:click="f()">', '<p hx-get="/">'),
        (template_rules.inline_code, "<script>f()</script>", '<script nonce="{{ csp_nonce }}">f()</script>'),
        (template_rules.unescaped, "{{ text|safe }}", "{{ text|e }}"),
        (template_rules.unescaped, "{% autoescape false %}", "{{ safe }}"),
    ],
)
def test_a_rule_of_the_templates_objects(rule: Callable[[str], Iterable[str]], wrong: str, right: str) -> None:
    assert list(rule(wrong))
    assert not list(rule(right))


@pytest.mark.parametrize("name", ["app/tickets/utils.py", "app/tickets/sending.py", "tests/support/mail_helpers.py"])
def test_a_strange_file_is_named(name: str) -> None:
    assert strange_names([Path(name)])


@pytest.mark.parametrize("name", ["app/tickets/message_queries.py", "app/core/anything.py", "app/main.py"])
def test_a_file_of_the_vocabulary_is_welcome(name: str) -> None:
    assert not strange_names([Path(name)])


@pytest.mark.parametrize("text", [f"https://{REGISTRIES[0]}/simple", "see /" + "home/user/desk"])
def test_a_foreign_address_is_found(text: str) -> None:
    assert list(foreign_addresses(text))


def test_an_undocumented_name_is_found() -> None:
    text = "The setting `MADOGUCHI_LOCALE`.\n```\nmadoguchi agent create\n```\nopened"

    assert list(unmentioned({"MADOGUCHI_LOCALE", "agent create", "opened"}, text)) == ["opened is in no document"]


def test_a_relationship_that_loads_by_itself_is_found() -> None:
    class Base(DeclarativeBase): ...

    class Ticket(Base):
        __tablename__ = "tickets"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
        parent: Mapped["Ticket"] = relationship(remote_side=id)
        twin: Mapped["Ticket"] = relationship(remote_side=id, lazy="raise", viewonly=True)

    assert list(lazy_relationships(Base)) == ["Ticket.parent: lazy='select'"]


def test_an_incomplete_catalog_is_found() -> None:
    catalog = Catalog(locale="ja")
    catalog.add("Send", "送信")
    catalog.add("Close", "")
    catalog.add("Old", "古い")

    found = set(shortcomings(catalog, {"Send", "Close", "New"}, must_be_translated=True))

    assert found == {"not there: 'New'", "nobody uses: 'Old'", "not translated: 'Close'"}
