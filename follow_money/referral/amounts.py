"""Amounts of a packet: per hit as the detectors gave them, and in total with a krona counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follow_money.triage.amounts import amounts_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOUNDS: Final = ("low", "likely", "high")
EVIDENCE_COLUMNS: Final = ("hit_id", "register", "record_id", "amount_ore", "role")


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Integer öre, a triple low, likely, high.

    ``per_hit`` in the order of the hits, ``total`` with a source row counted once, ``shared`` what the total is
    smaller by.
    """

    per_hit: tuple[tuple[int, int, int], ...]
    total: tuple[int, int, int]
    shared: tuple[int, int, int]


def amounts(hits: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]]) -> Amounts:
    """The amounts of these hits, alone and together; together as triage counts them (`triage.amounts.amounts_once`)."""
    columns = [
        "hit_id",
        "kind",
        "organisation_id",
        "subject_id",
        "parties",
        "programme",
        *(f"amount_{bound}_ore" for bound in BOUNDS),
    ]
    rows = pd.DataFrame([[row[name] for name in EVIDENCE_COLUMNS] for row in evidence], columns=list(EVIDENCE_COLUMNS))
    total = amounts_once(pd.DataFrame([[hit[name] for name in columns] for hit in hits], columns=columns), rows)
    per_hit = tuple(
        (int(hit["amount_low_ore"]), int(hit["amount_likely_ore"]), int(hit["amount_high_ore"])) for hit in hits
    )
    sums = [sum(amount[place] for amount in per_hit) for place in range(3)]
    return Amounts(per_hit=per_hit, total=total, shared=(sums[0] - total[0], sums[1] - total[1], sums[2] - total[2]))
