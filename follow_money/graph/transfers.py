"""Payments as transfers between entities: who paid, on whose account it landed, and who was named as payee."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from follow_money.engine import Engine
from follow_money.graph.local_time import local_days
from follow_money.model import INSTANT

TRANSFERS: Final = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("paid_at", INSTANT, nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("from_id", pa.string()),
        pa.field("to_id", pa.string()),
        pa.field("named_payee_id", pa.string()),
        pa.field("from_account_id", pa.string()),
        pa.field("to_account_id", pa.string()),
        pa.field("amount_ore", pa.int64(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("programme_ref", pa.string()),
        pa.field("payee_country", pa.string()),
        pa.field("links_exact", pa.bool_(), nullable=False),
    ]
)
"""``to_id`` is the holder of the account that was credited, where the account register tells; else the payee that was named. ``day`` is the local
day (Europe/Stockholm): a payment that is told by its day alone is booked at that day's first moment there, which is the day before in UTC.
``payee_country`` is the country of the account that was credited, where the statement tells, never a trait of the payee."""


def payment_days(engine: Engine) -> pa.Table:
    """The local day of each moment at which something was paid: ``paid_at, day``. Needs ``payments`` attached."""
    moments = engine.query("select distinct paid_at from payments order by paid_at")["paid_at"]
    return pa.table({"paid_at": moments, "day": local_days(pc.cast(moments, INSTANT))})


def transfers(engine: Engine) -> pa.Table:
    """All payments as transfers, sorted by record id. Needs ``payments``, `payment_days` and ``accounts`` attached; an account counts for its holder only while
    the register says so, and where an account has several holders the named one counts.
    """
    return engine.query(_TRANSFERS)


_TRANSFERS = """
    with holders as (
        select account_id, holder_id, coalesce(valid_from, date '1900-01-01') as valid_from, coalesce(valid_to, date '2999-12-31') as valid_to
        from accounts where account_id is not null and holder_id is not null
    ),
    single as (
        select account_id, min(holder_id) as holder_id from holders group by account_id
        having count(*) = 1 and min(valid_from) = date '1900-01-01' and max(valid_to) = date '2999-12-31'
    ),
    shared as (
        -- A giro number belongs to a holder for a period; only accounts with periods or several holders need the join by date.
        select h.account_id, h.holder_id, h.valid_from, h.valid_to
        from holders h left join single s on s.account_id = h.account_id where s.account_id is null
    ),
    dated as (
        select p.record_id, p.payer_account_id as account_id, 'payer' as side, min(h.holder_id) as holder_id,
            max(case when h.holder_id = p.payer_id then 1 else 0 end) as named_holds
        from payments p
        join payment_days d on d.paid_at = p.paid_at
        join shared h on h.account_id = p.payer_account_id and d.day between h.valid_from and h.valid_to
        group by p.record_id, p.payer_account_id
        union all
        select p.record_id, p.payee_account_id as account_id, 'payee' as side, min(h.holder_id) as holder_id,
            max(case when h.holder_id = p.payee_id then 1 else 0 end) as named_holds
        from payments p
        join payment_days d on d.paid_at = p.paid_at
        join shared h on h.account_id = p.payee_account_id and d.day between h.valid_from and h.valid_to
        group by p.record_id, p.payee_account_id
    )
    select p.record_id, p.paid_at, d.day,
        coalesce(sf.holder_id, case when df.named_holds = 1 then p.payer_id else df.holder_id end, p.payer_id) as from_id,
        coalesce(st.holder_id, case when dt.named_holds = 1 then p.payee_id else dt.holder_id end, p.payee_id) as to_id,
        p.payee_id as named_payee_id, p.payer_account_id as from_account_id, p.payee_account_id as to_account_id,
        p.amount_ore, p.currency, p.kind, p.programme_ref, p.payee_country, p.links_exact
    from payments p
    join payment_days d on d.paid_at = p.paid_at
    left join single sf on sf.account_id = p.payer_account_id
    left join single st on st.account_id = p.payee_account_id
    left join dated df on df.record_id = p.record_id and df.side = 'payer'
    left join dated dt on dt.record_id = p.record_id and dt.side = 'payee'
    where not p.is_withheld
    order by p.record_id
"""
