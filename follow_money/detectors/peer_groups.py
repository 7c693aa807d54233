"""Whom an organisation is compared with: others of its service, of its trade and postal region where enough are left, and of its size.

A trade or a region stands for itself where it holds `SPLIT_FROM` organisations of the service that can be evaluated; the others are told together. A null that
is fitted on few peers has a heavier tail (`statistics.few_peers`), and would lose by that more than likeness gains.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from follow_money.engine import Engine
from follow_money.statistics import ENOUGH, FEWEST_PEERS, Flags

SPLIT_FROM: Final = 2 * ENOUGH
"""Organisations that each part of a service must keep: halved by size, both halves still have a null that is as sure as it says."""
FEWEST_HALVED: Final = 2 * (FEWEST_PEERS + 1)
"""Organisations from which on two halves can be evaluated."""


def peer_groups(
    engine: Engine,
    told: pd.DataFrame,
    service: pd.Series | str,
    size: str,
    *,
    evaluable: pd.Series | Flags,
    by_trade: bool = False,
    halves_from: int = FEWEST_HALVED,
) -> pd.Series:
    """The peer group of every organisation, by its service, trade, postal region and size.

    Args:
        engine: With the tables ``organisations`` and ``entity_facts``.
        told: One row an organisation and service, with ``organisation_id``.
        service: What it does, one a row or one for all.
        size: The column of ``told`` that says how large it is.
        evaluable: Who has a test: only these are counted as peers, the others bear the name of their service.
        by_trade: By trade (SNI division, two digits) as well.
        halves_from: A group of fewer organisations is not halved by size; `SPLIT_FROM` where the rate hardly depends on it.
    """
    group = pd.Series(service, index=told.index, dtype=object)
    with_test = told[np.asarray(evaluable, dtype=np.bool_)]
    parts = group[with_test.index]
    if by_trade:
        parts = split_by(engine, with_test["organisation_id"], parts, "trade")
    parts = split_by(engine, with_test["organisation_id"], parts, "postal region")
    group[with_test.index] = _halved(parts, with_test[size].astype(float), halves_from)
    return group


def split_by(engine: Engine, organisations: pd.Series, service: pd.Series, trait: str) -> pd.Series:
    """``service``, one a row of ``organisations``, with the trait (``trade``, ``postal region``) behind it where the service is split.

    The postal region is the first digit of the seat's postcode, one of nine. A sole trader has none: the seat may be a home. One organisation may stand in
    many rows.
    """
    traits = engine.query(_TRAITS).to_pandas().set_index("organisation_id")[trait.replace(" ", "_")]
    rows = pd.DataFrame({"organisation": organisations, "trait": organisations.map(traits)})
    parts = pd.Series("", index=service.index)
    for _, of_service in rows.groupby(service, sort=True):
        alone = _alone(of_service.drop_duplicates("organisation")["trait"])
        if alone:
            named = f", {trait} " + of_service["trait"].astype(str)
            parts[of_service.index] = named.where(of_service["trait"].isin(alone), f", other {trait}s")
    return service + parts


def _alone(traits: pd.Series) -> set[str]:
    """The traits that stand for themselves: the small ones are told together, with as many of the next larger as make those enough too."""
    held = traits.value_counts().rename_axis("trait").reset_index(name="held").sort_values(["held", "trait"])
    together = int(traits.isna().sum())
    alone = []
    for trait, count in zip(held["trait"], held["held"], strict=True):
        if count < SPLIT_FROM or 0 < together < SPLIT_FROM:
            together += int(count)
        else:
            alone.append(str(trait))
    return set(alone) if len(alone) > 1 or together else set()


def _halved(service: pd.Series, size: pd.Series, halves_from: int) -> pd.Series:
    """By whether the size is up to the median of the service or above, where both halves hold enough."""
    is_larger = size > size.groupby(service).transform("median")
    larger = is_larger.groupby(service).transform("sum")
    smaller = is_larger.groupby(service).transform("size") - larger
    half = np.where(is_larger, ", larger half", ", smaller half")
    return service + pd.Series(half, index=service.index).where(np.minimum(smaller, larger) >= halves_from // 2, "")


_TRAITS: Final = """
    with told as (
        select o.organisation_id, o.deregistered_on is null as is_in_force,
            case when not coalesce(f.is_sole_trader, false) then o.postal_region end as postal_region,
            case when length(replace(o.industry_code, '.', '')) = 5 then substring(o.industry_code, 1, 2) end as trade
        from organisations o left join entity_facts f on f.entity_id = o.organisation_id
        where o.organisation_id is not null and not o.is_withheld
    )
    select organisation_id, coalesce(min(case when is_in_force then postal_region end), min(postal_region)) as postal_region, min(trade) as trade
    from told group by organisation_id order by organisation_id
"""
"""Registrations in force go first; a code that lost its first nought tells no trade."""
