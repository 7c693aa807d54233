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
        pa.field("payment_id", pa.string()),
    ]
)
"""``to_id`` is the holder of the account that was credited, where the account register tells; else the payee that was named. ``day`` is the local
day (Europe/Stockholm): a payment that is told by its day alone is booked at that day's first moment there, which is the day before in UTC.
``payee_country`` is the country of the account that was credited, where the statement tells, never a trait of the payee. ``payment_id`` is the delivering
system's own; several payments can bear one."""

PAYMENT_COPIES: Final = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("copy_of", pa.string(), nullable=False),
    ]
)
"""Payments that tell one of the ``transfers`` (``copy_of``, a record id) once more, and so are none themselves."""


def payment_days(engine: Engine) -> pa.Table:
    """The local day of each moment at which something was paid: ``paid_at, day``. Needs ``payments`` attached."""
    moments = engine.query("select distinct paid_at from payments order by paid_at")["paid_at"]
    return pa.table({"paid_at": moments, "day": local_days(pc.cast(moments, INSTANT))})


def transfers(engine: Engine) -> tuple[pa.Table, pa.Table]:
    """The payments as transfers, each once, and those that tell one of them again, in the schemas ``TRANSFERS`` and ``PAYMENT_COPIES``, by record id.

    Two deliveries that overlap tell one row twice: rows of one payment id that agree in parties, instant, amount and currency are one payment, and a row that
    does not say who was named as payee agrees with one that does. The row that tells most (the decision it rests on, then its kind) stands. Rows of one id that
    differ are all transfers. Two banks that number by themselves share no id: what both tell of is there twice, and nothing shows it.

    An account counts for its holder only while the register says so, and where an account has several holders the named one counts. Needs ``payments``,
    `payment_days` and ``accounts`` attached.
    """
    engine.keep("told_transfers", _TRANSFERS)
    engine.keep("told_copies", _COPIES)
    standing = engine.query(
        "select t.* from told_transfers t anti join told_copies c on c.record_id = t.record_id order by t.record_id"
    )
    return standing, engine.query("select record_id, copy_of from told_copies order by record_id")


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
        p.amount_ore, p.currency, p.kind, p.programme_ref, p.payee_country, p.links_exact, p.payment_id
    from payments p
    join payment_days d on d.paid_at = p.paid_at
    left join single sf on sf.account_id = p.payer_account_id
    left join single st on st.account_id = p.payee_account_id
    left join dated df on df.record_id = p.record_id and df.side = 'payer'
    left join dated dt on dt.record_id = p.record_id and dt.side = 'payee'
    where not p.is_withheld
"""

_COPIES = """
    with again as (select payment_id from told_transfers where payment_id is not null group by payment_id having count(*) > 1),
    parties as (
        select t.*, coalesce(t.from_id, t.from_account_id) as payer, coalesce(t.to_id, t.to_account_id) as payee
        from told_transfers t join again a on a.payment_id = t.payment_id
    ),
    named as (
        select *, coalesce(named_payee_id, min(named_payee_id) over (
            partition by payment_id, payer, payee, paid_at, amount_ore, currency
        )) as meant
        from parties
    ),
    numbered as (
        select record_id, row_number() over same as copy, first_value(record_id) over same as copy_of
        from named
        window same as (
            partition by payment_id, payer, payee, meant, paid_at, amount_ore, currency
            order by programme_ref is null, coalesce(kind, 'other') = 'other', length(record_id), record_id
        )
    )
    select record_id, copy_of from numbered where copy > 1
"""
