"""Whom an organisation is compared with: others of its service, of its trade and postal region where enough are left, and of its size.

A trade or a region stands for itself where it holds `SPLIT_FROM` organisations of the service; the others are told together. A null that is fitted on few
peers has a heavier tail (`statistics.few_peers`), and would lose by that more than likeness gains.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from follow_money.engine import Engine
from follow_money.statistics import ENOUGH, FEWEST_PEERS

SPLIT_FROM: Final = 2 * ENOUGH
"""Organisations that each part of a service must keep: halved by size, both halves still have a null that is as sure as it says."""

TRAITS: Final = """
    select organisation_id, min(postal_region) as postal_region, min(substring(industry_code, 1, 2)) as trade from organisations
    where organisation_id is not null group by organisation_id order by organisation_id
"""


def by_region(engine: Engine, organisations: pd.Series, service: pd.Series) -> pd.Series:
    """Peer groups by service and the postal region of the organisation's seat, one of nine. Where a person lives is not read.

    Args:
        engine: With the table ``organisations``.
        organisations: Ids; one may stand in many rows.
        service: Peer group so far, one a row of ``organisations``.

    Returns:
        ``service``, with the region behind it where the service is split.
    """
    return _split(organisations, service, _trait(engine, organisations, "postal_region"), "postal region")


def by_trade(engine: Engine, organisations: pd.Series, service: pd.Series) -> pd.Series:
    """Peer groups by service and trade (SNI division, two digits); arguments as in `by_region`."""
    return _split(organisations, service, _trait(engine, organisations, "trade"), "trade")


def by_size(service: pd.Series, size: pd.Series, *, halves_from: int = 2 * (FEWEST_PEERS + 1)) -> pd.Series:
    """Peer groups by service and whether the size is up to the median of the service or above.

    Args:
        service: Peer group so far, one an organisation.
        size: What tells how large it is, one an organisation.
        halves_from: A service of fewer organisations stays whole: `SPLIT_FROM` where the rate hardly depends on the size.
    """
    sizes = size.groupby(service)
    half = np.where(size <= sizes.transform("median"), ", smaller half", ", larger half")
    return service + pd.Series(half, index=service.index).where(sizes.transform("size") >= halves_from, "")


def _trait(engine: Engine, organisations: pd.Series, trait: str) -> pd.Series:
    return organisations.map(engine.query(TRAITS).to_pandas().set_index("organisation_id")[trait])


def _split(organisations: pd.Series, service: pd.Series, trait: pd.Series, kind: str) -> pd.Series:
    parts = pd.Series("", index=service.index)
    for _, rows in pd.DataFrame({"organisation": organisations, "trait": trait}).groupby(service, sort=True):
        alone = _alone(rows.drop_duplicates("organisation")["trait"])
        if alone:
            named = f", {kind} " + rows["trait"].astype(str)
            parts[rows.index] = named.where(rows["trait"].isin(alone), f", other {kind}s")
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
