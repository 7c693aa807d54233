"""Absences as employers declared them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "reported_absences"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in the order of the days."""
    order = np.lexsort((rows["person"], rows["day"]))
    columns = {
        "AgRegistreradId": parties.organisations(rows["organisation"][order], prefix="16"),
        "BetalningsmottagarId": parties.persons(rows["person"][order]),
        "FranvaroDatum": dates(absolute(region, rows["day"][order])),
    }
    write_file(out / "agi_franvaro.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["agi_franvaro.csv"],
        legal_basis="SFL 26 kap. 19 c §; SFB 110 kap. 31 §",
        rows=rows.count,
        columns={
            "organisation_number": "AgRegistreradId",
            "person_number": "BetalningsmottagarId",
            "absent_on": "FranvaroDatum",
        },
    )
