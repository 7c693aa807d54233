"""Postings of a supplier ledger: the rows of one invoice, summed, so that its lines are not taken for invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from follow_money.detectors.invoice_numbers import invoice_numbers

if TYPE_CHECKING:
    from follow_money.engine import Engine


def keep_postings(engine: Engine) -> None:
    """Hold two tables in the engine, made from the attached ``invoices``.

    ``ledger_rows``: one row a ledger row: ``record_id, payer, supplier_id, currency, invoice, has_number, voucher,
    booked_on, net_ore, links_exact``.
    ``postings``: the same summed by payer, supplier, currency, invoice and booking day, with ``month`` and
    ``vouchers`` (how many).

    A voucher's rows are summed first. Where the ledger numbers its rows and not its vouchers, the lines of an invoice
    are known by its number and day. Without a number of its own a voucher is one invoice. A credit note is negative
    however it is written. Rows of withheld identities and of private persons are left out: a hit is never about a
    person.
    """
    written = engine.query("select distinct invoice_no from invoices where invoice_no is not null order by invoice_no")[
        "invoice_no"
    ]
    whole = written.combine_chunks().cast(pa.string())
    engine.table("invoice_numbers", pa.table({"invoice_no": whole, "number": invoice_numbers(whole)}))
    engine.keep("ledger_rows", _LEDGER_ROWS)
    engine.keep("postings", _POSTINGS)


def money(ore: float, currency: str, *, language: str = "sv") -> str:
    """Öre, or hundredths of another currency, as whole units: ``1 234 SEK`` or ``SEK 1,234``."""
    whole = f"{round(ore / 100):,}"
    return (
        f"{whole} {currency}".replace(",", "\u00a0").replace(" ", "\u00a0")
        if language == "sv"
        else f"{currency} {whole}"
    )


_LEDGER_ROWS = """
    with told as (
        select i.record_id, i.payer, i.supplier_id, i.currency, n.number, coalesce(i.voucher_id, i.record_id)
            as voucher, i.booked_on,
            case when i.document = 'credit_note' then -abs(i.net_ore) else i.net_ore end as net_ore, i.links_exact
        from invoices i
        left join invoice_numbers n on n.invoice_no = i.invoice_no
        left join entity_facts f on f.entity_id = i.supplier_id
        where i.supplier_id is not null and not i.is_withheld and coalesce(f.kind, 'organisation') <> 'person'
    )
    select record_id, payer, supplier_id, currency, coalesce(number, 'voucher ' || voucher) as invoice,
        number is not null as has_number, voucher,
        min(booked_on) over (partition by payer, supplier_id, currency, number, voucher) as booked_on, net_ore,
            links_exact
    from told
"""

_POSTINGS = """
    select payer, supplier_id, currency, invoice, has_number, booked_on, cast(date_trunc('month', booked_on) as date)
        as month,
        cast(sum(net_ore) as bigint) as net_ore, count(distinct voucher) as vouchers, min(voucher) as voucher,
        count_if(links_exact) = count(*) as links_exact
    from ledger_rows
    group by payer, supplier_id, currency, invoice, has_number, booked_on
"""
