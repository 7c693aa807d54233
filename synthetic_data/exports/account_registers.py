"""Accounts with their holders, and balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.accounts import GIRO, IBAN, KINDS
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, OLD, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor, pick
from synthetic_data.organisations import ORGANISATION_BASE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region

ACCOUNT_KINDS = ("EGET", "GEMENSAMT", "GOD MAN", "KLIENTMEDEL", "LÖNEBYRÅ", "KONCERN")
HOLDER_AGE = 16
"""Persons below it have no account of their own in the register."""
BALANCE_DAYS = (0, 366)
"""Days of the period at whose start balances are told."""


def export_account_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write them."""
    return [_accounts(region, parties, out), _balances(region, parties, out)]


def _accounts(region: Region, parties: Parties, out: Path) -> Delivery:
    holders = region.accounts.holders
    grown = np.ones(holders.count, dtype=np.bool_)
    person = holders["holder"] < ORGANISATION_BASE
    grown[person] = region.people.age[holders["holder"][person]] >= HOLDER_AGE
    account, holder, kind = (holders[name][grown] for name in ("account", "holder", "kind"))
    columns = {
        "Konto": parties.account.take(pa.array(account)),
        "Innehavare": parties.numbers(holder),
        "Innehavarens namn": parties.names_latin(holder),
        "Kontotyp": pick(ACCOUNT_KINDS, kind),
        "Öppnat": dates(absolute(region, holders["valid_from"][grown])),
        "Avslutat": dates(absolute(region, holders["valid_to"][grown])),
    }
    write_file(out / "kontoregister.csv", columns, OLD)
    return Delivery(
        register="accounts",
        files=["kontoregister.csv"],
        legal_basis="Lag (2020:272) om konto- och värdefackssystem",
        dialect=OLD,
        rows=int(account.size),
        columns={
            "account": "Konto",
            "holder_number": "Innehavare",
            "holder_name": "Innehavarens namn",
            "kind": {"column": "Kontotyp", "values": dict(zip(ACCOUNT_KINDS, KINDS, strict=True))},
            "valid_from": "Öppnat",
            "valid_to": "Avslutat",
        },
    )


def _balances(region: Region, parties: Parties, out: Path) -> Delivery:
    """Opening balances, and those a year later that the payments between make of them."""
    rng = region.rng("balances")
    count = region.accounts.count
    payments = region.payments
    scheme = np.concatenate(region.accounts.scheme)
    told = region.accounts.opening_ore
    opening = np.zeros(count, dtype=np.int64)
    opening[list(told)] = list(told.values())
    rest = np.setdiff1d(np.flatnonzero(scheme != IBAN), np.array(list(told), dtype=np.int64))
    more, some = rng.integers(200_000, 900_000, size=rest.size), rng.integers(500, 90_000, size=rest.size)
    opening[rest] = np.where(scheme[rest] == GIRO, more, some) * 100
    before = payments["at"] < BALANCE_DAYS[1] * 1440
    amounts = payments["amount"][before].astype(np.float64)
    change = np.bincount(payments["payee_account"][before], weights=amounts, minlength=count)
    change -= np.bincount(payments["payer_account"][before], weights=amounts, minlength=count)
    used = np.flatnonzero(
        (np.bincount(np.concatenate([payments["payee_account"], payments["payer_account"]]), minlength=count) > 0)
        & (scheme != IBAN)
    )
    account = np.concatenate([used, used])
    day = np.repeat(BALANCE_DAYS, used.size)
    balance = np.concatenate([opening[used], opening[used] + change[used].astype(np.int64)])
    columns = {
        "Konto": parties.account.take(pa.array(account)),
        "Datum": dates(absolute(region, day)),
        "Saldo": kronor(balance),
    }
    write_file(out / "saldon.csv", columns, NATIONAL)
    return Delivery(
        register="balances",
        files=["saldon.csv"],
        legal_basis="Rättegångsbalken 27 kap.; bankens utlämnande i utredning",
        rows=int(account.size),
        columns={"account": "Konto", "balance_on": "Datum", "balance_ore": "Saldo", "currency": {"constant": "SEK"}},
    )
