"""Judgements: what somebody or something said of pairs of descriptions, and which of it stands.

The last judgement of a pair stands, but an analyst's outranks a rule's, and a rule's the model's, whichever came last.
What was undone counts as never said, so that undoing restores exactly what stood before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Verdict(StrEnum):
    """What is said of a pair of descriptions, and the sign that the ledger writes for it."""

    POSITIVE = "+"
    """They are one."""
    NEGATIVE = "-"
    """They are not; the left one is set apart where both bear one number."""
    UNSURE = "?"
    """Nobody can say: neither joined nor kept apart by this, and not asked again."""


class Judge(StrEnum):
    """Who judged, the one who gives way first."""

    MODEL = "model"
    RULE = "rule"
    ANALYST = "analyst"


RANKS: Final = {judge: rank for rank, judge in enumerate(Judge)}


@dataclass(frozen=True, kw_only=True)
class Act:
    """Judgements made at once: pairs of mention ids with a verdict each, or what is undone.

    ``version`` is of the rule or model that judged, or that proposed the pair to the analyst (empty: none did).
    ``evidence`` holds one text for every pair, or one for all: an analyst's reason, a model's comparison. ``when`` is an
    instant as ISO 8601 text, ``who`` a user's name. ``undoes`` are ids of acts; such an act has no pairs.
    """

    judge: str
    version: str
    who: str
    when: str
    evidence: tuple[str, ...]
    left: Sequence[str] = ()
    right: Sequence[str] = ()
    verdicts: str = ""
    undoes: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse an act that says nothing or contradicts itself. Raises UsageError."""
        pairs = len(self.verdicts)
        if self.judge not in RANKS:
            raise UsageError(f"There is no judge '{self.judge}'. There are: {', '.join(RANKS)}.")
        if not self.who or not self.when:
            raise UsageError("A judgement needs who made it and when.")
        if len(self.left) != pairs or len(self.right) != pairs:
            raise UsageError("A judgement needs a left and a right description and a verdict for every pair.")
        if bool(pairs) == bool(self.undoes):
            raise UsageError("A judgement is about pairs of descriptions or undoes earlier ones: name one of the two.")
        if set(self.verdicts) - set(Verdict):
            raise UsageError(f"A verdict is one of: {' '.join(Verdict)}.")
        if len(self.evidence) not in {1, pairs} or not all(self.evidence):
            raise UsageError("A judgement needs a reason: one for every pair, or one for all.")
        if not all(self.left) or not all(self.right) or any(map(str.__eq__, self.left, self.right)):
            raise UsageError(
                "A judgement is about two descriptions: one of its pairs names one, or the same one twice."
            )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Which judgement of every pair stands, sorted by pair.

    ``left`` and ``right`` are mention ids in the order in which they were judged; ``act`` the place of the act that
    stands in the ledger's order.
    """

    left: pa.Array
    right: pa.Array
    verdict: pa.Array
    judge: pa.Array
    act: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """How many pairs were judged."""
        return len(self.left)

    def pairs(self, verdict: Verdict) -> pa.Table:
        """The pairs with that verdict, the highest rank first and of one rank in the order judged: ``left, right, judge``."""
        rank = pc.index_in(self.judge, value_set=pa.array(list(Judge)))
        told = pa.table(
            {
                "left": self.left,
                "right": self.right,
                "judge": self.judge,
                "rank": rank,
                "act": self.act,
                "place": np.arange(len(self)),
            }
        ).filter(pc.equal(self.verdict, verdict.value))
        return told.sort_by([("rank", "descending"), ("act", "ascending"), ("place", "ascending")]).select([0, 1, 2])

    def digest(self) -> str:
        """Digest of what can change who is one: the positive and negative pairs, and whether a person judged them."""
        told = hashlib.sha256()
        for verdict in (Verdict.POSITIVE, Verdict.NEGATIVE):
            pairs = self.pairs(verdict)
            mark = pc.if_else(pc.equal(pairs["judge"], Judge.ANALYST.value), "", "!")
            signs = pc.binary_join_element_wise(verdict.value, mark, "")
            texts = pc.binary_join_element_wise(pairs["left"], pairs["right"], signs)
            told.update("\n".join([verdict.value, *texts.to_pylist()]).encode())
        return told.hexdigest()


def standing(acts: Mapping[str, Act]) -> Judged:
    """What stands of the acts of a ledger, given by id in their order."""
    undone = undone_acts(acts)
    kept = [(place, act) for place, (name, act) in enumerate(acts.items()) if name not in undone and act.verdicts]
    left = pa.concat_arrays([_EMPTY, *(pa.array(act.left, pa.string()) for _, act in kept)])
    right = pa.concat_arrays([_EMPTY, *(pa.array(act.right, pa.string()) for _, act in kept)])
    lengths = [len(act.verdicts) for _, act in kept]
    letters = "".join(act.verdicts for _, act in kept)
    place = np.repeat(np.array([place for place, _ in kept], np.int64), lengths)
    rank = np.repeat(np.array([RANKS[Judge(act.judge)] for _, act in kept], np.int64), lengths)
    ids = pa.concat_arrays([left, right]).unique()
    ids = ids.take(pc.array_sort_indices(ids))
    one, other = (np.asarray(pc.index_in(side, value_set=ids)).astype(np.int64) for side in (left, right))
    pair = np.minimum(one, other) * max(len(ids), 1) + np.maximum(one, other)
    order = np.lexsort((np.arange(len(pair)), rank, pair))
    last = order[np.append(np.diff(pair[order]) != 0, True)] if len(order) else order
    chosen = pa.array(last)
    return Judged(
        left=left.take(chosen),
        right=right.take(chosen),
        verdict=pa.array(np.array(list(letters), "U1")[last] if letters else [], pa.string()),
        judge=pa.array(list(Judge)).take(pa.array(rank[last])),
        act=place[last],
    )


def undone_acts(acts: Mapping[str, Act]) -> frozenset[str]:
    """Ids of the acts that are undone; an act that undoes may itself be undone."""
    undone: set[str] = set()
    for name, act in reversed(list(acts.items())):
        if name not in undone:
            undone.update(act.undoes)
    return frozenset(undone)


_EMPTY: Final = pa.array([], pa.string())

NOTHING_JUDGED: Final = standing({})
"""A ledger without a judgement."""
