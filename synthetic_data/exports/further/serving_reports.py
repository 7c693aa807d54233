"""What restaurants with a serving permit reported of sales and purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor, row_ids

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "serving_reports"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in order of receipt."""
    order = np.lexsort((rows["permit"], rows["received"]))
    columns = {
        "Tillståndsid": row_ids(rows["permit"][order]),
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Innehavare": parties.organisation_names(rows["organisation"][order]),
        "Från": dates(absolute(region, rows["first"][order])),
        "Till": dates(absolute(region, rows["last"][order])),
        "Inkommen": dates(absolute(region, rows["received"][order])),
        "Försäljning": kronor(rows["sales"][order]),
        "Inköp": kronor(rows["purchases"][order]),
    }
    write_file(out / "restaurangrapporter.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["restaurangrapporter.csv"],
        legal_basis="Alkohollagen (2010:1622) 9 kap.",
        rows=rows.count,
        columns={
            "permit_id": "Tillståndsid",
            "organisation_number": "Orgnr",
            "organisation_name": "Innehavare",
            "period_from": "Från",
            "period_to": "Till",
            "received_on": "Inkommen",
            "sales_ore": "Försäljning",
            "purchases_ore": "Inköp",
            "currency": {"constant": "SEK"},
        },
    )
