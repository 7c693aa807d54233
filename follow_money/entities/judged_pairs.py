"""Judgements laid on the mentions at hand: plain arrays of pairs, and the groups that they force together or apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.entities.judgements import Judge, Judged, Verdict
from follow_money.entities.masks import is_told

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = npt.NDArray[np.int64]
"""Two columns: the mentions' places."""

NO_PAIRS: Final[Pairs] = np.empty((0, 2), np.int64)


@dataclass(frozen=True, kw_only=True)
class JudgedPairs:
    """What is judged of the mentions at hand, those first that go before others: ``analysts`` says how many of the
    positive and of the negative ones a person judged. ``passed_over`` counts the pairs that name a description which no
    delivered register holds any longer.
    """

    positive: Pairs
    negative: Pairs
    analysts: tuple[int, int]
    passed_over: int


def judged_pairs(judged: Judged, mention_ids: pa.Array) -> JudgedPairs:
    """The judgements about these mentions."""
    found, analysts, passed_over = [], [], 0
    for verdict in (Verdict.POSITIVE, Verdict.NEGATIVE):
        told = judged.pairs(verdict)
        left, right = (pc.index_in(told[side].combine_chunks(), value_set=mention_ids) for side in ("left", "right"))
        both = is_told(left) & is_told(right)
        passed_over += int(np.count_nonzero(~both))
        rows = pa.array(np.flatnonzero(both))
        analysts.append(int(pc.sum(pc.equal(told["judge"].take(rows), Judge.ANALYST.value)).as_py() or 0))
        found.append(np.stack([np.asarray(side.take(rows)).astype(np.int64) for side in (left, right)], axis=1))
    return JudgedPairs(
        positive=found[0], negative=found[1], analysts=(analysts[0], analysts[1]), passed_over=passed_over
    )


def forced(count: int, positive: Pairs, negative: Pairs) -> npt.NDArray[np.int64]:
    """For each of ``count`` things the smallest one that positive pairs tie it to.

    Where positive pairs would tie two that a negative one keeps apart, those are left out that come last.
    """
    _, component = connected_components(
        coo_array((np.ones(len(positive)), (positive[:, 0], positive[:, 1])), shape=(count, count)), directed=False
    )
    denied = np.unique(component[negative[component[negative[:, 0]] == component[negative[:, 1]], 0]])
    contested = np.isin(component[positive[:, 0]], denied)
    label = np.full(int(component.max(initial=-1)) + 1, count, np.int64)
    free = ~np.isin(component, denied)
    np.minimum.at(label, component[free], np.flatnonzero(free))
    answer = np.where(free, label[component], np.arange(count))
    enemies: dict[int, set[int]] = {}
    for one, other in negative[np.isin(component[negative[:, 0]], denied)].tolist():
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    members: dict[int, list[int]] = {}
    for one, other in positive[contested].tolist():
        low, high = sorted((int(answer[one]), int(answer[other])))
        sides = [members.get(side, [side]) for side in (low, high)]
        if low == high or any(enemies.get(member, set()) & set(sides[1]) for member in sides[0]):
            continue
        answer[sides[1]] = low
        members[low] = sides[0] + members.pop(high, [high])
    return answer


def set_apart(
    group: npt.NDArray[np.int64], negative: Pairs, names: pa.Array, weight: npt.NDArray[np.int64], tie: pa.Array
) -> npt.NDArray[np.int64]:
    """For each mention 0, or the number of the part that it is set apart in from the rest of its group.

    Within a group (those who bear one number) what somebody judged not to be the rest is no longer of it. A mention
    that nobody judged goes with the part that bears its name, else with the rest.

    Args:
        group: Each mention's group.
        negative: Pairs of mentions; the left one is set apart from the right one.
        names: Comparable name of each mention.
        weight: Rows of each mention; the heaviest of those that nobody set apart come first.
        tie: A text of each mention that decides between equals.
    """
    answer = np.zeros(len(group), np.int64)
    within = negative[group[negative[:, 0]] == group[negative[:, 1]]]
    if not len(within):
        return answer
    enemies: dict[int, set[int]] = {}
    for one, other in within.tolist():
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    lefts = set(within[:, 0].tolist())
    parts = 0
    for rows in _rows_of(group, np.unique(group[within[:, 0]])):
        order = sorted(rows, key=lambda row: (row in lefts, -int(weight[row]), tie[row].as_py()))
        sides: list[list[int]] = [[]]
        for row in (row for row in order if row in enemies):
            free = [side for side in sides if not enemies[row] & set(side)]
            (free[0] if free else _new(sides)).append(row)
        bears = [{names[row].as_py() for row in side} - {None} for side in sides]
        for row in (row for row in order if row not in enemies):
            alike = [place for place, told in enumerate(bears) if names[row].as_py() in told]
            sides[alike[0] if len(alike) == 1 else 0].append(row)
        for side in sides[1:]:
            parts += 1
            answer[side] = parts
    return answer


def _new(sides: list[list[int]]) -> list[int]:
    sides.append([])
    return sides[-1]


def _rows_of(group: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Iterable[list[int]]:
    rows = np.flatnonzero(np.isin(group, wanted))
    order = rows[np.argsort(group[rows], kind="stable")]
    ends = np.flatnonzero(np.diff(group[order])) + 1
    return (part.tolist() for part in np.split(order, ends))
