"""Payments of publicly paid organisations into restaurants with a serving permit, straight or by way of one that hands them on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from follow_money.detectors.flow_places import place_of_each
from follow_money.detectors.public_money import PublicMoney
from follow_money.engine import Engine
from follow_money.graph.flows.search_rule import DAY_US


def funding_ways(
    engine: Engine,
    public: PublicMoney,
    *,
    within_days: int,
    handed_days: int,
    kept_percent: int,
    least_ore: int,
    round_ore: int,
    bill_ore: int,
) -> pd.DataFrame:
    """One row a payment into a holder of ``serving_holders``, sorted. Needs ``serving_holders`` and ``owner_side``.

    Args:
        engine: With the graph attached.
        public: Public money; what it is paid to is screened.
        within_days: From a public payment until the money leaves who got it.
        handed_days: Until somebody in between hands it on.
        kept_percent: Least part of it that is handed on.
        least_ore: Least sum of funding.
        round_ore: A payment called a purchase counts as funding when it is a multiple of this,
        bill_ore: and no smaller than this.

    Returns:
        ``organisation_id, provider_id, middle_id`` (none where it is paid straight), ``day, amount_ore, first, last`` (places among all payments),
        ``is_funding``: False for small sums and for what may be a purchase like any other.
    """
    known = {"least": least_ore, "days": handed_days, "kept": kept_percent}
    told = pd.concat(
        [engine.query(_STRAIGHT).to_pandas(), engine.query(_HANDED_ON, known).to_pandas()],
        ignore_index=True,
    )
    store = public.facts.store
    told["first"], told["last"] = (place_of_each(store, told[name].tolist()) for name in ("first_record", "record_id"))
    told = told[(told["first"] >= 0) & (told["last"] >= 0)]
    told = told[_soon_after(public, told, within_days * DAY_US)]
    is_bill = (told["kind"].fillna("supplier") == "supplier") & told["middle_id"].isna()
    may_be = (told["amount_ore"] % round_ore != 0) | (told["amount_ore"] < bill_ore)
    told = told.assign(is_funding=~(is_bill & may_be) & (told["amount_ore"] >= least_ore))
    columns = ["organisation_id", "provider_id", "middle_id", "day", "amount_ore", "first", "last", "is_funding"]
    ways: pd.DataFrame = told[columns].sort_values(["organisation_id", "first", "last"]).reset_index(drop=True)
    return ways


def _soon_after(public: PublicMoney, ways: pd.DataFrame, within_us: int) -> NDArray[np.bool_]:
    """Whether the first payment of each way was made soon after a public one to who paid it."""
    store, first = public.facts.store, ways["first"].to_numpy(dtype=np.int64)
    if not len(first) or not len(public.payments):
        return np.zeros(len(first), np.bool_)
    # Public payments by who got them, then by time; of each way the last one before it is looked up.
    whole = len(store.payer)
    came = np.sort(store.payee[public.payments].astype(np.int64) * whole + public.payments)
    provider = store.payer[first].astype(np.int64)
    before = np.searchsorted(came, provider * whole + first) - 1
    last = came[np.maximum(before, 0)]
    is_own = (before >= 0) & (last // whole == provider)
    waited = store.paid_at_us[first] - store.paid_at_us[last % whole]
    soon: NDArray[np.bool_] = is_own & (waited <= within_us)
    return soon


_STRAIGHT = """
    select t.to_id as organisation_id, t.from_id as provider_id, cast(null as varchar) as middle_id, t.day, t.amount_ore, t.kind,
        t.record_id as first_record, t.record_id
    from transfers t
    join serving_holders h on h.organisation_id = t.to_id
    join paid_organisations p on p.organisation_id = t.from_id
    where coalesce(t.kind, '') not in ('rent', 'salary', 'tax', 'public', 'cash') and t.from_id <> t.to_id
    order by t.record_id
"""

_HANDED_ON = """
    with into_holders as (
        select t.to_id as organisation_id, t.from_id as middle_id, t.day, t.paid_at, t.amount_ore, t.record_id
        from transfers t
        join serving_holders h on h.organisation_id = t.to_id
        left join paid_organisations p on p.organisation_id = t.from_id
        left join hubs u on u.hub_id = t.from_id
        where coalesce(t.kind, '') not in ('rent', 'salary', 'tax', 'public', 'cash') and t.amount_ore >= $least
            and t.from_id is not null and t.from_id <> t.to_id and p.organisation_id is null and u.hub_id is null
    ),
    handed as (
        select i.organisation_id, f.from_id as provider_id, i.middle_id, i.day, i.amount_ore, f.record_id as first_record, i.record_id,
            row_number() over (partition by i.record_id order by f.paid_at desc, f.record_id) as place
        from into_holders i
        join transfers f on f.to_id = i.middle_id and f.day between i.day - $days * interval 1 day and i.day and f.paid_at < i.paid_at
        join paid_organisations p on p.organisation_id = f.from_id
        left join owner_side o on o.organisation_id = f.from_id and o.member_id = i.middle_id
        where coalesce(f.kind, '') not in ('rent', 'salary', 'tax', 'public', 'cash') and o.member_id is null
            and i.amount_ore <= f.amount_ore and 100 * i.amount_ore >= $kept * f.amount_ore
    )
    select organisation_id, provider_id, middle_id, day, amount_ore, cast(null as varchar) as kind, first_record, record_id
    from handed where place = 1 order by record_id
"""
"""By way of one that is neither a hub nor on the owner side of who was paid: what an owner was paid out is his own."""
