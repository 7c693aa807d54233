"""Ties of organisations to what they may have in common, each with its kind, its dates and a source row."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.engine import Engine

TIE_OF_ROLE: Final = {
    "owner": "owner",
    "beneficial_owner": "owner",
    "board_member": "officer",
    "chair": "officer",
    "managing_director": "officer",
    "signatory": "officer",
    "treasurer": "officer",
    "deputy": "officer",
    "accountant": "accountant",
    "auditor": "accountant",
    "administrator": "administrator",
}
"""A role and the tie that it is. Professions stand apart: an accountant is compared with accountants."""


def keep_ties(engine: Engine) -> pd.DataFrame:
    """Every tie: ``organisation_id, connector_id, tie, valid_from, valid_to, amount_ore, register, record_id``, once a kind.

    Needs the graph attached. Wages, taxes, public money and cash (whose payee is a counter) tie nobody, and neither do public payers.
    """
    told = engine.query(_TIES).to_pandas()
    told["tie"] = told["tie"].map(lambda kind: TIE_OF_ROLE.get(kind, kind))
    told = told.sort_values(["tie", "connector_id", "organisation_id", "record_id"], kind="stable")
    days = ["valid_from", "valid_to"]
    told[days] = told[days].apply(pd.to_datetime)
    told["is_open"] = told["valid_to"].isna()
    one = told.groupby(["tie", "connector_id", "organisation_id"], sort=True, dropna=False)
    told = one.agg(
        valid_from=("valid_from", "min"),
        valid_to=("valid_to", "max"),
        is_open=("is_open", "any"),
        amount_ore=("amount_ore", "sum"),
        register=("register", "first"),
        record_id=("record_id", "first"),
    )
    # Several ties of which one has not ended have no last day.
    told["valid_to"] = told["valid_to"].mask(told.pop("is_open"))
    told[days] = told[days].apply(lambda day: day.dt.date.where(day.notna(), None))
    return pd.DataFrame(told.reset_index())


def family_firms(engine: Engine) -> dict[str, str]:
    """Organisation -> the first of those that one owner, or owners of one household or family, hold. What such share is no sign of anything.

    Owners of very many (hubs) join none.
    """
    pairs = engine.query(_HELD).to_pandas()
    if pairs.empty:
        return {}
    names, number = np.unique(pairs[["left_id", "right_id"]].to_numpy(dtype=str).ravel(), return_inverse=True)
    ends = number.reshape(-1, 2)
    matrix = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    _, label = connected_components(matrix, directed=False)
    organisations = set(pairs["right_id"][pairs["is_owner"]])
    told = pd.DataFrame({"name": names, "label": label})
    told = told[told["name"].isin(organisations)]
    return dict(zip(told["name"], told.groupby("label")["name"].transform("min"), strict=True))


_TIES = """
    with public_payers as (select distinct from_id as entity_id from transfers where kind = 'public' and from_id is not null),
    roles_told as (
        select l.to_id as organisation_id, l.from_id as connector_id, l.kind as tie, l.valid_from, l.valid_to, 0 as amount_ore, l.register, l.record_id
        from links l join entity_facts f on f.entity_id = l.to_id and f.kind = 'organisation'
        where l.kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer', 'deputy',
            'accountant', 'auditor', 'administrator')
    ),
    shared_told as (
        select l.from_id as organisation_id, l.via_id as connector_id, l.kind as tie, l.valid_from, l.valid_to, 0 as amount_ore, l.register, l.record_id
        from links l where l.kind in ('shared_address', 'shared_phone', 'shared_account') and l.via_id is not null
        union all
        select l.to_id, l.via_id, l.kind, l.valid_from, l.valid_to, 0, l.register, l.record_id
        from links l where l.kind in ('shared_address', 'shared_phone', 'shared_account') and l.via_id is not null
    ),
    shared_by_organisations as (
        select s.* from shared_told s join entity_facts f on f.entity_id = s.organisation_id and f.kind = 'organisation'
    ),
    paid as (
        select t.from_id as organisation_id, coalesce(t.to_id, t.to_account_id) as connector_id, 'payee' as tie, min(t.day) as valid_from,
            max(t.day) as valid_to, cast(sum(t.amount_ore) as bigint) as amount_ore, 'payments' as register, min(t.record_id) as record_id
        from transfers t
        join entity_facts f on f.entity_id = t.from_id and f.kind = 'organisation'
        left join public_payers p on p.entity_id = t.to_id
        left join public_payers o on o.entity_id = t.from_id
        where coalesce(t.kind, 'other') not in ('salary', 'tax', 'public', 'cash') and p.entity_id is null and o.entity_id is null
            and coalesce(t.to_id, t.to_account_id) is not null and coalesce(t.to_id, '') <> t.from_id
        group by t.from_id, coalesce(t.to_id, t.to_account_id)
    )
    select * from roles_told union all select * from shared_by_organisations union all select * from paid
    order by organisation_id, connector_id, tie, record_id
"""

_HELD = """
    with owners as (
        select l.from_id as left_id, l.to_id as right_id from links l
        left join hubs h on h.hub_id = l.from_id
        where l.kind in ('owner', 'beneficial_owner') and h.hub_id is null
    ),
    near as (
        select l.from_id as left_id, l.to_id as right_id from links l
        join (select distinct left_id from owners) a on a.left_id = l.from_id
        join (select distinct left_id from owners) b on b.left_id = l.to_id
        where l.kind in ('household', 'family')
    )
    select left_id, right_id, true as is_owner from owners union all select left_id, right_id, false as is_owner from near
    order by left_id, right_id
"""
