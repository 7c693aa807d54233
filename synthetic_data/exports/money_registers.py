"""Bank statements and the municipality's supplier ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import OLD, TABBED, Delivery, write_file
from synthetic_data.exports.lettering import blank, dates, instants, kronor, pick
from synthetic_data.invoices import ACCOUNT_TEXTS, DOCUMENTS, UNITS, spelled
from synthetic_data.period import FIRST_YEAR
from synthetic_data.region import PAYMENT_KINDS, Region
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties

KINDS = (
    "LÖN",
    "HYRA",
    "SKATT",
    "LEVERANTÖR",
    "UTBETALNING MYNDIGHET",
    "ÖVERFÖRING",
    "LÅN",
    "GÅVA",
    "KONTANT",
    "ÖVRIGT",
)
NAME_ONLY_SHARE = 0.03
"""Payments whose statement names the payee and the account, but no number."""
NUMBERLESS_SUPPLIER_SHARE = 0.04
MONTHS_A_FILE = 3


def export_money_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write them, payments in one file a quarter, invoices in one a year."""
    return [_payments(region, parties, out), _invoices(region, parties, out)]


def _payments(region: Region, parties: Parties, out: Path) -> Delivery:
    payments, period = region.payments, region.period
    order = np.empty(payments.count, dtype=np.int64)
    order[parties.ranks.payments] = np.arange(payments.count)
    quarter = period.month_of(payments["at"][order] // 1440) // MONTHS_A_FILE
    unnumbered = region.rng("payees as written").random(payments.count) < NAME_ONLY_SHARE
    countries = pa.array(
        [region.accounts.country.get(account) for account in range(region.accounts.count)], pa.string()
    )
    files = []
    for number in np.unique(quarter):
        low, high = np.searchsorted(quarter, [number, number + 1])
        rows = order[low:high]
        claim, decision = payments["claim"][rows], payments["decision"][rows]
        reference = parties.claim_ids(claim) if (claim != NONE).any() else parties.decision_ids(decision)
        columns = {
            "Transaktionsid": parties.payment_ids(rows),
            "Bokförd": instants(payments["at"][rows], period.first_day, period.days, "%Y%m%d"),
            "Från konto": parties.account.take(pa.array(payments["payer_account"][rows])),
            "Avsändare": parties.numbers(payments["payer"][rows]),
            "Till konto": parties.account.take(pa.array(payments["payee_account"][rows])),
            "Mottagare": blank(parties.numbers(payments["payee"][rows]), unnumbered[rows]),
            "Mottagarens namn": parties.names_latin(payments["payee"][rows]),
            "Belopp": kronor(payments["amount"][rows]),
            "Typ": pick(KINDS, payments["kind"][rows]),
            "Mottagarland": countries.take(pa.array(payments["payee_account"][rows])),
            "Referens": reference,
        }
        files.append(f"kontoutdrag_{FIRST_YEAR + int(number) // 4}K{int(number) % 4 + 1}.csv")
        write_file(out / files[-1], columns, OLD)
    return Delivery(
        register="payments",
        files=files,
        legal_basis="Rättegångsbalken 27 kap.; SFB 110 kap. 31 §; betaltjänstleverantörs uppgiftsskyldighet",
        dialect=OLD,
        rows=payments.count,
        columns={
            "payment_id": "Transaktionsid",
            "paid_at": {"column": "Bokförd", "format": "%Y%m%d %H:%M"},
            "payer_account": "Från konto",
            "payer_number": "Avsändare",
            "payee_account": "Till konto",
            "payee_number": "Mottagare",
            "payee_name": "Mottagarens namn",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
            "kind": {"column": "Typ", "values": dict(zip(KINDS, PAYMENT_KINDS, strict=True)), "otherwise": "other"},
            "programme_ref": "Referens",
            "payee_country": "Mottagarland",
        },
    )


def _invoices(region: Region, parties: Parties, out: Path) -> Delivery:
    invoices, period = region.invoices, region.period
    order = np.lexsort((invoices["supplier"], invoices["booked"]))
    year = period.month_of(invoices["booked"][order]) // 12
    rng = region.rng("suppliers as written")
    suppliers = np.unique(invoices["supplier"])
    numberless = set(suppliers[rng.random(suppliers.size) < NUMBERLESS_SUPPLIER_SHARE].tolist())
    files = []
    for number in np.unique(year):
        rows = order[year == number]
        supplier = invoices["supplier"][rows]
        columns = {
            "verifikationsnummer": pa.array(np.arange(rows.size) + 100_000).cast(pa.string()),
            "fakturanummer": pa.array(10_000 + rows).cast(pa.string()),
            "leverantor": spelled(region, supplier, invoices["spelling"][rows]),
            "leverantor_id": blank(
                parties.organisations(supplier), np.isin(supplier, np.array(sorted(numberless), dtype=np.int64))
            ),
            "leverantor_nr": pa.array(supplier % 100_000 + 20_000).cast(pa.string()),
            "bokforingsdatum": dates(absolute(region, invoices["booked"][rows])),
            "betaldatum": dates(absolute(region, invoices["paid"][rows])),
            "forvaltning": pick(UNITS, invoices["unit"][rows]),
            "konto_text": pick(ACCOUNT_TEXTS, invoices["text"][rows]),
            "nettobelopp": kronor(invoices["net"][rows], "."),
            "handling": pick(DOCUMENTS, invoices["document"][rows]),
        }
        files.append(f"leverantorsreskontra_{FIRST_YEAR + int(number)}.csv")
        write_file(out / files[-1], columns, TABBED)
    return Delivery(
        register="invoices",
        files=files,
        payer="kommun",
        purposes=("supplier_control",),
        legal_basis="Tryckfrihetsförordningen 2 kap.; kommunallagen",
        rows=invoices.count,
        columns={
            "voucher_id": "verifikationsnummer",
            "invoice_no": "fakturanummer",
            "payer": {"constant": "kommun"},
            "supplier_number": "leverantor_id",
            "supplier_name": "leverantor",
            "supplier_key": "leverantor_nr",
            "booked_on": "bokforingsdatum",
            "paid_on": "betaldatum",
            "net_ore": "nettobelopp",
            "currency": {"constant": "SEK"},
            "unit": "forvaltning",
            "account_text": "konto_text",
            "document": {
                "column": "handling",
                "values": {"Faktura": "invoice", "Kredit": "credit_note"},
                "otherwise": "other",
            },
        },
    )
