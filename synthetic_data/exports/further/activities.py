"""Attendance lists, one file a payer, and the grant an hour of study circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import blank, flags, hours, ids, instants, kronor, row_ids
from synthetic_data.period import FIRST_YEAR
from synthetic_data.region import PAYERS, PROGRAMMES
from synthetic_data.study_circles import HOUR_ORE, STUDY_CIRCLE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints, Rows

REGISTER = "activities"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> list[Delivery]:
    """One file a payer, and the tariff."""
    programmes = np.unique(rows["programme"]).tolist()
    return [*(_one(region, parties, rows, out, programme) for programme in programmes), _rates(out)]


def _one(region: Region, parties: Parties, table: Rows, out: Path, programme: int) -> Delivery:
    rows = np.flatnonzero(table["programme"] == programme)
    payer, name = PAYERS[programme], PROGRAMMES[programme]

    def at(column: str) -> Ints:
        return table[column][rows]

    def wall(column: str) -> pa.Array:
        return instants(region.period.existing(at(column)), region.period.first_day, region.period.days)

    columns = {
        "Sammankomst": row_ids(at("event")),
        "Orgnr": parties.organisations(at("organisation")),
        "Förening": parties.organisation_names(at("organisation")),
        "Cirkel": ids("C", at("circle"), 100_000),
        "Start": wall("start"),
        "Slut": wall("end"),
        "Räknade timmar": hours(at("counted")),
        "Lokal": ids("LOK-", at("venue"), 0),
        "Ledare": parties.persons(at("leader")),
        "Deltagare": blank(parties.persons(at("participant")).cast(pa.string()), at("numbered") == 0),
        "Deltagarens namn": parties.person_names(at("participant"), latin=False),
        "Samarrangemang": flags(at("joint")),
        "Rättar": row_ids(at("corrects")),
    }
    file = f"{payer}_narvaro_{name}.csv"
    write_file(out / file, columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=[file],
        payer=payer,
        legal_basis="Förordning (2015:218) om statsbidrag till folkbildningen; bidragsvillkor",
        rows=int(rows.size),
        columns={
            "event_id": "Sammankomst",
            "payer": {"constant": payer},
            "programme": {"constant": name},
            "organisation_number": "Orgnr",
            "organisation_name": "Förening",
            "circle_id": "Cirkel",
            "starts_at": "Start",
            "ends_at": "Slut",
            "counted_minutes": {"column": "Räknade timmar", "unit": "hours"},
            "venue_id": "Lokal",
            "leader_number": "Ledare",
            "participant_number": "Deltagare",
            "participant_name": "Deltagarens namn",
            "is_joint": "Samarrangemang",
            "corrects_event_id": "Rättar",
        },
    )


def _rates(out: Path) -> Delivery:
    years = range(len(HOUR_ORE[STUDY_CIRCLE]))
    columns = {
        "Taxa": pa.array(["Studiecirkel"] * len(years)),
        "Från": pa.array([f"{FIRST_YEAR + year}-01-01" for year in years]),
        "Till": pa.array([f"{FIRST_YEAR + year}-12-31" for year in years]),
        "Belopp": kronor(np.array(HOUR_ORE[STUDY_CIRCLE])),
    }
    write_file(out / "taxor_studiecirklar.csv", columns, NATIONAL)
    return Delivery(
        register="rates",
        files=["taxor_studiecirklar.csv"],
        legal_basis="Påhittade taxor för en syntetisk region",
        rows=len(years),
        columns={
            "kind": {"column": "Taxa", "values": {"Studiecirkel": "study_circle_hour"}},
            "valid_from": "Från",
            "valid_to": "Till",
            "amount_ore": "Belopp",
        },
    )
