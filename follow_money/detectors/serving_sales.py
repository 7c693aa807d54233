"""What restaurants reported of sales and purchases, a chain as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import ratio_tests
from follow_money.detectors.rows import not_evaluable_tests, tests_frame
from follow_money.engine import Engine

ABOVE, BELOW = "sales to purchases of goods", "purchases of goods to sales"
"""The two units of the rate."""


@dataclass(frozen=True)
class ServingSales:
    """Sums and tests.

    Attributes:
        sums: One row a chain: ``subject_id`` (its largest restaurant), ``chain_id, sales, purchases, seats, seat_days, period_from, period_to, links_exact,
            permit_record_id, ratio``.
        reports: One row a report that stands: ``chain_id, record_id``.
        tests: Of both units, in the columns of ``Findings.tests``.
    """

    sums: pd.DataFrame
    reports: pd.DataFrame
    tests: pd.DataFrame


def serving_sales(engine: Engine, *, subject_kind: str) -> ServingSales:
    """Reported sales and purchases of every holder in ``serving_holders``, and the robust z of their ratio within peers by the number of guests."""
    reports = engine.query(_REPORTS).to_pandas()
    whole = reports.dropna(subset=["sales_ore", "purchases_ore"]).assign(
        seat_days=lambda told: told["seats"].astype(float) * told["days"]
    )
    by_holder = whole.groupby("organisation_id", sort=True)["sales_ore"].sum()
    largest = whole.assign(own=whole["organisation_id"].map(by_holder)).sort_values(
        ["own", "organisation_id"], ascending=[False, True], kind="stable"
    )
    sums = (
        largest.groupby("chain_id", sort=True)
        .agg(
            subject_id=("organisation_id", "first"),
            permit_record_id=("permit_record_id", "first"),
            sales=("sales_ore", "sum"),
            purchases=("purchases_ore", "sum"),
            seats=("seats", "max"),
            seat_days=("seat_days", lambda days: days.sum(skipna=False)),
            period_from=("period_from", "min"),
            period_to=("period_to", "max"),
            links_exact=("links_exact", "all"),
            currency=("currency", "first"),
        )
        .reset_index()
    )
    sums["ratio"] = sums["sales"] / sums["purchases"].where(sums["purchases"] > 0)
    known = sums[(sums["sales"] > 0) & (sums["purchases"] > 0)]
    known = known.assign(organisation_id=known["subject_id"], size=known["seats"].astype(float).fillna(0.0))
    every = np.ones(len(known), dtype=np.bool_)
    group = peer_groups(engine, known, "serving", "size", evaluable=every)
    ratios = known.assign(peer_group=group)
    above = ratios.assign(key=ratios["subject_id"] + " above")
    below = ratios.assign(key=ratios["subject_id"] + " below", ratio=1 / ratios["ratio"])
    frames = [
        ratio_tests(told[["key", "subject_id", "peer_group", "ratio"]], unit=unit, subject_kind=subject_kind)
        for told, unit in ((above, ABOVE), (below, BELOW))
        if len(told)
    ]
    unknown = sums[~sums["chain_id"].isin(known["chain_id"])]
    frames += [
        not_evaluable_tests(
            unknown,
            subject_kind=subject_kind,
            unit=unit,
            null_model="robust z",
            why="no sales or no purchases reported",
        )
        for unit in (ABOVE, BELOW)
    ]
    standing = reports[["chain_id", "record_id"]]
    return ServingSales(sums.astype({"ratio": np.float64}), standing, tests_frame(*frames))


_REPORTS = """
    with newest as (
        select organisation_id, record_id, period_from, period_to, sales_ore, purchases_ore, currency, links_exact,
            row_number() over (
                partition by organisation_id, permit_id, period_from order by received_on desc nulls last, length(record_id) desc, record_id desc
            ) as place
        from serving_reports where organisation_id is not null and not is_withheld and period_to >= period_from
    )
    select h.chain_id, n.organisation_id, n.record_id, n.period_from, n.period_to, n.sales_ore, n.purchases_ore, n.currency, h.seats, h.permit_record_id,
        date_diff('day', greatest(n.period_from, h.granted_on), n.period_to) + 1 as days, n.links_exact and h.links_exact as links_exact
    from newest n join serving_holders h on h.organisation_id = n.organisation_id
    where n.place = 1 order by n.organisation_id, n.record_id
"""
"""The report that stands for each permit and period, of holders of serving permits."""
