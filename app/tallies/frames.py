"""Columns of many days put together, narrowed to what may be seen, and grouped: arithmetic of whole columns at once.

Only what reads reports imports this: NumPy takes 25 MB.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tallies.properties import COUNTS, KINDS, LABELED, LABELS, NOTHING
from app.tallies.reading import Columns, Wanted
from app.tickets.history_models import FactKind

Numbers = NDArray[Any]
_NONE: Numbers = np.zeros(0, np.intp)

DENSE = 1 << 24
"""So many groups are counted in one array; of more only those that there are."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Entries one of whose numbers in a column is one of these."""

    name: str
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Frame:
    """Entry n of each column is of the same fact or span; `day` is the place of its day among those that were read.

    `labeled` are places of entries with one label each, in `labels`.
    """

    columns: Mapping[str, Numbers]
    day: Numbers
    labeled: Numbers
    labels: Numbers

    @property
    def length(self) -> int:
        return len(self.day)

    def take(self, chosen: Numbers) -> "Frame":
        """Those of a mask."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        place_of = np.cumsum(chosen) - 1
        is_kept = chosen[self.labeled]
        return Frame(columns, self.day[chosen], place_of[self.labeled[is_kept]], self.labels[is_kept])

    def narrowed(self, conditions: Collection[Condition]) -> "Frame":
        chosen = np.ones(self.length, bool)
        for condition in conditions:
            chosen &= self._fulfils(condition)
        return self if chosen.all() else self.take(chosen)

    def _fulfils(self, condition: Condition) -> Numbers:
        if condition.name != LABELS:
            return np.isin(self.columns[condition.name], sorted(condition.numbers))
        found = np.zeros(self.length, bool)
        found[self.labeled[np.isin(self.labels, sorted(condition.numbers))]] = True
        if NOTHING in condition.numbers:
            found |= ~self._has_label()
        return found

    def _has_label(self) -> Numbers:
        found = np.zeros(self.length, bool)
        found[self.labeled] = True
        return found

    def spread(self) -> "Frame":
        """An entry for each label, under `labels` as a column; one with none where there is none."""
        bare = np.flatnonzero(~self._has_label())
        places = np.concatenate([bare, self.labeled])
        columns = {name: column[places] for name, column in self.columns.items()}
        columns[LABELS] = np.concatenate([np.full(len(bare), NOTHING), self.labels])
        return Frame(columns, self.day[places], self.labeled[:0], self.labels[:0])


def joined(frames: Sequence[Frame]) -> Frame:
    """All of several; without their labels."""
    names = frames[0].columns
    columns = {name: _joined([frame.columns[name] for frame in frames]) for name in names}
    return Frame(columns, _joined([frame.day for frame in frames]), _NONE, _NONE)


def facts_of(days: Mapping[date, Columns], wanted: Wanted, kinds: Collection[FactKind]) -> dict[FactKind, Frame]:
    """A frame for each kind."""
    return {kind: _frame(days, wanted, KINDS.index(kind)) for kind in kinds}


def spans_of(days: Mapping[date, Columns], wanted: Wanted) -> Frame:
    return _frame(days, wanted, 0)


def _frame(days: Mapping[date, Columns], wanted: Wanted, kind: int) -> Frame:
    counts = [unpack(columns[COUNTS]) for columns in days.values()]
    slices = [slice(int(each[:kind].sum()), int(each[: kind + 1].sum())) for each in counts]
    lengths = np.array([each.stop - each.start for each in slices], np.intp)
    columns = {
        name: _joined([unpack(each[name])[part] for each, part in zip(days.values(), slices, strict=True)])
        for name in sorted(wanted.names - {LABELS})
    }
    labeled, labels = _labels(list(days.values()), slices) if LABELS in wanted.names else (_NONE, _NONE)
    return Frame(columns, np.repeat(np.arange(len(slices)), lengths), labeled, labels)


def unpack(data: bytes) -> Numbers:
    """What `pack` wrote."""
    return np.frombuffer(data, f"<i{data[0]}", offset=1)


def _joined(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else _NONE


def _labels(days: Sequence[Columns], slices: Sequence[slice]) -> tuple[Numbers, Numbers]:
    """Places are of the whole frame."""
    places, labels, begins = [], [], 0
    for columns, part in zip(days, slices, strict=True):
        labeled, found = unpack(columns[LABELED]).astype(np.intp), unpack(columns[LABELS])
        is_within = (labeled >= part.start) & (labeled < part.stop)
        places.append(labeled[is_within] - part.start + begins)
        labels.append(found[is_within])
        begins += part.stop - part.start
    return _joined(places), _joined(labels)


@dataclass(frozen=True, slots=True)
class Groups:
    """`number[n]` is the group of entry n, below `size`; `key_of` says what a group is."""

    number: Numbers
    size: int
    radices: tuple[int, ...]
    found: Numbers | None = None

    def key_of(self, group: int) -> tuple[int, ...]:
        code = int(self.found[group]) if self.found is not None else group
        key: list[int] = []
        for radix in reversed(self.radices):
            code, digit = divmod(code, radix)
            key.append(digit)
        return tuple(reversed(key))

    def counts(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Of each group that there is, its key and how many are in it."""
        sums = np.bincount(self.number, minlength=self.size)
        for group in np.flatnonzero(sums).tolist():
            yield self.key_of(group), int(sums[group])


def group(length: int, keys: Sequence[Numbers]) -> Groups:
    """By several columns at once; by none, all are one group."""
    radices = tuple(int(key.max(initial=0)) + 1 for key in keys)
    code = np.zeros(length, np.int64)
    for key, radix in zip(keys, radices, strict=True):
        code *= radix
        code += key.astype(np.int64, copy=False)
    size = 1
    for radix in radices:
        size *= radix
    if size <= DENSE:
        return Groups(code, size, radices)
    found, number = np.unique(code, return_inverse=True)
    return Groups(number, len(found), radices, found)
