"""Permits of homes for care, of serving alcohol and of guards, with notified changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import counts, dates, pick, row_ids
from synthetic_data.further_permits import KINDS, STATUS

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "further_permits"
ACTIVITIES = ("Hem för vård eller boende", "Serveringstillstånd", "Bevakningsföretag")
STATES = ("Beviljat", "Återkallat", "Inhibition", "Anmäld ändring")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them."""
    columns = {
        "Tillståndsid": row_ids(np.arange(rows.count)),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Innehavare": parties.organisation_names(rows["organisation"]),
        "Verksamhet": pick(ACTIVITIES, rows["kind"]),
        "Giltigt från": dates(absolute(region, rows["valid_from"])),
        "Giltigt till": dates(absolute(region, rows["valid_to"])),
        "Beslut": pick(STATES, rows["status"]),
        "Ansökan": dates(absolute(region, rows["applied"])),
        "Gäster": counts(rows["seats"]),
    }
    write_file(out / "ovriga_tillstand.csv", columns, NATIONAL)
    return Delivery(
        register="permits",
        files=["ovriga_tillstand.csv"],
        legal_basis="SoL 7 kap. 1 §; alkohollagen (2010:1622) 8 kap.; offentlighetsprincipen",
        rows=rows.count,
        columns={
            "permit_id": "Tillståndsid",
            "organisation_number": "Orgnr",
            "organisation_name": "Innehavare",
            "kind": {"column": "Verksamhet", "values": dict(zip(ACTIVITIES, KINDS, strict=True))},
            "valid_from": "Giltigt från",
            "valid_to": "Giltigt till",
            "status": {"column": "Beslut", "values": dict(zip(STATES, STATUS, strict=True))},
            "applied_on": "Ansökan",
            "seats": "Gäster",
        },
    )
