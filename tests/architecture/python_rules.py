"""What STYLE forbids and no linter knows. A rule takes a path and a tree, and gives `line: complaint`."""

import ast
from collections.abc import Iterator
from pathlib import PurePath

from tests.architecture.sources import calls

STATEMENTS = {"delete", "insert", "insert_into", "select", "text", "update"}
STATEMENT_MODULES = ("sqlalchemy", "app.core.database")
MAX_FUNCTION_LINES = 40
CLOCK_READERS = {"now", "today", "utcnow"}
DATABASE_WORDS = ("postgres", "sqlite")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sql_outside_queries(path: str, tree: ast.Module) -> Iterator[str]:
    if PurePath(path).stem.endswith("queries"):
        return
    names = _statement_names(tree)
    if PurePath(path).stem.endswith("models"):
        names -= {"text"}  # the condition of an index
    for call in calls(tree):
        if ast.unparse(call.func) in names:
            yield f"{call.lineno}: {ast.unparse(call.func)}() belongs into queries.py"


def _statement_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(STATEMENT_MODULES):
            names |= {each.asname or each.name for each in node.names if each.name in STATEMENTS}
        elif isinstance(node, ast.Import):
            aliases = [each.asname or each.name for each in node.names if each.name.startswith("sqlalchemy")]
            names |= {f"{alias}.{statement}" for alias in aliases for statement in STATEMENTS}
    return names


def commits(path: str, tree: ast.Module) -> Iterator[str]:
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield f"{call.lineno}: the request, the job or the command ends the transaction"


def long_functions(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {length} lines, more than {MAX_FUNCTION_LINES}"


def wall_clocks(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_READERS:
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner in {"date", "datetime"}:
                yield f"{node.lineno}: time comes from app.core.clock.now()"


def relative_imports(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno}: imports name the whole path"


def questions_about_the_database(path: str, tree: ast.Module) -> Iterator[str]:
    """Which database it is may be declared for (`sqlite_where=`), but not asked."""
    for node in ast.walk(tree):
        if _asks_for_database(node):
            yield f"{getattr(node, 'lineno', 0)}: only app.core asks which database this is"


def _asks_for_database(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare | ast.MatchValue):
        return _names_database(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"startswith", "endswith"} and _names_database(node)
    return isinstance(node, ast.Attribute) and node.attr.startswith("is_") and _has_word(node.attr)


def _names_database(node: ast.AST) -> bool:
    texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return any(isinstance(text, str) and _has_word(text) for text in texts)


def _has_word(text: str) -> bool:
    return any(word in text for word in DATABASE_WORDS)


def broad_catches(path: str, tree: ast.Module) -> Iterator[str]:
    """A net for everything is right at the edge of a loop that must go on; each such place is listed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node):
            yield f"{node.lineno}: catch what you can act on"


def _is_broad(handler: ast.ExceptHandler) -> bool:
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    caught = "" if handler.type is None else ast.unparse(handler.type)
    return caught in {"", "Exception", "BaseException"} and not raises


def unescaped_markup(path: str, tree: ast.Module) -> Iterator[str]:
    for call in calls(tree):
        if ast.unparse(call.func).rpartition(".")[2] == "Markup":
            yield f"{call.lineno}: HTML is made by templates, which escape"
