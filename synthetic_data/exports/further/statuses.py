"""Approval for F-tax of companies; associations and public bodies have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, pick
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "statuses"
FORMS = ("AB", "HB", "KB", "E", "EK")


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write the approval of every company; ``rows`` are the exceptions: never, or only until a day."""
    everyone = region.organisations.all()
    until = dict(zip(rows["organisation"].tolist(), absolute(region, rows["valid_to"]).tolist(), strict=True))
    companies = np.array(
        [
            party
            for party, each in enumerate(everyone, start=ORGANISATION_BASE)
            if each.form in FORMS and until.get(party, 0) != NONE
        ]
    )
    columns = {
        "Orgnr": parties.organisations(companies, dash=True),
        "Namn": parties.organisation_names(companies),
        "Registrering": pick(("F-skatt",), np.zeros(companies.size, dtype=np.int64)),
        "Från": dates(np.array([everyone[party - ORGANISATION_BASE].registered_on for party in companies.tolist()])),
        "Till": dates(np.array([until.get(party, NONE) for party in companies.tolist()])),
    }
    write_file(out / "f_skatt.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["f_skatt.csv"],
        legal_basis="Lag (2001:181) om behandling av uppgifter i Skatteverkets beskattningsverksamhet",
        rows=int(companies.size),
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Namn",
            "kind": {"column": "Registrering", "values": {"F-skatt": "f_tax"}},
            "valid_from": "Från",
            "valid_to": "Till",
        },
    )
