"""The code against STYLE and DESIGN."""

from pathlib import Path

import pytest

from tests.architecture import python_rules
from tests.architecture.sources import PythonRule, assert_none, complaints, python_files, read
from tests.architecture.vocabulary import strange_names

OURS = ("app", "connectors", "simulators", "tests", "benchmarks", "migrations")
CODE = ("app", "connectors", "simulators")
MAKES_TABLES = "migrations/versions"
MAX_FILE_LINES = 300

# path: why a rule does not hold there
SPEAKS_SQL = {"app/web/idempotency.py": "a small table of the plumbing's own, in one file with its rule"}
CATCHES_EVERYTHING = {
    "app/administration/system.py": "each check is told of, whatever happened to the one before",
    "app/channels/described.py": "somebody else's connector may fail in any way; who tries it is told",
    "app/channels/kinds.py": "somebody else's connector may fail in any way; it is as good as none",
    "app/chat/continuing.py": "whatever is wrong with one visitor, the others get their mail",
    "app/channels/registry.py": "somebody else's connector may fail in any way; it is as good as none",
    "app/bulk/carrying.py": "whatever one ticket does, the others are done",
    "app/search/indexing.py": "whatever one ticket holds, the others are indexed",
    "app/cli/checks.py": "each check is told of, whatever happened to the one before",
    "app/cli/failures.py": "whatever fails is one line for who typed the command",
    "app/core/parts.py": "a fault in one part ends neither it nor the others",
    "app/web/net.py": "what nobody foresaw is an answer too, and a line in the log",
    "app/ingest/digest.py": "whatever one message does, the mailbox goes on; the message becomes a ticket that says so",
    "app/sending/service.py": "a sender may fail in any way; before the commit point that is certain, after it not",
    "app/briefings/drafting.py": "whatever one plan counts, the others are drafted",
    "app/briefings/freezing.py": "whatever one briefing holds, the others are printed and mailed",
    "app/history/exporting.py": "one file that fails is told to its maker, and the others are made",
    "app/outbox/delivery.py": "a sender may fail in any way; before the commit point that is certain, after it not",
    "app/outbox/worker.py": "whatever one deferred message does, the others leave",
    "app/imports/filling.py": "whatever one back-fill does, it says so, is begun again and leaves the others alone",
    "app/ingest/receiving.py": "whatever one mailbox does, it says so, is begun again and leaves the others alone",
    "connectors/email/parser.py": "whatever a stranger sends becomes a message",
}
MAKES_MARKUP = {
    "app/web/filters.py": "each filter escapes what it puts together",
    "app/web/links.py": "each part is escaped, and links are formatted by Markup",
    "app/web/templates.py": "a drawn template is Markup",
}


def test_sql_is_in_queries_only() -> None:
    files = [path for path in _outside_core() if str(path) not in SPEAKS_SQL]

    assert_none(complaints(python_rules.sql_outside_queries, files))


def test_nobody_but_core_commits() -> None:
    assert_none(complaints(python_rules.commits, _outside_core()))


def test_nobody_but_core_asks_which_database_it_is() -> None:
    files = [path for path in _outside_core() if path.parts[:2] != ("app", "search")]

    assert_none(complaints(python_rules.questions_about_the_database, files))


def test_time_comes_from_the_clock() -> None:
    files = [path for path in python_files(*CODE) if path != Path("app/core/clock.py")]

    assert_none(complaints(python_rules.wall_clocks, files))


@pytest.mark.parametrize("rule", [python_rules.long_functions, python_rules.relative_imports])
def test_everywhere(rule: PythonRule) -> None:
    assert_none(complaints(rule, _written_by_hand()))


def test_no_file_is_too_long() -> None:
    lengths = {path: len(read(path).splitlines()) for path in _written_by_hand()}

    assert_none(f"{path}: {length}" for path, length in lengths.items() if length > MAX_FILE_LINES)


def test_nothing_catches_everything() -> None:
    files = [path for path in python_files(*CODE) if str(path) not in CATCHES_EVERYTHING]

    assert_none(complaints(python_rules.broad_catches, files))


def test_html_comes_from_templates() -> None:
    files = [path for path in python_files("app") if str(path) not in MAKES_MARKUP]

    assert_none(complaints(python_rules.unescaped_markup, files))


def test_files_are_named_for_what_is_in_them() -> None:
    assert_none(strange_names(_written_by_hand()))


def _outside_core() -> list[Path]:
    return [path for path in python_files("app") if path.parts[:2] != ("app", "core")]


def _written_by_hand() -> list[Path]:
    return [path for path in python_files(*OURS) if not str(path).startswith(MAKES_TABLES)]
