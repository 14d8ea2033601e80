"""The project's files, for the tests that read them."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LISTING = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]

PythonRule = Callable[[str, ast.Module], Iterable[str]]


@cache
def project_files() -> tuple[Path, ...]:
    """Relative to the root: what is committed, or would be."""
    listing = subprocess.run(LISTING, cwd=ROOT, check=True, capture_output=True).stdout
    paths = [Path(name) for name in sorted(listing.decode().split("\0")) if name]
    return tuple(path for path in paths if (ROOT / path).is_file())


def python_files(*folders: str) -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py" and path.parts[0] in folders]


def template_files() -> list[Path]:
    return [path for path in project_files() if path.parts[0] == "templates"]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(read(path), str(path))


def complaints(rule: PythonRule, files: Iterable[Path]) -> list[str]:
    """What a rule says about the files, each with the place in front."""
    return [f"{path}:{complaint}" for path in files for complaint in rule(str(path), parsed(path))]


def assert_none(found: Iterable[str]) -> None:
    """All of them are shown, not the first."""
    lines = list(found)
    assert not lines, "\n" + "\n".join(lines)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))
