"""Who is paid by many small businesses, what stands behind the payee, and how concentrated the payers are: SQL and the null of a trade."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

SMALL_BUSINESSES = """
    with staff as (
        select organisation_id, month, count(distinct person_id) as persons from current_payroll
        where organisation_id is not null group by organisation_id, month
    ),
    large as (select organisation_id from staff group by organisation_id having max(persons) > $most_staff),
    disbursing as (select distinct from_id from transfers where kind = 'public' and from_id is not null)
    select f.entity_id as organisation_id from entity_facts f
    left join large l on l.organisation_id = f.entity_id
    left join disbursing d on d.from_id = f.entity_id
    where f.kind = 'organisation' and l.organisation_id is null and d.from_id is null
"""
"""Organisations that never declared more employees in a month, and pay no public money; kept as ``small_businesses``."""

BOUGHT = """
    select t.record_id, t.from_id as payer_id, t.to_id as payee_id, t.to_account_id as account_id, t.day, t.amount_ore
    from transfers t join small_businesses b on b.organisation_id = t.from_id
    where t.to_id is not null and t.to_id <> t.from_id and coalesce(t.kind, '') not in ('salary', 'rent', 'tax', 'loan', 'public', 'cash')
"""
"""What small businesses pay to others that is not called wages, rent, tax or a loan; kept as ``bought``."""

PAYEES = """
    with paid as (select payee_id from bought group by payee_id having count(distinct payer_id) >= $fewest),
    accounts_of as (
        select b.payee_id, b.account_id, row_number() over (partition by b.payee_id order by count(*) desc, b.account_id) as place
        from bought b join paid p on p.payee_id = b.payee_id where b.account_id is not null group by b.payee_id, b.account_id
    )
    select p.payee_id, coalesce(a.account_id, case when f.kind = 'organisation' then p.payee_id end) as subject_id,
        case when f.kind = 'organisation' then p.payee_id end as organisation_id
    from paid p left join accounts_of a on a.payee_id = p.payee_id and a.place = 1
    left join entity_facts f on f.entity_id = p.payee_id
    order by p.payee_id
"""
"""Those whom enough of them pay, each by the account on which most of it comes in."""

ROUND = """
    with many as (
        select payee_id from bought where amount_ore % $round_ore = 0 group by payee_id having count(distinct payer_id) >= $fewest
    )
    select b.payee_id, b.payer_id, b.record_id, b.day, b.amount_ore from bought b join many m on m.payee_id = b.payee_id
    where b.amount_ore % $round_ore = 0 order by b.record_id
