"""Groups of mentions under cannot-links: what contradicts itself is never joined, whatever speaks for it.

A unit is what the exact numbers have made one already. Units are joined one pair at a time, the surest first; a join
that would bring two valid numbers, two birth dates, two legal forms, a junior and a senior, two kinds or two sides of a split together is
refused, so that one bad pair cannot chain two parties into one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

UNKNOWN: Final = -1
"""A fact that nobody told: it denies nothing."""

FACTS: Final = ("kind", "apart", "number", "birth_date", "form", "generation")
"""What must not differ within one entity where both sides know it."""


DAYS_BEFORE_1970: Final = 1_000_000
"""Added to days where a birth date is a fact, so that none is negative."""

JUDGED: Final = "judged"
"""What denies a join that somebody judged against; nothing outweighs it."""


def days_of_facts(facts: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    """Birth dates as they stand among the facts, as days again; NaT where unknown."""
    day = np.where(facts == UNKNOWN, 0, facts - DAYS_BEFORE_1970).astype("datetime64[D]")
    return np.where(facts == UNKNOWN, np.datetime64("NaT", "D"), day)


@dataclass(kw_only=True)
class Clusters:
    """Units and what they have been joined into.

    ``facts`` has one row a unit and one column a ``FACTS``; ``why``, ``probability`` and ``is_exact`` say of each
    unit what tied it to the rest. They are changed in place by `join`.
    """

    facts: npt.NDArray[np.int64]
    why: npt.NDArray[np.str_]
    probability: npt.NDArray[np.float64]
    is_exact: npt.NDArray[np.bool_]
    _parent: npt.NDArray[np.int64] = field(init=False)
    _members: dict[int, list[int]] = field(init=False, default_factory=dict)
    _enemies: dict[int, set[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Every unit stands alone at first."""
        self._parent = np.arange(len(self.facts))

    def root(self, unit: int) -> int:
        """The unit that stands for the whole group of ``unit``."""
        while self._parent[unit] != unit:
            self._parent[unit] = self._parent[self._parent[unit]]
            unit = int(self._parent[unit])
        return unit

    def roots(self) -> npt.NDArray[np.int64]:
        """For every unit the unit that stands for its group: the smallest one."""
        parent = self._parent
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                return parent
            parent = above

    def denied(self, first: int, second: int) -> str | None:
        """The fact that keeps the groups of two units apart, or None."""
        return self._conflict(self.root(first), self.root(second))

    def keep_apart(self, first: int, second: int) -> None:
        """Never join the groups of two units: somebody judged that they are not one."""
        a, b = self.root(first), self.root(second)
        if a != b:
            self._enemies.setdefault(a, set()).add(b)
            self._enemies.setdefault(b, set()).add(a)

    def kept_apart(self, units: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The pairs of these units that somebody judged not to be one, as places in ``units``, which name each group once."""
        place = {self.root(unit): place for place, unit in enumerate(units.tolist())}
        told = [
            (place[one], place[other])
            for one, others in self._enemies.items()
            if one in place
            for other in others
            if one < other and other in place
        ]
        pairs = np.array(sorted(told), np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def judge_one(self, first: int, second: int) -> bool:
        """Join the groups of two units, whatever their facts: somebody judged that they are one. False where they are kept apart."""
        a, b = self.root(first), self.root(second)
        if b in self._enemies.get(a, set()):
            return False
        if a != b:
            number = FACTS.index("number")
            told = a if self.facts[a, number] == UNKNOWN != self.facts[b, number] else max(a, b)
            members = self._members.get(told, [told])
            self.why[members], self.probability[members], self.is_exact[members] = "judged", 1.0, False
            self._unite(min(a, b), max(a, b))
        return True

    def _conflict(self, a: int, b: int) -> str | None:
        if b in self._enemies.get(a, set()):
            return JUDGED
        left, right = self.facts[a], self.facts[b]
        differ = (left != right) & (left != UNKNOWN) & (right != UNKNOWN)
        return FACTS[int(np.argmax(differ))] if differ.any() else None

    def join(
        self,
        first: int,
        second: int,
        *,
        why: str,
        probability: float,
        is_exact: bool = False,
        is_decided: bool = False,
    ) -> bool:
        """Join the groups of two units unless a fact denies it. Returns whether they are one now.

        ``is_decided``: what denies a join has been looked at already, and better (a slip in a birth date is none).

        The side without a number is explained by ``why``; of two such sides, those units that stood alone.
        """
        a, b = self.root(first), self.root(second)
        if a == b:
            return True
        denied = self._conflict(a, b)
        if denied == JUDGED or (denied is not None and not is_decided):
            return False
        number = FACTS.index("number")
        for side, other in ((a, b), (b, a)):
            if self.facts[side, number] != UNKNOWN:
                continue
            everybody = self.facts[other, number] != UNKNOWN
            for told in self._members.get(side, [side]):
                was_alone = self.why[told] == "alone"
                if everybody or was_alone:
                    self.why[told] = why
                    self.probability[told] = probability if was_alone else min(self.probability[told], probability)
                    self.is_exact[told] = is_exact and (was_alone or self.is_exact[told])
        self._unite(min(a, b), max(a, b))
        return True

    def _unite(self, low: int, high: int) -> None:
        self._parent[high] = low
        self.facts[low] = np.maximum(self.facts[low], self.facts[high])
        self._members.setdefault(low, [low]).extend(self._members.pop(high, [high]))
        for enemy in self._enemies.pop(high, set()):
            self._enemies[enemy].discard(high)
            self._enemies[enemy].add(low)
            self._enemies.setdefault(low, set()).add(enemy)
