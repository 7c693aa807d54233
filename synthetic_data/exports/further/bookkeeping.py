"""What payers booked payments as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import counts, dates, kronor

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "bookkeeping"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by day."""
    order = np.lexsort((rows["organisation"], rows["booked_on"]))
    columns = {
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Företag": parties.organisation_names(rows["organisation"][order]),
        "Datum": dates(absolute(region, rows["booked_on"][order])),
        "Konto": counts(rows["ledger"][order]),
        "Motpart nr": parties.numbers(rows["counterpart"][order]),
        "Motpart": parties.names_latin(rows["counterpart"][order]),
        "Belopp": kronor(rows["amount"][order]),
    }
    write_file(out / "bokforing_sie.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["bokforing_sie.csv"],
        legal_basis="Lämnat av bolagen själva; bokföringslagen (1999:1078)",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Företag",
            "booked_on": "Datum",
            "ledger_account": "Konto",
            "counterpart_number": "Motpart nr",
            "counterpart_name": "Motpart",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
        },
    )
