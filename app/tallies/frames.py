"""Columns of many days put together, narrowed to what may be seen, and grouped: arithmetic of whole columns at once.

Only what reads reports imports this: NumPy takes 19 MB.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tallies.properties import COUNTS, KINDS, LABELED, LABELS, NOTHING, TERM_COUNT, TERMS
from app.tallies.reading import Columns, Wanted
from app.tickets.history_models import FactKind

Numbers = NDArray[Any]
_NONE: Numbers = np.zeros(0, np.intp)

FEW = 8
DENSE = 1 << 24
"""So many groups are counted in one array; of more only those that there are."""

DENSE_PAIRS = 1 << 26

AT_ONCE = 1 << 20
"""Numbers that are counted in one step, which takes eight bytes for each."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Entries one of whose numbers in a column is one of these."""

    name: str
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Frame:
    """Entry n of each column is of the same fact or span; `day` is the place of its day among those that were read.

    `labeled` are places of entries with one label each, in `labels`; `terms` are those of one entry after another's.
    """

    columns: Mapping[str, Numbers]
    day: Numbers
    labeled: Numbers
    labels: Numbers
    terms: Numbers = field(default_factory=lambda: _NONE)

    @property
    def length(self) -> int:
        return len(self.day)

    def take(self, chosen: Numbers) -> "Frame":
        """Those of a mask."""
        if chosen.all():
            return self
        places = np.flatnonzero(chosen)  # one look at the mask for all columns: a fifth of what a mask costs each
        columns = {name: column.take(places) for name, column in self.columns.items()}
        day, terms = self.day.take(places), self._terms_of(chosen)
        if not len(self.labeled):
            return Frame(columns, day, _NONE, _NONE, terms)
        place_of = np.cumsum(chosen) - 1
        is_kept = chosen[self.labeled]
        return Frame(columns, day, place_of[self.labeled[is_kept]], self.labels[is_kept], terms)

    def _terms_of(self, chosen: Numbers) -> Numbers:
        """Of few entries their places are looked up; of many the terms of all are gone through."""
        if not len(self.terms):
            return _NONE
        counts = self.columns[TERM_COUNT]
        if FEW * np.count_nonzero(chosen) > self.length:
            of_many: Numbers = self.terms.compress(np.repeat(chosen, counts))
            return of_many
        begins, taken = (np.cumsum(counts, dtype=np.intp) - counts)[chosen], counts[chosen]
        shifts = begins - (np.cumsum(taken, dtype=np.intp) - taken)
        of_few: Numbers = self.terms[np.repeat(shifts, taken) + np.arange(int(taken.sum()))]
        return of_few

    def within(self, first: int, end: int) -> "Frame":
        """Of the days from one place up to, and without, another."""
        part = slice(*np.searchsorted(self.day, (first, end)).tolist())
        columns = {name: column[part] for name, column in self.columns.items()}
        pairs = slice(*np.searchsorted(self.labeled, (part.start, part.stop)).tolist())
        terms = _NONE
        if len(self.terms):
            counts = self.columns[TERM_COUNT]
            begins = int(counts[: part.start].sum())
            terms = self.terms[begins : begins + int(counts[part].sum())]
        return Frame(columns, self.day[part], self.labeled[pairs] - part.start, self.labels[pairs], terms)

    def having(self, further: Mapping[str, Numbers]) -> "Frame":
        return self._of({**self.columns, **further})

    def only(self, names: Collection[str]) -> "Frame":
        return self._of({name: column for name, column in self.columns.items() if name in names})

    def without(self, *names: str) -> "Frame":
        """These nobody asks for any more."""
        return self._of({name: column for name, column in self.columns.items() if name not in names})

    def _of(self, columns: Mapping[str, Numbers]) -> "Frame":
        return replace(self, columns=columns)

    def narrowed(self, conditions: Collection[Condition], names: Collection[str]) -> "Frame":
        """What fulfils all of them, with these columns."""
        chosen = np.ones(self.length, bool)
        for condition in conditions:
            chosen &= self._fulfils(condition)
        return self.only(names).take(chosen)

    def _fulfils(self, condition: Condition) -> Numbers:
        if condition.name != LABELS:
            return is_one_of(self.columns[condition.name], condition.numbers)
        found = np.zeros(self.length, bool)
        found[self.labeled[is_one_of(self.labels, condition.numbers)]] = True
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
        places = _joined([bare, self.labeled])
        columns = {name: column.take(places) for name, column in self.columns.items()}
        columns[LABELS] = _joined([np.full(len(bare), NOTHING, self.labels.dtype), self.labels])
        return Frame(columns, self.day.take(places), _NONE, _NONE)


