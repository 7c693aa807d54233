"""The access log of a case system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.delivery import INSIDER, NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import ids, instants, pick, row_ids, user_accounts
from synthetic_data.officials import REASONS

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "access_log"
SWEDISH_REASONS = ("Stickprov", "Jour", "Migrering", "Utbildning")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write it by time."""
    order = np.lexsort((rows["user"], rows["at"]))
    columns = {
        "Logg": row_ids(np.arange(rows.count)),
        "Enhet": ids("E", rows["unit"][order], 10),
        "Användare": user_accounts(rows["user"][order]),
        "Tid": instants(rows["at"][order], region.period.first_day, region.period.days),
        "Personnummer": parties.persons(rows["person"][order]),
        "Ärende": ids("D", rows["case"][order]),
        "Orsak": pick(SWEDISH_REASONS, rows["reason"][order]),
    }
    write_file(out / "atkomstlogg.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["atkomstlogg.csv"],
        purposes=(INSIDER,),
        legal_basis="Dataskyddsförordningen artikel 32 och 88; MBL 11 §",
        rows=rows.count,
        columns={
            "lookup_id": "Logg",
            "system": {"constant": "handlaggning"},
            "unit": "Enhet",
            "user_account": "Användare",
            "looked_at": {"column": "Tid", "format": "%Y-%m-%d %H:%M"},
            "person_number": "Personnummer",
            "case_id": "Ärende",
            "reason": {"column": "Orsak", "values": dict(zip(SWEDISH_REASONS, REASONS, strict=True))},
        },
    )
