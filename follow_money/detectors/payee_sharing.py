"""What the households that are paid on one account share besides it: a telephone, or another account."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.components import components
from follow_money.engine import Engine
from follow_money.entities.number_signals import SUCCEEDED
from follow_money.statistics import drawn, randomised_p, shared_ties

_TIES = """
    select distinct c.account_id, c.payee_id as party_id from shared_credits c join entity_facts f on f.entity_id = c.payee_id and f.is_numbered
    union
    select distinct account_id, holder_id as party_id from shared_credits where holder_id is not null
    order by account_id, party_id
"""
"""Of every account on which somebody else is paid than the holder: who is paid there, and the holder."""

_NEAR = """
    with ties as (
        select from_id, to_id from links where kind in ('household', 'family', 'guardian', 'shared_address')
        union
        select entity_id as from_id, other_id as to_id from identity_signals where signal = $succeeded and other_id is not null
    )
    select t.from_id, t.to_id from ties t
    join sharing_parties a on a.party_id = t.from_id
    join sharing_parties b on b.party_id = t.to_id
    order by t.from_id, t.to_id
"""

_PHONES = """
    with had as (
        select via_id, from_id as party_id from links where kind = 'shared_phone'
        union select via_id, to_id as party_id from links where kind = 'shared_phone'
    ),
    asked as (select distinct h.via_id from had h join sharing_parties p on p.party_id = h.party_id)
    select h.via_id, h.party_id from had h join asked a on a.via_id = h.via_id order by h.via_id, h.party_id
"""

_ALL_TIES = """
    select count(*) as ties from (
        select t.to_account_id, t.named_payee_id from transfers t
        join entity_facts f on f.entity_id = t.named_payee_id and f.kind = 'person' and f.is_numbered
        where t.kind in ('salary', 'public') and t.to_account_id is not null
        group by t.to_account_id, t.named_payee_id having count(*) >= $payments
    ) told
"""

TWO_PEOPLE = """
    with asked as (
        select distinct s.entity_id as person_id, s.other_id from identity_signals s
        join entity_facts o on o.entity_id = s.other_id and not o.is_numbered
        where s.signal = $one_number and s.other_id is not null
    ),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'guardian', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'guardian', 'shared_address')
    ),
    paid as (
        select record_id, named_payee_id as payee_id, to_id as holder_id, from_id as payer_id, to_account_id as account_id, day,
            date_trunc('month', day) as month, amount_ore, currency, links_exact
        from transfers where kind in ('salary', 'public') and to_account_id is not null
    ),
    others as (
        select a.person_id, a.other_id, c.account_id, c.month, c.record_id, c.day, c.amount_ore, c.currency, c.payer_id, c.holder_id
        from asked a
        join shared_credits c0 on c0.payee_id = a.other_id
        join paid c on c.record_id = c0.record_id and not c.links_exact
        left join near n on n.from_id = a.person_id and n.to_id = c.holder_id
        where c.holder_id <> a.person_id and n.from_id is null
    ),
    own as (
        select a.person_id, a.other_id, p.account_id, p.month, p.record_id
        from asked a join paid p on p.payee_id = a.person_id and p.links_exact
    ),
    met as (
        select o.person_id, o.other_id, o.account_id, o.month, min(w.record_id) as own_record_id
        from others o join own w on w.person_id = o.person_id and w.other_id = o.other_id and w.month = o.month and w.account_id <> o.account_id
        group by o.person_id, o.other_id, o.account_id, o.month
    ),
    enough as (
        select person_id, other_id, account_id, count(*) as months from met group by person_id, other_id, account_id having count(*) >= $months
    )
    select e.months, o.*, m.own_record_id, m.month is not null as is_met
    from enough e
    join others o on o.person_id = e.person_id and o.other_id = e.other_id and o.account_id = e.account_id
    left join met m on m.person_id = o.person_id and m.other_id = o.other_id and m.account_id = o.account_id and m.month = o.month
    order by o.account_id, o.person_id, o.other_id, o.record_id
