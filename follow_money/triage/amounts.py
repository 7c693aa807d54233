"""Amounts of several hits together: a krona is counted once."""

from __future__ import annotations

import pandas as pd

from follow_money.model import HitKind
from follow_money.triage.owner import owners

BOUNDS = ("amount_low_ore", "amount_likely_ore", "amount_high_ore")


def amounts_once(hits: pd.DataFrame, evidence: pd.DataFrame) -> tuple[int, int, int]:
    """Low, likely and high amount of these hits together, in öre.

    A source row counts once, by its largest amount. Per organisation and programme: registers that tell of the same money (time reports, claims,
    payments) are not added up, the one with the largest sum counts. Low is what contradictions and flows hold row by row; likely and high are those
    of the largest hit, and at least that. A hit without a programme (salaries that return) tells of the money of the organisation's largest
    programme.

    Args:
        hits: ``hit_id, kind, organisation_id, subject_id, parties, programme`` and the three amounts.
        evidence: ``hit_id, register, record_id, amount_ore, role``.
    """
    told = hits.assign(owner=owners(hits))
    named = told.dropna(subset=["programme"]).sort_values(["amount_likely_ore", "hit_id"], ascending=[False, True])
    main = named.drop_duplicates("owner").set_index("owner")["programme"]
    told["programme"] = told["programme"].where(told["programme"].notna(), told["owner"].map(main)).fillna("")
    place = ["owner", "programme"]
    firm = told[told["kind"] != HitKind.RATE.value]
    rows = evidence[evidence["role"] == "for"].merge(firm[["hit_id", *place]], on="hit_id")
    # A row that hits of two organisations share is one krona still: it counts where it is largest.
    once = rows.sort_values(["amount_ore", *place], ascending=[False, True, True]).drop_duplicates(
        ["register", "record_id"]
    )
    low = once.groupby([*place, "register"])["amount_ore"].sum().groupby(level=place).max()
    largest = told.groupby(place)[list(BOUNDS)].max()
    # Of firm hits the rows themselves are the low amount, but never more than the hits' own sums say.
    firm_sums = firm.groupby(place)["amount_low_ore"].sum()
    largest["amount_low_ore"] = low.clip(upper=firm_sums.reindex(low.index)).reindex(largest.index).fillna(0)
    largest["amount_likely_ore"] = largest[["amount_low_ore", "amount_likely_ore"]].max(axis=1)
    largest["amount_high_ore"] = largest[["amount_likely_ore", "amount_high_ore"]].max(axis=1)
    total = largest.sum()
    return int(total["amount_low_ore"]), int(total["amount_likely_ore"]), int(total["amount_high_ore"])
