"""Categories in the order of their tree, each with the names of those above it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.core.rows import AnyRow
from app.inbox.values import CategoryView

BETWEEN = " › "


def category_tree(results: Sequence[AnyRow], names: Mapping[int, str]) -> tuple[CategoryView, ...]:
    """One below an archived one is a branch of its own, with the whole of its path before it."""
    below: defaultdict[int | None, list[AnyRow]] = defaultdict(list)
    known = {result.id for result in results}
    for result in results:
        below[result.owner_id if result.owner_id in known else None].append(result)
    return tuple(_branch(below, None, names))


def _branch(
    below: Mapping[int | None, Sequence[AnyRow]], parent_id: int | None, names: Mapping[int, str]
) -> Iterator[CategoryView]:
    for result in below.get(parent_id, ()):
        ids = [int(part) for part in (result.key or "").split("/") if part] or [result.id]
        path = BETWEEN.join(names.get(each, "") for each in ids)
        yield CategoryView(result.id, result.name, path, len(ids))
        yield from _branch(below, result.id, names)
