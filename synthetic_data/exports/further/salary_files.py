"""Salary files that employers send to their bank, where they name somebody else than whose number they state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import instants, kronor, row_ids

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "salary_files"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by time."""
    order = np.lexsort((rows["named"], rows["at"]))
    own = region.accounts.of_all(rows["payer"][order])
    columns = {
        "Löneid": row_ids(np.arange(rows.count)),
        "Dag": instants(rows["at"][order], region.period.first_day, region.period.days),
        "Från konto": parties.account.take(pa.array(own)),
        "Orgnr": parties.organisations(rows["payer"][order]),
        "Till konto": parties.account.take(pa.array(rows["account"][order])),
        "Personnummer": parties.persons(rows["numbered"][order]),
        "Namn": parties.person_names(rows["named"][order], latin=False),
        "Belopp": kronor(rows["amount"][order]),
    }
    write_file(out / "lonefiler.csv", columns, NATIONAL)
    return Delivery(
        register="payments",
        files=["lonefiler.csv"],
        legal_basis="SFB 110 kap. 31 §; betaltjänstleverantörs uppgiftsskyldighet",
        rows=rows.count,
        columns={
            "payment_id": "Löneid",
            "paid_at": {"column": "Dag", "format": "%Y-%m-%d %H:%M"},
            "payer_account": "Från konto",
            "payer_number": "Orgnr",
            "payee_account": "Till konto",
            "payee_number": "Personnummer",
            "payee_name": "Namn",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
            "kind": {"constant": "salary"},
        },
    )
