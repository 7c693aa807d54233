"""Events of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, pick
from synthetic_data.organisation_life import EVENTS

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "organisation_events"
SWEDISH = (
    "Styrelseändring",
    "Ägarbyte",
    "Namnbyte",
    "Ändrad verksamhet",
    "Adressändring",
    "Konkurs",
    "Likvidation",
    "Avtal hävt",
    "Tillstånd återkallat",
    "Beslut om utdelning",
)


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in order of time."""
    order = np.lexsort((rows["kind"], rows["organisation"], rows["day"]))
    columns = {
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Namn": parties.organisation_names(rows["organisation"][order]),
        "Datum": dates(absolute(region, rows["day"][order])),
        "Händelse": pick(SWEDISH, rows["kind"][order]),
    }
    write_file(out / "organisationshandelser.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["organisationshandelser.csv"],
        legal_basis="Aktiebolagsförordningen (2005:559); offentlighetsprincipen",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Namn",
            "happened_on": "Datum",
            "kind": {"column": "Händelse", "values": dict(zip(SWEDISH, EVENTS, strict=True))},
        },
    )