"""
"""Round sums to those whom enough of them pay round sums."""

BEHIND = """
    with staffed as (
        select distinct c.payee_id from recurring_payees c join current_payroll p on p.organisation_id = c.payee_id
            and p.month between date_trunc('month', c.day_from) and c.day_to
        where coalesce(p.cash_pay_ore, 0) + coalesce(p.f_tax_pay_ore, 0) > 0
    ),
    approved as (
        select distinct c.payee_id from recurring_payees c join statuses s on s.organisation_id = c.payee_id
        where s.kind = 'f_tax' and coalesce(s.valid_from, date '1900-01-01') <= c.day_to and coalesce(s.valid_to, date '2999-12-31') >= c.day_from
    ),
    licensed as (
        select distinct c.payee_id from recurring_payees c join permits p on p.organisation_id = c.payee_id
        where coalesce(p.status, 'granted') <> 'applied' and p.valid_from <= c.day_to and coalesce(p.valid_to, date '2999-12-31') >= c.day_from
    ),
    came as (
        select c.payee_id, sum(t.amount_ore) as ore from recurring_payees c
        join transfers t on t.to_id = c.payee_id and t.day between c.day_from and c.day_to where coalesce(t.kind, '') <> 'cash' group by c.payee_id
    ),
    out_of as (
        select c.payee_id, t.to_id, t.kind, t.record_id, t.amount_ore from recurring_payees c
        join transfers t on t.from_id = c.payee_id and t.day between c.day_from and c.day_to + $days * interval 1 day
    ),
    exchanged as (
        select o.payee_id, sum(o.amount_ore) as ore from out_of o
        join (select distinct organisation_id from permits where kind = 'currency_exchange') x on x.organisation_id = o.to_id
        where coalesce(o.kind, '') <> 'cash' group by o.payee_id
    ),
    withdrawn as (select payee_id, sum(amount_ore) as ore from out_of where kind = 'cash' group by payee_id),
    handed as (
        select o.payee_id, o.to_id, sum(o.amount_ore) as ore from out_of o join entity_facts f on f.entity_id = o.to_id and f.kind = 'person'
        where coalesce(o.kind, '') not in ('cash', 'salary') group by o.payee_id, o.to_id
    ),
    by_persons as (
        select h.payee_id, h.to_id, least(min(h.ore), sum(t.amount_ore)) as ore from handed h
        join recurring_payees c on c.payee_id = h.payee_id
        join transfers t on t.from_id = h.to_id and t.kind = 'cash' and t.day between c.day_from and c.day_to + $days * interval 1 day
        group by h.payee_id, h.to_id
    ),
    by_others as (select payee_id, sum(ore) as ore from by_persons group by payee_id)
    select c.payee_id, s.payee_id is not null as has_staff, a.payee_id is not null as has_f_tax, l.payee_id is not null as has_licence,
        cast(coalesce(r.ore, 0) as bigint) as came_ore, cast(coalesce(w.ore, 0) + coalesce(x.ore, 0) + coalesce(b.ore, 0) as bigint) as cash_ore
    from recurring_payees c
    left join staffed s on s.payee_id = c.payee_id left join approved a on a.payee_id = c.payee_id left join licensed l on l.payee_id = c.payee_id
    left join came r on r.payee_id = c.payee_id left join withdrawn w on w.payee_id = c.payee_id left join exchanged x on x.payee_id = c.payee_id
    left join by_others b on b.payee_id = c.payee_id
    order by c.payee_id
"""
"""Of each of ``recurring_payees`` (``payee_id, day_from, day_to``): declared staff, F-tax, licences, what came in, and what became cash: withdrawn, taken
to an exchange office, or withdrawn by persons whom it paid."""

TRADES = """
    select organisation_id, min(substring(industry_code, 1, 2)) as trade from organisations
    where organisation_id is not null and industry_code is not null group by organisation_id order by organisation_id
"""

BOOKED = """
    select b.counterpart_id as payee_id, b.organisation_id as payer_id, b.ledger_account, b.record_id from bookkeeping b
    join recurring_payees c on c.payee_id = b.counterpart_id and b.booked_on between c.day_from and c.day_to
    where b.organisation_id is not null and not b.is_withheld order by b.record_id
"""


def trade_tests(ties: pd.DataFrame) -> pd.DataFrame:
    """How many payers of each payee are of its most frequent trade, and how likely chance makes that.

    The null deals all recurring payments out anew and keeps how many payees each business has and how many payers each payee has (the hypergeometric, which
    is what swaps of their ends give). Of the trades of a payee the largest counts, so the p is multiplied by their number.

    Args:
        ties: ``payee_id, payer_id, trade``, each pair once; no trade is a trade of its own.

    Returns:
        ``payee_id, payers, of_trade, expected, p_value``.
    """
    known = ties.assign(trade=ties["trade"].fillna(""))
    whole = known.groupby("trade").size().rename("of_all")
    counts = known.groupby(["payee_id", "trade"]).size().rename("of_trade").reset_index()
    counts = counts.join(whole, on="trade").join(known.groupby("payee_id").size().rename("payers"), on="payee_id")
    counts["trades"] = counts.groupby("payee_id")["trade"].transform("size")
    first = counts.sort_values(["payee_id", "of_trade", "trade"], ascending=[True, False, True], kind="stable")
    told = first.drop_duplicates("payee_id").reset_index(drop=True)
    ends = (told["of_trade"], len(known), told["of_all"], told["payers"])
    mid_p = stats.hypergeom.sf(*ends) + 0.5 * stats.hypergeom.pmf(*ends)
    return told.assign(
        expected=told["payers"] * told["of_all"] / max(len(known), 1),
        p_value=np.clip(mid_p * told["trades"], 0.0, 1.0),
    )[["payee_id", "payers", "of_trade", "expected", "p_value"]]
