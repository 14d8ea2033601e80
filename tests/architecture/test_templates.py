"""The templates: one root for each fragment, nothing that the content security policy refuses."""

from collections.abc import Callable, Iterable
from pathlib import Path

from tests.architecture import template_rules
from tests.architecture.sources import assert_none, read, template_files

# path: why what it prints is safe without escaping
UNESCAPED: dict[str, str] = {}
MAIL = ("templates", "emails")


def test_each_fragment_has_one_root_with_an_id() -> None:
    fragments = [path for path in template_files() if path.name.startswith("_") and path.suffix == ".html"]

    assert_none(_complaints(template_rules.roots, fragments))


def test_no_template_has_inline_code() -> None:
    pages = [path for path in template_files() if path.suffix == ".html" and path.parts[:2] != MAIL]

    assert_none(_complaints(template_rules.inline_code, pages))


def test_everything_is_escaped() -> None:
    files = [path for path in template_files() if str(path) not in UNESCAPED]

    assert_none(_complaints(template_rules.unescaped, files))


def _complaints(rule: Callable[[str], Iterable[str]], files: list[Path]) -> list[str]:
    return [f"{path}:{complaint}" for path in files for complaint in rule(read(path))]