def is_one_of(column: Numbers, numbers: Collection[int]) -> Numbers:
    """A mask. Comparing narrow columns with a few numbers costs a tenth of a search."""
    if len(numbers) > FEW:
        return np.isin(column, sorted(numbers))
    found = np.zeros(len(column), bool)
    for number in numbers:
        found |= column == number
    return found


def joined(frames: Sequence[Frame]) -> Frame:
    """All of several; without their labels and terms."""
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
        for name in sorted(wanted.names - {LABELS, TERMS})
    }
    labeled, labels = _labels(list(days.values()), slices) if LABELS in wanted.names else (_NONE, _NONE)
    terms = _joined([unpack(each[TERMS]) for each in days.values()]) if TERMS in wanted.names else _NONE
    return Frame(columns, np.repeat(np.arange(len(slices), dtype=np.int32), lengths), labeled, labels, terms)


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


def count_each(numbers: Numbers) -> Numbers:
    """How often each number is there, from 0 on."""
    found: Numbers = np.zeros(int(numbers.max(initial=-1)) + 1, np.int64)
    for begins in range(0, len(numbers), AT_ONCE):
        found += np.bincount(numbers[begins : begins + AT_ONCE], minlength=len(found))
    return found


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

    def order(self) -> Numbers | slice:
        """That of the groups. Narrow numbers are put in order in one pass."""
        if self.size == 1:
            return slice(None)
        narrow = self.number.astype(np.int16) if self.size < 1 << 15 else self.number
        return np.argsort(narrow, kind="stable")

    def blocks(self, most: int) -> Iterator[tuple[int, int, Numbers | slice]]:
        """Of up to so many groups in a row the first one, how many they are, and the places of their entries; nothing
        of those that have none."""
        if self.size <= most:
            yield 0, self.size, slice(None)
            return
        order: Numbers = np.arange(len(self.number))[self.order()]
        there, begins = np.unique(self.number[order], return_index=True)
        ends = [*begins[1:].tolist(), self.number.size]
        place = 0
        while place < len(there):
            first = int(there[place])
            following = int(np.searchsorted(there, first + max(1, most)))
            size = int(there[following - 1]) + 1 - first
            yield first, size, order[int(begins[place]) : ends[following - 1]]
            place = following

    def distinct(self, ids: Numbers) -> Numbers:
        """How many different ids each group has."""
        least, most = int(ids.min(initial=0)), int(ids.max(initial=0))
        width = most - least + 1
        pairs = self.number * width + (ids - least)
        if self.size * width <= DENSE_PAIRS:
            is_there = np.zeros(self.size * width, bool)
            is_there[pairs] = True
            found: Numbers = np.count_nonzero(is_there.reshape(self.size, width), axis=1)
            return found
        return np.bincount(np.unique(pairs) // width, minlength=self.size)


def group(length: int, keys: Sequence[Numbers]) -> Groups:
    """By several columns at once; by none, all are one group."""
    radices = tuple(int(key.max(initial=0)) + 1 for key in keys)
    code = np.zeros(length, np.int64)
    for place, (key, radix) in enumerate(zip(keys, radices, strict=True)):
        if place:
            code *= radix
        code += key
    size = 1
    for radix in radices:
        size *= radix
    if size <= DENSE:
        return Groups(code, size, radices)
    found, number = np.unique(code, return_inverse=True)
    return Groups(number, len(found), radices, found)
