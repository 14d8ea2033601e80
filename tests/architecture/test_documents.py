"""What others may rely on is written down: each name stands in backquotes in one of the documents."""

import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer

import app
from app.core.errors import AppError
from app.core.settings import PREFIX, Settings
from app.tickets.history_models import EventKind
from tests.architecture.sources import assert_none, project_files, read

QUOTED = re.compile(r"`([^`\n]+)`|^(?: {4}|\$ )(.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents() -> str:
    """The pages for people: README.md, CONTRIBUTING.md, docs/."""
    pages = [path for path in project_files() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
    return "\n".join(read(path) for path in pages if len(path.parts) == 1 or path.parts[0] == "docs")


def unmentioned(names: Iterable[str], text: str) -> Iterator[str]:
    code = " ".join(FENCED.findall(text) + ["".join(found) for found in QUOTED.findall(FENCED.sub("", text))])
    for name in sorted(names):
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", code):
            yield f"{name} is in no document"


def settings() -> set[str]:
    return {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def commands() -> set[str]:
    if find_spec("app.cli") is None:
        return set()
    return set(_commands_of(typer.main.get_command(import_module("app.cli").app), ()))


def _commands_of(command: Any, words: tuple[str, ...]) -> Iterator[str]:
    inner_commands = getattr(command, "commands", None)
    if inner_commands is None:
        yield " ".join(words)
        return
    for name, inner in inner_commands.items():
        if not inner.hidden:
            yield from _commands_of(inner, (*words, name))


def event_kinds() -> set[str]:
    return {kind.value for kind in EventKind}


def problem_codes() -> set[str]:
    for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
        import_module(module.name)
    return {error.code for error in _subclasses(AppError)}


def _subclasses(error: type[AppError]) -> Iterator[type[AppError]]:
    yield error
    for inner in error.__subclasses__():
        yield from _subclasses(inner)


@pytest.mark.parametrize("names", [settings, commands, event_kinds, problem_codes])
def test_every_name_is_documented(names: Callable[[], set[str]]) -> None:
    assert_none(unmentioned(names(), documents()))


def test_every_package_is_among_the_folders_of_the_readme() -> None:
    folders = read(Path("README.md"))
    packages = sorted(f"app/{module.name}" for module in pkgutil.iter_modules(app.__path__) if module.ispkg)

    assert_none(f"{name} is not among them" for name in packages if f"\n| `{name}` |" not in folders)
