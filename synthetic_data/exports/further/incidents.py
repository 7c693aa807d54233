"""Incidents as one insurer's claims system exports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.further.vehicles import LETTERS, registration
from synthetic_data.exports.lettering import blank, dates, ids, kronor, pick
from synthetic_data.incidents import PRIVATE, ROLES
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "incidents"
SWEDISH_ROLES = ("Förare", "Motpart", "Passagerare", "Vittne")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them by day."""
    order = np.lexsort((rows["role"], rows["claim"], rows["day"]))
    holder = rows["organisation"][order]
    nobody = pa.array(holder == NONE)
    known = np.where(holder == NONE, ORGANISATION_BASE, holder)
    payer = PAYER_OF["insurance"]
    columns = {
        "Skadenummer": ids("S", rows["claim"][order], 1_000_000),
        "Skadedatum": dates(absolute(region, rows["day"][order])),
        "Regnr": pa.array([_plate(number) for number in rows["vehicle"][order].tolist()], pa.string()),
        "Orgnr": blank(parties.organisations(known, dash=True), nobody),
        "Försäkringstagare": blank(parties.organisation_names(known), nobody),
        "Personnummer": parties.persons(rows["person"][order], dash=True),
        "Namn": parties.person_names(rows["person"][order], latin=False),
        "Roll": pick(SWEDISH_ROLES, rows["role"][order]),
        "Ersättning": kronor(rows["amount"][order]),
    }
    write_file(out / "skadeanmalningar.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["skadeanmalningar.csv"],
        payer=payer,
        legal_basis="Försäkringsavtalslagen (2005:104); dataskyddsförordningen artikel 6.1 f",
        rows=rows.count,
        columns={
            "claim_id": "Skadenummer",
            "payer": {"constant": payer},
            "organisation_number": "Orgnr",
            "organisation_name": "Försäkringstagare",
            "vehicle_registration": "Regnr",
            "occurred_on": "Skadedatum",
            "person_number": "Personnummer",
            "person_name": "Namn",
            "role": {"column": "Roll", "values": dict(zip(SWEDISH_ROLES, ROLES, strict=True))},
            "amount_ore": "Ersättning",
            "currency": {"constant": "SEK"},
        },
    )


def _plate(number: int) -> str:
    """A plate of an organisation's vehicle, or of a private one, which nobody can have either: it begins with V."""
    if number < PRIVATE:
        return registration(number)
    place = number - PRIVATE
    return f"V{LETTERS[place // 8000 % 8]}{LETTERS[place // 1000 % 8]} {place % 1000:03d}"
