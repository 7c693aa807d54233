"""Decisions on hours with their certificates and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.certificates import GROUNDS, KINDS
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, hours, pick, row_ids
from synthetic_data.region import PAYER_OF

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "assessments"
PROFESSIONS = ("Läkare", "Arbetsterapeut", "Psykolog", "Sjuksköterska", "Annan")
SWEDISH_GROUNDS = ("Ändrat behov", "Ändrad praxis", "Felaktiga uppgifter")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them."""
    payer = PAYER_OF["assistance"]
    columns = {
        "Ärende": row_ids(np.arange(rows.count)),
        "Personnr": parties.persons(rows["person"]),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Anordnare": parties.organisation_names(rows["organisation"]),
        "Intygsutfärdare": parties.persons(rows["certifier"]),
        "Yrke": pick(PROFESSIONS, rows["kind"]),
        "Beviljat från": dates(absolute(region, rows["granted_from"])),
        "Timmar före": hours(rows["before"]),
        "Timmar": hours(rows["granted"]),
        "Timmar efter omprövning": hours(rows["after"]),
        "Omprövad": dates(absolute(region, rows["reviewed"])),
        "Skäl": pick(SWEDISH_GROUNDS, rows["ground"]),
    }
    file = "fk_behovsbedomningar.csv"
    write_file(out / file, columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=[file],
        payer=payer,
        legal_basis="SFB 110 och 113 kap.; efterkontroll av assistansersättning",
        rows=rows.count,
        columns={
            "decision_id": "Ärende",
            "payer": {"constant": payer},
            "programme": {"constant": "assistance"},
            "person_number": "Personnr",
            "organisation_number": "Orgnr",
            "organisation_name": "Anordnare",
            "certifier_number": "Intygsutfärdare",
            "certifier_kind": {"column": "Yrke", "values": dict(zip(PROFESSIONS, KINDS, strict=True))},
            "granted_from": "Beviljat från",
            "granted_per": {"constant": "week"},
            "minutes_before": {"column": "Timmar före", "unit": "hours"},
            "granted_minutes": {"column": "Timmar", "unit": "hours"},
            "minutes_after_review": {"column": "Timmar efter omprövning", "unit": "hours"},
            "reviewed_on": "Omprövad",
            "review_ground": {"column": "Skäl", "values": dict(zip(SWEDISH_GROUNDS, GROUNDS, strict=True))},
        },
    )
