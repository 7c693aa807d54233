"""Vehicles and who had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "vehicles"
LETTERS = "ABCDEFGH"


def registration(number: int) -> str:
    """A registration of three letters that Swedish plates never have (Q and V) and three digits: it can be nobody's."""
    return f"Q{LETTERS[number // 1000 % 8]}V {number % 1000:03d}"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them."""
    order = np.lexsort((rows["valid_from"], rows["organisation"], rows["vehicle"]))
    vehicle = rows["vehicle"][order]
    columns = {
        "Registreringsnummer": pa.array([registration(number) for number in vehicle.tolist()], pa.string()),
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Innehavare": parties.organisation_names(rows["organisation"][order]),
        "Från": dates(absolute(region, rows["valid_from"][order])),
        "Till": dates(absolute(region, rows["valid_to"][order])),
    }
    write_file(out / "fordon.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["fordon.csv"],
        legal_basis="Lag (2019:369) om vägtrafikregister",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Innehavare",
            "vehicle_registration": "Registreringsnummer",
            "valid_from": "Från",
            "valid_to": "Till",
        },
    )
