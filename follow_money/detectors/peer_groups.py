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
"""Organisations that a part must keep: where it is halved by size as well, either half is as good as large enough."""
_FEWEST_HALVED: Final = 2 * (FEWEST_PEERS + 1)
"""Organisations from which on two halves can be evaluated."""


def peer_groups(
    engine: Engine,
    told: pd.DataFrame,
    service: pd.Series | str,
    size: str,
    *,
    evaluable: pd.Series | Flags,
    by_trade: bool = False,
    hangs_on_size: bool = False,
) -> pd.Series:
    """The peer group of every organisation, by its service, trade, postal region and size.

    Args:
        engine: With the tables ``organisations`` and ``entity_facts``.
        told: One row an organisation and service, with ``organisation_id``.
        service: What it does, one a row or one for all.
        size: The column of ``told`` that says how large it is.
        evaluable: Who has a test: only these are counted as peers, the others bear the name of their service.
        by_trade: By trade (SNI division, two digits) as well.
        hangs_on_size: The rate is another one among large organisations: a group is halved by size as soon as both halves can be evaluated, else from
            `SPLIT_FROM` on.
    """
    group = pd.Series(service, index=told.index, dtype=object)
    with_test = told[np.asarray(evaluable, dtype=np.bool_)]
    organisations, traits = with_test["organisation_id"], _traits(engine)
    parts = group[with_test.index]
    if by_trade:
        parts = _split(organisations, parts, traits["trade"], "trade")
    parts = _split(organisations, parts, traits["postal_region"], "postal region")
    fewest = _FEWEST_HALVED if hangs_on_size else SPLIT_FROM
    group[with_test.index] = _halved(parts, with_test[size].astype(float), fewest)
    return group


def by_region(engine: Engine, organisations: pd.Series, service: pd.Series) -> pd.Series:
    """``service``, one a row of ``organisations``, with the postal region behind it where the service is split; one organisation may stand in many rows.

    The postal region is the first digit of the seat's postcode, one of nine. That of a sole trader is not read: the seat may be a home.
    """
    return _split(organisations, service, _traits(engine)["postal_region"], "postal region")


def _traits(engine: Engine) -> pd.DataFrame:
    traits: pd.DataFrame = engine.query(_TRAITS).to_pandas().set_index("organisation_id")
    return traits


def _split(organisations: pd.Series, service: pd.Series, traits: pd.Series, kind: str) -> pd.Series:
    rows = pd.DataFrame({"organisation": organisations, "trait": organisations.map(traits)})
    parts = pd.Series("", index=service.index)
    for _, of_service in rows.groupby(service, sort=True):
        alone = _alone(of_service.drop_duplicates("organisation")["trait"])
        if alone:
            named = f", {kind} " + of_service["trait"].astype(str)
            parts[of_service.index] = named.where(of_service["trait"].isin(alone), f", other {kind}s")
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


def _halved(service: pd.Series, size: pd.Series, fewest: int) -> pd.Series:
    """By whether the size is up to the median of the service or above, where both halves hold enough."""
    is_larger = size > size.groupby(service).transform("median")
    larger = is_larger.groupby(service).transform("sum")
    smaller = is_larger.groupby(service).transform("size") - larger
    half = np.where(is_larger, ", larger half", ", smaller half")
    return service + pd.Series(half, index=service.index).where(np.minimum(smaller, larger) >= fewest // 2, "")


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
