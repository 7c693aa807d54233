"""The attest log, with the officials' personal numbers from the staff register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import INSIDER, NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, ids, kronor, pick, row_ids, user_accounts
from synthetic_data.officials import ALLOCATIONS, HANDLED

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "approvals"
SWEDISH_ALLOCATIONS = ("Lottning", "Distrikt", "Ramavtal", "Ställföreträdare", "Löpande")
SWEDISH_HANDLED = ("Bisyssla godkänd", "Jäv anmält")
BASIS = "Kommunallagen (2017:725) 6 kap. 37-39 §§; MBL 11 §; dataskyddsförordningen artikel 6.1 e och 88"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by day."""
    order = np.lexsort((rows["user"], rows["day"]))
    columns = {
        "Attest": row_ids(np.arange(rows.count)),
        "Enhet": ids("E", rows["unit"][order], 10),
        "Användare": user_accounts(rows["user"][order]),
        "Handläggare": parties.persons(rows["person"][order]),
        "Handläggarens namn": parties.person_names(rows["person"][order], latin=False),
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Leverantör": parties.organisation_names(rows["organisation"][order]),
        "Datum": dates(absolute(region, rows["day"][order])),
        "Belopp": kronor(rows["amount"][order]),
        "Gräns": kronor(rows["limit"][order]),
        "Fördelning": pick(SWEDISH_ALLOCATIONS, rows["allocation"][order]),
        "Band": pick(SWEDISH_HANDLED, rows["handled"][order]),
    }
    write_file(out / "attestlogg.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["attestlogg.csv"],
        purposes=(INSIDER,),
        legal_basis=BASIS,
        rows=rows.count,
        columns={
            "approval_id": "Attest",
            "unit": "Enhet",
            "user_account": "Användare",
            "official_number": "Handläggare",
            "official_name": "Handläggarens namn",
            "organisation_number": "Orgnr",
            "organisation_name": "Leverantör",
            "approved_on": "Datum",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
            "limit_ore": "Gräns",
            "allocation": {"column": "Fördelning", "values": dict(zip(SWEDISH_ALLOCATIONS, ALLOCATIONS, strict=True))},
            "tie_handled": {"column": "Band", "values": dict(zip(SWEDISH_HANDLED, HANDLED, strict=True))},
        },
    )
