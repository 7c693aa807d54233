"""From the ways of salaries back to employee-months: what is explained otherwise left out, what is more than the month's pay capped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.salary_ways import SalaryWays
from follow_money.engine import Engine
from follow_money.graph.flows.flow_store import FlowStore


@dataclass(frozen=True, eq=False)
class ReturnedMonths:
    """Employee-months of which enough came back, and how many came back at all.

    Attributes:
        rows: One row a salary and payment of it: ``organisation_id, person_id, month, month_ore, day`` (of the salary), ``salary_id, currency, return_id,
            receiver_id, returned_ore`` (no more than the month's pay), ``return_day, owner_id, role_record_id, is_collected, links_exact``, and as places and
            nodes of the flows ``salary, back, employer, person, receiver``.
        reached: Employee-months of which anything reached the owner side, by employer; those without are absent.
    """

    rows: pd.DataFrame
    reached: dict[str, int]


def returned_months(
    engine: Engine, store: FlowStore, ways: SalaryWays, *, within_days: int, share_percent: int, fewest_months: int
) -> ReturnedMonths:
    """Employee-months in which a share of the pay came back, of employers with enough of them. Needs ``owner_side`` kept in the engine.

    Left out are persons to whom the owner side or the receiver had paid four fifths of it before (a loan repaid), and the same sum each month out of pay that
    varies (rent).
    """
    _tell(engine, store, ways)
    engine.keep("return_ways", _WAYS, {"days": within_days})
    rows = engine.query(_RETURNED, {"share": share_percent, "months": fewest_months}).to_pandas()
    return ReturnedMonths(rows, dict(engine.query(_REACHED).to_pandas().itertuples(index=False)))


def _tell(engine: Engine, store: FlowStore, ways: SalaryWays) -> None:
    """Make the returns and every salary of those persons readable in the engine."""
    told = ways.returns
    places = {name: told[name].to_numpy(dtype=np.int64) for name in _PLACES}
    nodes = {name: told[name].to_numpy(dtype=np.int64) for name in _NODES}
    engine.table(
        "told_returns",
        pa.table(
            {f"{name}_id": store.node_ids.take(at) for name, at in nodes.items()}
            | {f"{name}_id": store.payment_ids.take(at) for name, at in places.items()}
            | nodes
            | places
            | {
                "returned_ore": pa.array(told["returned_ore"], pa.int64()),
                "is_collected": pa.array(told["onward"] >= 0),
            }
        ),
    )
    paid = ways.salaries
    engine.table(
        "told_salaries",
        pa.table(
            {
                "employer": pa.array(paid["employer"], pa.int64()),
                "person": pa.array(paid["person"], pa.int64()),
                "salary_id": store.payment_ids.take(paid["salary"].to_numpy(dtype=np.int64)),
            }
        ),
    )


_PLACES = ("salary", "back")
_NODES = ("employer", "person", "receiver", "home")

_WAYS = """
    with salaries as (
        select s.employer, s.person, s.salary_id, t.day, date_trunc('month', t.day) as month, t.amount_ore, t.currency, t.links_exact,
            sum(t.amount_ore) over (partition by s.employer, s.person, date_trunc('month', t.day)) as month_ore
        from told_salaries s join transfers t on t.record_id = s.salary_id
    )
    select s.salary_id, r.employer_id as organisation_id, r.person_id, s.day, s.month, s.month_ore, s.amount_ore as salary_ore, s.currency,
        r.back_id as return_id, r.receiver_id, r.returned_ore, b.day as return_day, b.paid_at as return_at,
        s.links_exact and b.links_exact as links_exact, m.owner_id, m.role_record_id, r.is_collected,
        r.salary, r.back, r.employer, r.person, r.receiver
    from told_returns r
    join salaries s on s.employer = r.employer and s.person = r.person and s.salary_id = r.salary_id
    join transfers b on b.record_id = r.back_id
    join owner_side m on m.organisation_id = r.employer_id and m.member_id = r.home_id and b.day between m.valid_from and m.valid_to
    where b.day <= cast(s.day + $days * interval 1 day as date)
"""
"""What of the salaries left their earners for the owner side, one row a salary and payment of it; the month's pay is all that the employer paid in it."""

_LAWFUL = """
    people as (
        select organisation_id, person_id, min(return_at) as first_at, sum(returned_ore) as returned_ore from return_ways
        group by organisation_id, person_id
    ),
    lenders as (
        select organisation_id, person_id, receiver_id as lender_id from return_ways
        union select p.organisation_id, p.person_id, m.member_id from people p join owner_side m on m.organisation_id = p.organisation_id
    ),
    lent as (
        select l.organisation_id, l.person_id, sum(t.amount_ore) as lent_ore
        from lenders l
        join people p on p.organisation_id = l.organisation_id and p.person_id = l.person_id
        join transfers t on t.from_id = l.lender_id and t.to_id = l.person_id and t.paid_at < p.first_at
        where coalesce(t.kind, '') <> 'salary'
        group by l.organisation_id, l.person_id
    ),
    repaying as (
        select p.organisation_id, p.person_id from people p
        join lent l on l.organisation_id = p.organisation_id and l.person_id = p.person_id where 10 * l.lent_ore >= 8 * p.returned_ore
    ),
    renting as (
        select organisation_id, person_id, receiver_id from return_ways where return_id <> salary_id
        group by organisation_id, person_id, receiver_id
        having count(distinct month) >= 3 and max(returned_ore) = min(returned_ore)
            and 50 * (max(salary_ore) - min(salary_ore)) > max(salary_ore)
    )
"""

_RETURNED = f"""
    with {_LAWFUL},
    counted as (
        select w.*, sum(w.returned_ore) over (
            partition by w.organisation_id, w.person_id, w.month order by w.return_at, w.return_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_ore
        from return_ways w
        left join repaying p on p.organisation_id = w.organisation_id and p.person_id = w.person_id
        left join renting r on r.organisation_id = w.organisation_id and r.person_id = w.person_id and r.receiver_id = w.receiver_id
            and w.return_id <> w.salary_id
        where p.person_id is null and r.person_id is null
    ),
    capped as (
        -- More than the month's pay cannot be pay that returned.
        select *, cast(greatest(0, least(returned_ore, month_ore - coalesce(earlier_ore, 0))) as bigint) as counted_ore from counted
    ),
    months as (
        select organisation_id, person_id, month from capped
        group by organisation_id, person_id, month, month_ore having 100 * sum(counted_ore) >= $share * month_ore
    ),
    enough as (select organisation_id from months group by organisation_id having count(*) >= $months)
    select c.organisation_id, c.person_id, cast(c.month as date) as month, cast(c.month_ore as bigint) as month_ore, c.day, c.salary_id, c.currency,
        c.return_id, c.receiver_id, c.counted_ore as returned_ore, c.return_day, c.owner_id, c.role_record_id, c.is_collected, c.links_exact,
        c.salary, c.back, c.employer, c.person, c.receiver
    from capped c
    join months m on m.organisation_id = c.organisation_id and m.person_id = c.person_id and m.month = c.month
    join enough e on e.organisation_id = c.organisation_id
    order by c.organisation_id, c.salary_id, c.return_id
"""

_REACHED = """
    select organisation_id, count(distinct person_id || ' ' || cast(month as varchar)) as months from return_ways
    group by organisation_id order by organisation_id
"""
