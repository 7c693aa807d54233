"""How holders of serving permits said that the business is paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import kronor, row_ids

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "serving_funds"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:  # noqa: ARG001  # as every export
    """Write them."""
    columns = {
        "Tillståndsid": row_ids(rows["permit"]),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Innehavare": parties.organisation_names(rows["organisation"]),
        "Långivares nummer": parties.numbers(rows["source"]),
        "Långivare": parties.names_latin(rows["source"]),
        "Belopp": kronor(rows["amount"]),
    }
    write_file(out / "serveringstillstand_finansiering.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["serveringstillstand_finansiering.csv"],
        legal_basis="Alkohollagen (2010:1622) 8 kap.",
        rows=rows.count,
        columns={
            "permit_id": "Tillståndsid",
            "organisation_number": "Orgnr",
            "organisation_name": "Innehavare",
            "source_number": "Långivares nummer",
            "source_name": "Långivare",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
        },
    )
