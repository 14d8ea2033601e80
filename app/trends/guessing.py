"""Which category an unclassified ticket belongs to, from those of similar ones; pure and explainable.

Naive Bayes: each hint (a term, who wrote, where it came in) says how often tickets with it have each category, and
counts as much as that is more than usual. Terms of one text say the same many times: the more there are, the less each
is believed (their sum is divided by the root of their number).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SMOOTHING = 1.0
"""Tickets as usual that each hint is mixed with: few say little."""
HINTS_SHOWN = 3
SPEAKING = 0.2
"""A hint with which a category is a fifth more frequent than usual speaks for it."""
MIN_CONFIDENCE = 0.35
"""Below it nothing is suggested."""
MIN_EVIDENCE = 2
"""Tickets with a category that the best hint knows; one is an accident."""

Shares = Mapping[int, int]
"""Tickets by category."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about a ticket, and the categories of others with the same. Without a label it is no term."""

    counts: Shares
    label: str = ""
    term_id: int | None = None
    is_evidence: bool = True
    """Where a ticket came in says what is usual there, and nothing of what it is about."""


@dataclass(frozen=True, slots=True)
class Guess:
    """`confidence` is from 0 to 1; `hints` are what speaks for it, the strongest first."""

    category_id: int
    confidence: float
    hints: tuple[Hint, ...]

    @property
    def because(self) -> tuple[str, ...]:
        return tuple(hint.label for hint in self.hints if hint.label)[:HINTS_SHOWN]


def guess(hints: Iterable[Hint], usual: Shares) -> Guess | None:
    """The category that most speaks for; None where nothing speaks clearly. `usual` is of all tickets."""
    known = [hint for hint in hints if hint.counts]
    total = sum(usual.values())
    candidates = {category for hint in known for category in hint.counts}
    if not total or not candidates:
        return None
    prior = {each: (usual.get(each, 0) + SMOOTHING) / (total + SMOOTHING * (len(usual) + 1)) for each in candidates}
    weights = {each: _weights(each, known, prior[each]) for each in candidates}
    scores = {each: math.log(prior[each]) + sum(weights[each]) / len(known) ** 0.5 for each in candidates}
    best = max(sorted(candidates), key=lambda each: scores[each])
    speaking = _speaking(known, weights[best])
    confidence = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    evidence = max((hint.counts.get(best, 0) for hint in speaking if hint.is_evidence), default=0)
    if confidence < MIN_CONFIDENCE or evidence < MIN_EVIDENCE:
        return None
    return Guess(best, round(confidence, 3), speaking)


def _weights(category: int, hints: Sequence[Hint], prior: float) -> list[float]:
    """How much each hint speaks for the category; negative where it speaks against it."""
    return [_weight(hint.counts.get(category, 0), sum(hint.counts.values()), prior) for hint in hints]


def _weight(count: int, total: int, prior: float) -> float:
    return math.log((count + SMOOTHING * prior) / (total + SMOOTHING) / prior)


def _speaking(hints: Sequence[Hint], weights: Sequence[float]) -> tuple[Hint, ...]:
    ranked = sorted(zip(weights, hints, strict=True), key=lambda each: -each[0])
    return tuple(hint for weight, hint in ranked if weight > SPEAKING)
