"""Judgements laid on the units: they stand before all that names and models find.

What an analyst judged holds whatever the facts say. What a rule or a model judged holds only where no fact forbids it: two
valid numbers, or birth dates further apart than a slip of the pen, stay two people's; and it breaks no analyst's judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from follow_money.entities.birth_conflicts import births_conflict, day_numbers
from follow_money.entities.clusters import FACTS, UNKNOWN, days_of_facts
from follow_money.entities.judged_pairs import forced

if TYPE_CHECKING:
    from follow_money.entities.clusters import Clusters
    from follow_money.entities.judged_pairs import JudgedPairs

_BIRTH = FACTS.index("birth_date")


def judge_units(clusters: Clusters, unit: npt.NDArray[np.int64], judged: JudgedPairs) -> None:
    """Keep apart and join the units as people, then rules and models judged. ``unit`` is each mention's unit."""
    analysts_positive, analysts_negative = judged.analysts
    positive, negative = unit[judged.positive], unit[judged.negative]
    chosen = forced(len(clusters.why), positive[:analysts_positive], negative[:analysts_negative])
    for first, second in negative[:analysts_negative].tolist():
        clusters.keep_apart(first, second)
    for other in np.flatnonzero(chosen != np.arange(len(chosen))).tolist():
        clusters.judge_one(int(chosen[other]), other)
    for first, second in negative[analysts_negative:].tolist():
        clusters.keep_apart(first, second)
    for first, second in positive[analysts_positive:].tolist():
        if not _forbidden(clusters, first, second):
            clusters.judge_one(first, second)


def _forbidden(clusters: Clusters, first: int, second: int) -> bool:
    """Whether a fact keeps the groups of two units apart; a slip in a birth date does not."""
    left, right = (clusters.facts[clusters.root(each)] for each in (first, second))
    differ = (left != right) & (left != UNKNOWN) & (right != UNKNOWN)
    if differ[_BIRTH]:
        days = day_numbers(days_of_facts(np.array([left[_BIRTH], right[_BIRTH]])))
        differ[_BIRTH] = births_conflict(int(days[0]), int(days[1]))
    return bool(differ.any())
