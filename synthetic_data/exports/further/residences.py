"""Residences by dwelling, the dwellings, and the decisions on housing benefit for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, ids, kronor, pick, whole
from synthetic_data.housing_benefit import decided, dwellings_of
from synthetic_data.region import PAYER_OF

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "residences"
SWEDISH_KINDS, KINDS = (
    ("Bostad", "Studentbostad", "Personalbostad", "Särskilt boende"),
    ("ordinary", "student", "staff", "care"),
)
PAYER = PAYER_OF["housing_benefit"]
BASIS = "SFB 93-98 och 110 kap.; lag (2001:182) 2 kap. 8 §"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> list[Delivery]:
    """Write them."""
    columns = {
        "Personnummer": parties.persons(rows["person"]),
        "Lägenhetsnyckel": ids("L", rows["dwelling"], 1_000_000),
        "Från": dates(absolute(region, rows["first"])),
        "Till": dates(absolute(region, rows["last"])),
    }
    write_file(out / "folkbokforing_lagenhet.csv", columns, NATIONAL)
    residences = Delivery(
        register=REGISTER,
        files=["folkbokforing_lagenhet.csv"],
        legal_basis=BASIS,
        rows=rows.count,
        columns={
            "person_number": "Personnummer",
            "dwelling_id": "Lägenhetsnyckel",
            "valid_from": "Från",
            "valid_to": "Till",
        },
    )
    return [residences, _dwellings(region, out), _decisions(region, parties, out)]


def _dwellings(region: Region, out: Path) -> Delivery:
    rows = dwellings_of(region)
    columns = {
        "Lägenhetsnyckel": ids("L", rows["dwelling"], 1_000_000),
        "Rum": whole(rows["rooms"]),
        "Typ": pick(SWEDISH_KINDS, rows["kind"]),
    }
    write_file(out / "lagenhetsregister.csv", columns, NATIONAL)
    return Delivery(
        register="dwellings",
        files=["lagenhetsregister.csv"],
        legal_basis="Lag (2006:378) om lägenhetsregister",
        rows=rows.count,
        columns={
            "dwelling_id": "Lägenhetsnyckel",
            "rooms": "Rum",
            "kind": {"column": "Typ", "values": dict(zip(SWEDISH_KINDS, KINDS, strict=True))},
        },
    )


def _decisions(region: Region, parties: Parties, out: Path) -> Delivery:
    rows = decided(region)
    number = rows["decision"]
    table = {name: region.decisions[name][number] for name in ("person", "valid_from", "valid_to", "amount")}
    columns = {
        "Beslutsid": parties.decision_ids(number),
        "Personnummer": parties.persons(table["person"]),
        "Från": dates(absolute(region, table["valid_from"])),
        "Till": dates(absolute(region, table["valid_to"])),
        "Månadsbelopp": kronor(table["amount"]),
        "Personer i hushållet": pa.array(np.asarray(rows["persons"])).cast(pa.string()),
    }
    write_file(out / "fk_beslut_bostadsbidrag.csv", columns, NATIONAL)
    return Delivery(
        register="decisions",
        files=["fk_beslut_bostadsbidrag.csv"],
        payer=PAYER,
        legal_basis=BASIS,
        rows=rows.count,
        columns={
            "decision_id": "Beslutsid",
            "payer": {"constant": PAYER},
            "programme": {"constant": "housing_benefit"},
            "person_number": "Personnummer",
            "valid_from": "Från",
            "valid_to": "Till",
            "monthly_amount_ore": "Månadsbelopp",
            "household_persons": "Personer i hushållet",
        },
    )
