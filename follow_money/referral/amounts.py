"""Amounts of a packet: per hit as the detectors gave them, and in total with a krona counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOUNDS: Final = ("low", "likely", "high")


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Integer öre, a triple low, likely, high.

    ``per_hit`` in the order of the hits, ``total`` with a source row counted once, ``shared`` what the total is
    smaller by.
    """

    per_hit: tuple[tuple[int, int, int], ...]
    total: tuple[int, int, int]
    shared: tuple[int, int, int]


def amounts(
    hits: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]], case: Mapping[str, Any]
) -> Amounts:
    """The amounts of these hits of a case.

    A source row that several hits hold counts once, by its largest amount. The total is never above the case's own
    (``amount_*_ore`` of `model.CASES`): triage may know of sums that overlap without a row in common.
    """
    by_hit: dict[str, dict[str, int]] = {hit["hit_id"]: {} for hit in hits}
    for row in evidence:
        if row["role"] == "for" and row["amount_ore"] > 0:
            by_hit[row["hit_id"]][row["record_id"]] = row["amount_ore"]
    counted: dict[str, int] = {}
    per_hit: list[tuple[int, int, int]] = []
    total = [0, 0, 0]
    for hit in hits:
        rows = by_hit[hit["hit_id"]]
        again = sum(min(amount, counted.get(record, 0)) for record, amount in rows.items())
        for record, amount in rows.items():
            counted[record] = max(amount, counted.get(record, 0))
        own = tuple(int(hit[f"amount_{bound}_ore"]) for bound in BOUNDS)
        per_hit.append((own[0], own[1], own[2]))
        total = [before + max(amount - again, 0) for before, amount in zip(total, own, strict=True)]
    capped = [min(amount, int(case[f"amount_{bound}_ore"])) for amount, bound in zip(total, BOUNDS, strict=True)]
    sums = [sum(amount[place] for amount in per_hit) for place in range(3)]
    return Amounts(
        per_hit=tuple(per_hit),
        total=(capped[0], capped[1], capped[2]),
        shared=(sums[0] - capped[0], sums[1] - capped[1], sums[2] - capped[2]),
    )
