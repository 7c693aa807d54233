"""The register of bankruptcies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.bankruptcies import PROPOSERS
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, pick, row_ids

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "bankruptcies"
SWEDISH_PROPOSERS = ("Gäldenären", "Borgenär", "Rätten")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by the day on which they were declared."""
    order = np.argsort(rows["declared"], kind="stable")
    columns = {
        "Konkursnummer": row_ids(order),
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Gäldenär": parties.organisation_names(rows["organisation"][order]),
        "Konkursdatum": dates(absolute(region, rows["declared"][order])),
        "Förvaltare personnr": parties.persons(rows["administrator"][order]),
        "Förslag från": pick(SWEDISH_PROPOSERS, rows["proposer"][order]),
    }
    file = "lansstyrelsen_konkurser.csv"
    write_file(out / file, columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=[file],
        payer="lansstyrelsen",
        legal_basis="Lönegarantilag (1992:497), tillsyn över utbetald garanti",
        rows=int(order.size),
        columns={
            "bankruptcy_id": "Konkursnummer",
            "organisation_number": "Orgnr",
            "organisation_name": "Gäldenär",
            "declared_on": "Konkursdatum",
            "administrator_number": "Förvaltare personnr",
            "proposer": {"column": "Förslag från", "values": dict(zip(SWEDISH_PROPOSERS, PROPOSERS, strict=True))},
        },
    )
