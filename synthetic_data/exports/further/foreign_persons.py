"""Persons as the register of a neighbouring country tells them: its numbers, its addresses, and names in letters that latin-1 has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic_data.exports.delivery import OLD, Delivery, write_file
from synthetic_data.exports.lettering import dates, ids, pick, whole
from synthetic_data.names import full_names
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "foreign_persons"
FILE = "utlandsk_folkbokforing.csv"
STREETS = ("Nørregade", "Søndergade", "Vestergade", "Østergade", "Algade", "Havnevej", "Kirkevej", "Møllevej")
TOWNS, FIRST_POSTCODE, FURTHER = ("Nørreby", "Sønderby", "Vesterby"), 1100, 600
"""Made-up towns, and how far apart their postcodes of four digits lie."""


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in their order."""
    town = rows["house"] % len(TOWNS)
    columns = {
        "Nummer": ids("DK-X", np.arange(rows.count), 1_000_000),
        "Namn": _names(parties, rows),
        "Född": dates(_births(region, rows)),
        "Adress": pc.binary_join_element_wise(pick(STREETS, rows["street"]), whole(rows["house"]), " "),
        "Postnr": whole(FIRST_POSTCODE + FURTHER * town + rows["street"]),
        "Ort": pick(TOWNS, town),
    }
    write_file(out / FILE, columns, OLD)
    return Delivery(
        register=REGISTER,
        files=[FILE],
        legal_basis="Europaparlamentets och rådets förordning (EG) nr 883/2004 artikel 76",
        dialect=OLD,
        rows=rows.count,
        columns={
            "foreign_number": "Nummer",
            "person_name": "Namn",
            "birth_date": "Född",
            "street": "Adress",
            "postcode": "Postnr",
            "city": "Ort",
        },
    )


def residents_abroad(region: Region, parties: Parties) -> list[tuple[str, ...]]:
    """Who stands in the population register too, as rows of the truth about persons without a Swedish number."""
    rows = region.tables.get(REGISTER)
    if rows is None:
        return []
    at = np.flatnonzero(rows["person"] != NONE)
    names, births = _names(parties, rows).take(pa.array(at)), dates(_births(region, rows)[at])
    numbers = parties.persons(rows["person"][at])
    told = zip(at.tolist(), names.to_pylist(), births.to_pylist(), numbers.to_pylist(), strict=True)
    return [(REGISTER, FILE, str(row + 2), name, birth, number) for row, name, birth, number in told]


def _names(parties: Parties, rows: Rows) -> pa.Array:
    """Those of the region bear the name that they have there."""
    is_stranger = rows["person"] == NONE
    theirs = parties.person_names(np.where(is_stranger, 0, rows["person"]), latin=True)
    return pc.if_else(pa.array(is_stranger), full_names(rows["given"], rows["family"], latin=True), theirs)


def _births(region: Region, rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    is_stranger = rows["person"] == NONE
    return np.where(is_stranger, rows["birth"], region.people.birth[np.where(is_stranger, 0, rows["person"])])
