"""What sellers in other EU countries told of their supplies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "eu_supplies"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by month."""
    order = np.lexsort((rows["organisation"], rows["month"]))
    month = dates(absolute(region, region.period.month_starts[rows["month"][order]]))
    columns = {
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Köpare": parties.organisation_names(rows["organisation"][order]),
        "Period": pc.utf8_slice_codeunits(month, 0, 7),
        "Leveranser från EU": kronor(rows["amount"][order]),
    }
    write_file(out / "leveranser_eu.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["leveranser_eu.csv"],
        legal_basis="Rådets förordning (EU) nr 904/2010",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Köpare",
            "month": "Period",
            "supplied_ore": "Leveranser från EU",
        },
    )
