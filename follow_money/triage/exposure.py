"""What organisations were paid, and what of it lies in the months that findings are about."""

from __future__ import annotations

import pandas as pd

from follow_money.engine import Engine


def paid_by_month(engine: Engine) -> pd.DataFrame:
    """What each organisation was paid with public money: ``organisation_id, programme, is_claim, month, paid_month, ore`` (öre).

    ``month`` is that of the service, ``paid_month`` that of the payment. What is no claim is an invoice of a supplier ledger, without a programme.
    """
    paid: pd.DataFrame = engine.query(_PAID).to_pandas()
    return paid


def paid_in(paid: pd.DataFrame, findings: pd.DataFrame) -> int:
    """Öre paid to the organisations of these findings in, or for, the months from the first of an organisation's findings to its last.

    A finding without a programme is about every claim that its organisation was paid; one without a period about no month. Invoices of a supplier
    ledger do not count: that one of them was paid twice says nothing of the others.

    Args:
        paid: From `paid_by_month`.
        findings: ``owner, programme, period_from, period_to``.
    """
    dated = findings.dropna(subset=["period_from", "period_to"])
    seen: set[int] = set()
    for owner, group in dated.groupby("owner", sort=True):
        theirs = paid[(paid["organisation_id"] == owner) & paid["is_claim"]]
        if group["programme"].notna().all():
            theirs = theirs[theirs["programme"].isin(group["programme"])]
        first, last = pd.Timestamp(group["period_from"].min()).replace(day=1), pd.Timestamp(group["period_to"].max())
        for month in ("month", "paid_month"):
            seen |= set(theirs.index[pd.to_datetime(theirs[month]).between(first, last)])
    return int(paid.loc[sorted(seen), "ore"].sum())


_PAID = """
    with every_payment as (
        select organisation_id, programme, true as is_claim, period_from as on_day, coalesce(paid_on, period_from) as paid_on, amount_ore
        from current_claims where organisation_id is not null
        union all
        select supplier_id as organisation_id, cast(null as varchar) as programme, false as is_claim, booked_on as on_day,
            coalesce(paid_on, booked_on) as paid_on, net_ore as amount_ore
        from invoices where supplier_id is not null
    )
    select organisation_id, programme, is_claim, cast(date_trunc('month', on_day) as date) as month,
        cast(date_trunc('month', paid_on) as date) as paid_month, cast(sum(amount_ore) as bigint) as ore
    from every_payment
    group by organisation_id, programme, is_claim, month, paid_month
    order by organisation_id, programme, is_claim, month, paid_month
"""