"""
"""Payments to a name that bears the number of somebody of a wholly unlike name, where that number's holder is paid on another account in the same months.
Who bears it has no number of their own; the account is of neither the number's holder nor of their household, family or guardian. One row a payment to the
other; binds ``one_number`` and ``months``."""


def households(engine: Engine) -> pd.DataFrame:
    """Who is paid on which account that is not theirs, and its holder: ``account_id, party_id, household``, with ``shared_credits`` kept.

    People of one household, family or address, a guardian and wards, and an old and a new number of one name and birth date are one household.
    """
    ties = engine.query(_TIES).to_pandas()
    engine.table("sharing_parties", pa.table({"party_id": pa.array(sorted(set(ties["party_id"])), pa.string())}))
    near = engine.query(_NEAR, {"succeeded": SUCCEEDED}).to_pandas()
    told: pd.DataFrame = ties.assign(household=0)
    if len(ties):
        told["household"] = components(ties["party_id"], near["from_id"], near["to_id"])
    return told


def sharing(engine: Engine, ties: pd.DataFrame, *, payments: int, fewest: int, seed: str) -> pd.DataFrame:
    """What the households of each account share besides it.

    Args:
        engine: With what `households` kept.
        ties: As `households`.
        payments: Payments from which on somebody counts as paid on an account.
        fewest: Households that an account must have.
        seed: What is tested.

    Returns:
        One row an account: ``account_id, households, observed, expected, p_value, p_randomised, peers``, and ``sharers``, the parties of the households that
        share what stands out most. ``peers`` are the ties elsewhere.
    """
    once = ties.drop_duplicates(["account_id", "household"])[["account_id", "household"]]
    total = int(engine.query(_ALL_TIES, {"payments": payments})["ties"][0].as_py()) - len(ties) + len(once)
    total = max(total, len(once))
    things = _things(engine, ties, once, total)
    told = []
    for account, here in _sets(once, "account_id", "household").items():
        if len(here) < fewest:
            continue
        shared = [
            (thing, thing.households & here)
            for thing in sorted(
                {thing for each in here for thing in things.get(each, ())}, key=lambda thing: thing.name
            )
            if thing.name != account
        ]
        # everybody has one telephone, which nobody else need have
        alone = max(len(here) - sum(thing.is_phone for thing, _ in shared), 1)
        both = np.array([len(having) for _, having in shared] + [1] * alone, dtype=np.int64)
        second = np.array([thing.ties for thing, _ in shared] + [1] * alone, dtype=np.int64)
        everything = np.array([thing.of_ties for thing, _ in shared] + [total] * alone, dtype=np.int64)
        tested = shared_ties(both, np.full(both.size, len(here)), second, everything)
        draw = drawn([f"{account} {place}" for place in range(both.size)], seed=seed)
        randomised = randomised_p(tested.p_value, tested.point, draw)
        best = int(tested.p_value.argmin())
        sharers = shared[best][1] if best < len(shared) else frozenset()
        told.append(
            {
                "account_id": account,
                "households": len(here),
                "observed": int(both[best]),
                "expected": float(tested.expected[best]),
                "p_value": _of_all(float(tested.p_value[best]), both.size),
                "p_randomised": _of_all(float(randomised.min()), both.size),
                "peers": total - len(here),
                "sharers": sorted(ties.loc[ties["account_id"].eq(account) & ties["household"].isin(sharers), "party_id"]),
            }
        )  # fmt: skip
    columns = ["account_id", "households", "observed", "expected", "p_value", "p_randomised", "peers", "sharers"]
    return pd.DataFrame(told, columns=columns)


@dataclass(frozen=True)
class _Thing:
    """A telephone or an account: the households that have it, and of how many ties, among how many, the party has it."""

    name: str
    is_phone: bool
    households: frozenset[int]
    ties: int
    of_ties: int


def _things(engine: Engine, ties: pd.DataFrame, once: pd.DataFrame, total: int) -> dict[int, list[_Thing]]:
    """By household, what it has that another one may have too."""
    degree = once.groupby("household").size()
    of_party = ties.drop_duplicates("party_id").set_index("party_id")["household"]
    rows = engine.query(_PHONES).to_pandas()
    rows["household"] = rows["party_id"].map(of_party)
    found = []
    for name, group in rows.groupby("via_id", sort=True):
        inside = frozenset(int(each) for each in group["household"].dropna())
        others = int(group["household"].isna().sum())
        ties_of = int(degree[list(inside)].sum()) + others
        found.append(_Thing(name=f"phone {name}", is_phone=True, households=inside, ties=ties_of, of_ties=total))
    for account, there in _sets(once, "account_id", "household").items():
        elsewhere = int((degree[list(there)] - 1).sum())
        if elsewhere:
            found.append(
                _Thing(name=account, is_phone=False, households=there, ties=elsewhere, of_ties=total - len(there))
            )
    told: dict[int, list[_Thing]] = defaultdict(list)
    for thing in found:
        for household in thing.households:
            told[household].append(thing)
    return told


def _sets(rows: pd.DataFrame, key: str, value: str) -> dict[str, frozenset[int]]:
    return {str(each): frozenset(group.tolist()) for each, group in rows.groupby(key, sort=True)[value]}


def _of_all(least: float, looked_at: int) -> float:
    """The p of the least of so many."""
    return float(-np.expm1(looked_at * np.log1p(-min(least, 1 - 1e-15))))
