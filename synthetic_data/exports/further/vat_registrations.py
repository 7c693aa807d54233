"""Who is registered for VAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import blank, dates, pick
from synthetic_data.rows import NONE
from synthetic_data.vat import FILINGS

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "vat_registrations"
SWEDISH_FILINGS = ("Månad", "Kvartal", "År")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in order of organisations; a VAT group by the number of the one that files for it."""
    order = np.argsort(rows["organisation"], kind="stable")
    organisation, group = rows["organisation"][order], rows["group"][order]
    is_alone = pa.array(group == NONE)
    files_for = np.where(group == NONE, organisation, group)
    columns = {
        "Orgnr": parties.organisations(organisation, dash=True),
        "Namn": parties.organisation_names(organisation),
        "Registrerad": dates(absolute(region, rows["valid_from"][order])),
        "Redovisningsperiod": pick(SWEDISH_FILINGS, rows["filing"][order]),
        "Momsgrupp orgnr": blank(parties.organisations(files_for, dash=True), is_alone),
        "Momsgrupp": blank(parties.organisation_names(files_for), is_alone),
    }
    write_file(out / "momsregistreringar.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["momsregistreringar.csv"],
        legal_basis="Mervärdesskattelagen (2023:200); rådets förordning (EU) nr 904/2010",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Namn",
            "valid_from": "Registrerad",
            "filing": {"column": "Redovisningsperiod", "values": dict(zip(SWEDISH_FILINGS, FILINGS, strict=True))},
            "vat_group_number": "Momsgrupp orgnr",
            "vat_group_name": "Momsgrupp",
        },
    )
