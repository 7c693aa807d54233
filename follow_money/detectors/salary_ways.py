"""The ways of a salary back to the owner side of who paid it: straight, by way of those who collect from several, or onto another's account at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.detectors.flow_places import nodes_of, places_of
from follow_money.detectors.salary_staff import Staff, is_among, pair
from follow_money.engine import Engine
from follow_money.graph.flows.corridor import corridor
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_trail import part_of
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from follow_money.graph.flows.search_rule import DAY_US
from follow_money.graph.flows.time_order import Int64s

LARGEST_PERCENT = 1000
"""Per cent of a salary beyond which a payment is no part of it."""


@dataclass(frozen=True, eq=False)
class SalaryWays:
    """Salaries that left their earners for the owner side.

    Attributes:
        returns: One row a salary and payment of it: ``employer, person, receiver, home`` (nodes; home is the first member of the owner side that it reached),
            ``salary, back`` (places; the same where the salary was credited to another at once), ``onward`` (place of the payment by which it went on from a
            collector, -1 for none), ``returned_ore``: of what went to a collector, the share that went on.
        onward: By employer and collector: places of the payments by which it went on.
        salaries: One row a salary of those who gave any back: ``employer, person`` (nodes), ``salary`` (place).
        searches_cut: Salaries whose search met a cap.
    """

    returns: pd.DataFrame
    onward: Mapping[tuple[int, int], Int64s]
    salaries: pd.DataFrame
    searches_cut: int


def salary_ways(
    engine: Engine, staff: Staff, is_wage: NDArray[np.bool_], *, within_days: int, collectors_from: int
) -> SalaryWays:
    """Where salaries went within days.

    Args:
        engine: With the graph attached.
        staff: Who is employed by whom.
        is_wage: bool, one a payment: a wage with payroll behind it, which nobody hands on.
        within_days: From the salary to the payment back, and from what a collector received until it went on.
        collectors_from: Employees of one employer from whom one must collect to count as a collector.
    """
    handed = _handed_on(engine, staff, is_wage, collectors_from)
    paid_back, searches_cut = _paid_back(staff, handed, within_days, collectors_from)
    left = pd.concat([paid_back, _credited_elsewhere(staff)], ignore_index=True)
    is_home = is_among(pair(staff.store, left["employer"].to_numpy(), left["receiver"].to_numpy()), staff.side)
    direct = left[is_home].assign(home=left.loc[is_home, "receiver"], onward=-1)
    collected = left[~is_home]
    several = collected.groupby(["employer", "receiver"])["person"].transform("nunique") >= collectors_from
    told, onward = _collected(staff, handed, collected[several], within_days)
    returns = pd.concat([direct, told], ignore_index=True)
    return SalaryWays(returns, onward, _salaries_of(staff, returns), searches_cut)


def _salaries_of(staff: Staff, returns: pd.DataFrame) -> pd.DataFrame:
    """Every salary of those who gave any back."""
    store = staff.store
    pairs = np.unique(pair(store, returns["employer"].to_numpy(np.int64), returns["person"].to_numpy(np.int64)))
    mine = staff.salaries[_mask(store, pairs % store.nodes)[store.payee[staff.salaries]]]
    mine = mine[is_among(staff.pairs(mine), pairs)]
    is_straight = is_among(staff.straight_pair, pairs)
    employed = np.concatenate([staff.pairs(mine), staff.straight_pair[is_straight]])
    return pd.DataFrame(
        {
            "employer": employed // store.nodes,
            "person": employed % store.nodes,
            "salary": np.concatenate([mine, staff.straight[is_straight]]),
        }
    )


def _handed_on(engine: Engine, staff: Staff, is_wage: NDArray[np.bool_], collectors_from: int) -> Int64s:
    """Places of payments that may hand a salary on: by employees to an owner side or to collectors, and by collectors; few of all."""
    store = staff.store
    is_hub = nodes_of(store, engine.query(_HUBS)["hub_id"])
    is_employee, is_side = _mask(store, staff.outside % store.nodes), _mask(store, staff.side % store.nodes)
    may = ~is_wage
    may[staff.salaries] = False
    # Who pays an owner side, and who is paid by several employees and pays such a one.
    pays_side = _mask(store, store.payer[may & is_side[store.payee]]) & ~is_hub
    given = np.concatenate([store.payee[may & is_employee[store.payer]], store.payee[staff.straight]])
    is_crowded = np.bincount(given, minlength=store.nodes) >= collectors_from
    pays_collector = is_crowded & ~is_hub & _mask(store, store.payer[may & pays_side[store.payee]])
    is_collector = pays_side | pays_collector
    may &= (is_employee | is_collector)[store.payer] & (is_side | is_collector)[store.payee]
    at = np.flatnonzero(may)
    engine.table("handed_on", pa.table({"record_id": store.payment_ids.take(at)}))
    return np.setdiff1d(at, places_of(store, engine.query(_OTHER_AFFAIRS)["record_id"]))


def _homes(staff: Staff, handed: Int64s, collectors_from: int) -> pd.DataFrame:
    """Employer, employee and receiver where the receiver is on the employer's owner side, or is paid by enough of its employees to be a collector."""
    store = staff.store
    employed = np.stack([staff.outside // store.nodes, staff.outside % store.nodes], axis=1)
    gifts = pd.DataFrame({"person": store.payer[handed], "receiver": store.payee[handed]}).drop_duplicates()
    homes = pd.DataFrame(employed, columns=["employer", "person"]).merge(gifts.astype(np.int64), on="person")
    homes = homes[homes["employer"] != homes["receiver"]]
    every = pd.concat([homes, _credited_elsewhere(staff)[list(homes.columns)]])
    givers = every.groupby(["employer", "receiver"])["person"].nunique()
    several = givers.reindex(pd.MultiIndex.from_frame(homes[["employer", "receiver"]])).to_numpy() >= collectors_from
    return homes[
        several | is_among(pair(store, homes["employer"].to_numpy(), homes["receiver"].to_numpy()), staff.side)
    ]


def _paid_back(staff: Staff, handed: Int64s, within_days: int, collectors_from: int) -> tuple[pd.DataFrame, int]:
    """Payments of employees within days of a salary, each with the last salary before it: ``employer, person, receiver, salary, back, returned_ore``.

    With it: how many searches met a cap.
    """
    store = staff.store
    homes = _homes(staff, handed, collectors_from)
    gifts = handed[
        is_among(staff.pairs(handed), np.unique(pair(store, homes["person"].to_numpy(), homes["receiver"].to_numpy())))
    ]
    salaries = staff.salaries[_mask(store, homes["person"].to_numpy())[store.payee[staff.salaries]]]
    salaries = salaries[is_among(staff.pairs(salaries), staff.outside)]
    part, node = part_of(store, np.concatenate([salaries, gifts]))
    found = round_trip(
        part,
        np.searchsorted(part.row, salaries),
        Homes(*(np.searchsorted(node, homes[name].to_numpy()) for name in ("employer", "receiver"))),
        hops=(2,),
        # A day more: the days are local ones, and are counted afterwards.
        within_us=(within_days + 1) * DAY_US,
        share_percent=(0, LARGEST_PERCENT),
        usable=is_among(part.row, gifts),
    )
    salary, back = part.row[found.first()], part.row[found.last()]
    told = pd.DataFrame(
        {
            "employer": store.payer[salary].astype(np.int64),
            "person": store.payee[salary].astype(np.int64),
            "receiver": store.payee[back].astype(np.int64),
            "salary": salary,
            "back": back,
            "returned_ore": store.amount_ore[back],
        }
    )
    last = told.sort_values("salary").drop_duplicates(["employer", "back"], keep="last")
    return last, sum(found.cut["searches"].to_pylist())


def _credited_elsewhere(staff: Staff) -> pd.DataFrame:
    """Salaries that were credited to another's account in the first place, as `_paid_back`."""
    store, is_outside = staff.store, is_among(staff.straight_pair, staff.outside)
    salary, employed = staff.straight[is_outside], staff.straight_pair[is_outside]
    return pd.DataFrame(
        {
            "employer": employed // store.nodes,
            "person": employed % store.nodes,
            "receiver": store.payee[salary].astype(np.int64),
            "salary": salary,
            "back": salary,
            "returned_ore": store.amount_ore[salary],
        }
    )


def _collected(
    staff: Staff, handed: Int64s, collected: pd.DataFrame, within_days: int
) -> tuple[pd.DataFrame, dict[tuple[int, int], Int64s]]:
    """What collectors passed on to the owner side, straight or by one more: `_paid_back` with ``home, onward``, each receipt by the share that went on."""
    store, told, onward = staff.store, [], {}
    for _, group in collected.groupby(["employer", "receiver"], sort=True):
        employer, collector = int(group["employer"].iloc[0]), int(group["receiver"].iloc[0])
        backs = np.unique(group["back"].to_numpy(dtype=np.int64))
        ways = _onward(staff, handed, (employer, collector), backs, within_days)
        if not len(ways):
            continue
        own, home = ways[store.payer[ways] == collector], ways[_to_side(staff, employer, ways)]
        kept = group[group["back"] < own.max()]
        share = _passed_share(staff, (employer, collector), kept["back"].drop_duplicates().to_numpy(), ways)
        onward[(employer, collector)] = ways
        told.append(
            kept.assign(
                home=int(store.payee[home[0]]),
                onward=own[np.searchsorted(own, kept["back"].to_numpy())],
                returned_ore=np.floor(kept["returned_ore"] * share).astype(np.int64),
            )
        )
    nothing = collected.iloc[:0].assign(home=collected["receiver"].iloc[:0], onward=collected["back"].iloc[:0])
    return pd.concat([nothing, *told], ignore_index=True), onward


def _onward(staff: Staff, handed: Int64s, way: tuple[int, int], backs: Int64s, within_days: int) -> Int64s:
    """Payments by which what a collector received went on to the owner side within days, straight or by one more collector; ``way``: employer, collector."""
    store, (employer, collector) = staff.store, way
    theirs, to_side = handed[store.payer[handed] == collector], handed[_to_side(staff, employer, handed)]
    by_second = to_side[np.isin(store.payer[to_side], np.setdiff1d(store.payee[theirs], [employer]))]
    first = theirs[np.isin(theirs, to_side) | np.isin(store.payee[theirs], store.payer[by_second])]
    steps = np.setdiff1d(np.union1d(first, by_second), backs)
    part, _ = part_of(store, np.union1d(backs, steps))
    ends = np.flatnonzero(np.isin(part.row, np.intersect1d(steps, to_side)))
    if not len(ends):
        return np.zeros(0, np.int64)
    within = corridor(part, np.flatnonzero(np.isin(part.row, backs)), ends, within_us=(2 * within_days + 1) * DAY_US)
    return np.setdiff1d(part.row[within], backs)


def _passed_share(staff: Staff, way: tuple[int, int], backs: Int64s, ways: Int64s) -> float:
    """Of what a collector received: the share that reached the owner side, what a second collector kept left out."""
    store, (employer, collector) = staff.store, way
    to_side, own = _to_side(staff, employer, ways), store.payer[ways] == collector
    reached = float(store.amount_ore[ways[own & to_side]].sum())
    for second in np.unique(store.payee[ways[own & ~to_side]]):
        came = float(store.amount_ore[ways[own & (store.payee[ways] == second)]].sum())
        reached += min(came, float(store.amount_ore[ways[~own & to_side & (store.payer[ways] == second)]].sum()))
    return min(1.0, reached / float(store.amount_ore[backs].sum()))


def _to_side(staff: Staff, employer: int, payments: Int64s) -> NDArray[np.bool_]:
    payees = staff.store.payee[payments]
    return is_among(pair(staff.store, np.full(len(payees), employer), payees), staff.side)


def _mask(store: FlowStore, nodes: NDArray[np.integer]) -> NDArray[np.bool_]:
    told = np.zeros(store.nodes, np.bool_)
    told[nodes] = True
    return told


_HUBS = "select hub_id from hubs"

_OTHER_AFFAIRS = """
    select t.record_id from transfers t join handed_on h on h.record_id = t.record_id
    where t.kind in ('rent', 'tax', 'supplier', 'loan', 'salary')
"""
