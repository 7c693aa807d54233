"""Visits as each payer's claims system holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.clinics import SETTINGS
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import flags, ids, instants, kronor, pick, row_ids
from synthetic_data.region import PAYERS, PROGRAMMES

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints, Rows

REGISTER = "visits"
SWEDISH_SETTINGS = ("Mottagning", "Jour", "Hembesök", "Distans", "Grupp")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> list[Delivery]:
    """One file a payer."""
    programmes = np.unique(rows["programme"]).tolist()
    return [_one(region, parties, rows, out, programme) for programme in programmes]


def _one(region: Region, parties: Parties, table: Rows, out: Path, programme: int) -> Delivery:
    rows = np.flatnonzero(table["programme"] == programme)
    rows = rows[np.argsort(table["entered"][rows], kind="stable")]
    payer, name = PAYERS[programme], PROGRAMMES[programme]

    def at(column: str) -> Ints:
        return table[column][rows]

    def wall(column: str) -> object:
        return instants(region.period.existing(at(column)), region.period.first_day, region.period.days)

    columns = {
        "Besöksid": row_ids(rows),
        "Orgnr": parties.organisations(at("organisation")),
        "Mottagning": parties.organisation_names(at("organisation")),
        "Patient": parties.persons(at("patient")),
        "Behandlare": parties.persons(at("practitioner")),
        "Start": wall("start"),
        "Slut": wall("end"),
        "Registrerad": wall("entered"),
        "Åtgärd": ids("", at("code"), 100),
        "Belopp": kronor(at("amount")),
        "Journal": flags(at("note")),
        "Form": pick(SWEDISH_SETTINGS, at("setting")),
        "Rättar": row_ids(at("corrects")),
    }
    file = f"{payer}_besok_{name}.csv"
    write_file(out / file, columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=[file],
        payer=payer,
        legal_basis="Efterkontroll av utbetald ersättning för vård",
        rows=int(rows.size),
        columns={
            "visit_id": "Besöksid",
            "payer": {"constant": payer},
            "programme": {"constant": name},
            "organisation_number": "Orgnr",
            "organisation_name": "Mottagning",
            "patient_number": "Patient",
            "practitioner_number": "Behandlare",
            "starts_at": "Start",
            "ends_at": "Slut",
            "entered_at": "Registrerad",
            "code": "Åtgärd",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
            "has_note": "Journal",
            "setting": {"column": "Form", "values": dict(zip(SWEDISH_SETTINGS, SETTINGS, strict=True))},
            "corrects_visit_id": "Rättar",
        },
    )
