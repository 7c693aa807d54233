"""Gifts of an employer or its employees to an organisation that pays the employer's owner side soon after."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.detectors.company_payments import CompanyFlows
from follow_money.detectors.flow_places import nodes_of, places_of
from follow_money.detectors.public_money import PublicMoney
from follow_money.engine import Engine
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.search_rule import DAY_US
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.local_time import local_days

LENT_PERCENT = 80
"""Per cent of what came back that the owner side must have paid the body before, for it to be a loan repaid."""


def donation_rounds(engine: Engine, public: PublicMoney, flows: CompanyFlows, *, within_days: int) -> pd.DataFrame:
    """Gifts, one row each, with the payment to the owner side that followed first, if any did in time.

    Gifts are payments of a publicly paid employer, or of persons whose pay it declares and who are not on its owner side, to an organisation that pays that
    owner side; rent, tax, loans, wages and what suppliers are paid are none. A body to which the owner side paid most of it before is left out: a loan repaid.

    Args:
        engine: With ``owner_side`` and ``paid_organisations`` kept.
        public: Public money.
        flows: What organisations pay.
        within_days: From a gift to the payment to the owner side.

    Returns:
        ``organisation_id`` (the employer), ``body_id, giver_id, gift`` (place), ``gift_ore, back`` (place, -1 for none), ``back_ore, member_id, owner_id,
        role_record_id, day`` (of the payment back), by employer, body and time.
    """
    store = public.facts.store
    side = engine.query(_SIDE).to_pandas()
    backs = _backs(flows, side)
    if backs.empty:
        return pd.DataFrame(columns=_COLUMNS)
    gifts = _gifts(engine, public, backs, side)
    told = pd.merge_asof(
        gifts.sort_values(["gift", "organisation_id"]),
        backs.sort_values(["back", "organisation_id"]),
        left_on="gift",
        right_on="back",
        by=["organisation_id", "body_id"],
        direction="forward",
        allow_exact_matches=False,
    )
    back = told["back"].fillna(-1).astype(np.int64).to_numpy()
    in_time = (back >= 0) & (store.paid_at_us[back] - store.paid_at_us[told["gift"]] <= within_days * DAY_US)
    told = told.assign(back=np.where(in_time, back, -1))
    return told.sort_values(["organisation_id", "body_id", "gift"]).reset_index(drop=True)[_COLUMNS]


def _backs(flows: CompanyFlows, side: pd.DataFrame) -> pd.DataFrame:
    """Payments of organisations through which money may pass to owner sides of other organisations."""
    store = flows.store
    is_member = nodes_of(store, sorted(set(side["member_id"])))
    at = np.flatnonzero(flows.passing[store.payer] & is_member[store.payee])
    told = store.told(at)
    backs = pd.DataFrame(
        {
            "body_id": _text(told["payer_id"]),
            "member_id": _text(told["payee_id"]),
            "back": store.row[at],
            "back_ore": store.amount_ore[at],
            "day": local_days(told["paid_at"]).to_pylist(),
        }
    ).merge(side, on="member_id")
    in_office = (backs["valid_from"] <= backs["day"]) & (backs["day"] <= backs["valid_to"])
    return backs[in_office & (backs["body_id"] != backs["organisation_id"])]


def _gifts(engine: Engine, public: PublicMoney, backs: pd.DataFrame, side: pd.DataFrame) -> pd.DataFrame:
    """Gifts to these bodies by the employers whose owner side they pay, and by their employees."""
    store = public.facts.store
    pairs = backs[["organisation_id", "body_id"]].drop_duplicates()
    engine.table("bodies", pa.table({"body_id": pa.array(sorted(set(pairs["body_id"])), pa.string())}))
    into = _paid_to(store, nodes_of(store, engine.query("select body_id from bodies order by body_id")["body_id"]))
    into = np.setdiff1d(into, places_of(store, engine.query(_NO_GIFTS)["record_id"]))
    told = store.told(into)
    paid = pd.DataFrame(
        {
            "giver_id": _text(told["payer_id"]),
            "body_id": _text(told["payee_id"]),
            "gift": into,
            "gift_ore": store.amount_ore[into],
        }
    ).merge(pairs, on="body_id")
    staff = engine.query(_STAFF).to_pandas()
    givers = pd.concat(
        [staff, pairs[["organisation_id"]].drop_duplicates().assign(giver_id=lambda of: of["organisation_id"])]
    )
    gifts = paid.merge(givers, on=["organisation_id", "giver_id"])
    owners = paid.merge(side.rename(columns={"member_id": "giver_id"}), on=["organisation_id", "giver_id"])
    return gifts[~_is_lent(gifts, owners, backs)]


def _is_lent(gifts: pd.DataFrame, owners: pd.DataFrame, backs: pd.DataFrame) -> NDArray[np.bool_]:
    """For each gift: whether the owner side had paid its body most of what came back, before it did."""
    pair = ["organisation_id", "body_id"]
    back = backs.drop_duplicates([*pair, "back"]).groupby(pair).agg(ore=("back_ore", "sum"), first=("back", "min"))
    before = owners.merge(back.reset_index(), on=pair)
    lent = before[before["gift"] < before["first"]].drop_duplicates([*pair, "gift"]).groupby(pair)["gift_ore"].sum()
    repaid = back["ore"] * LENT_PERCENT <= 100 * lent.reindex(back.index).fillna(0)
    answer = repaid.to_dict()
    return np.array(
        [answer[told] for told in zip(gifts["organisation_id"], gifts["body_id"], strict=True)], dtype=np.bool_
    )


def _text(ids: pa.ChunkedArray | pa.Array) -> pd.Series:
    """Ids as text also where there are none, so that tables of none can be joined."""
    return pd.Series(ids.to_pylist(), dtype="str")


def _paid_to(store: FlowStore, nodes: NDArray[np.bool_]) -> Int64s:
    lots = [store.paid_to(int(node)) for node in np.flatnonzero(nodes)]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *lots]))


_COLUMNS = [
    "organisation_id", "body_id", "giver_id", "gift", "gift_ore", "back", "back_ore", "member_id", "owner_id", "role_record_id", "day",
]  # fmt: skip

_SIDE = """
    select s.organisation_id, s.member_id, s.owner_id, s.role_record_id, s.valid_from, s.valid_to
    from owner_side s join paid_organisations p on p.organisation_id = s.organisation_id
    order by s.organisation_id, s.member_id
"""

_STAFF = """
    with declared as (
        select organisation_id, person_id as giver_id from current_payroll where person_id is not null group by organisation_id, person_id
    )
    select d.organisation_id, d.giver_id
    from declared d
    join paid_organisations p on p.organisation_id = d.organisation_id
    left join owner_side s on s.organisation_id = d.organisation_id and s.member_id = d.giver_id
    where s.member_id is null
    order by d.organisation_id, d.giver_id
"""
"""Those whose pay a publicly paid employer declares and who are not on its owner side."""

_NO_GIFTS = """
    select t.record_id from transfers t join bodies b on b.body_id = t.to_id
    where t.kind in ('rent', 'tax', 'supplier', 'loan', 'salary', 'public', 'cash')
"""
