"""Applications for support to companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor, row_ids
from synthetic_data.region import PAYER_OF

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "support_applications"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them."""
    payer = PAYER_OF["business_support"]
    columns = {
        "Diarienummer": row_ids(np.arange(rows.count)),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Sökande": parties.organisation_names(rows["organisation"]),
        "Från": dates(absolute(region, rows["first"])),
        "Till": dates(absolute(region, rows["last"])),
        "Referens från": dates(absolute(region, rows["reference_first"])),
        "Referens till": dates(absolute(region, rows["reference_last"])),
        "Omsättning": kronor(rows["turnover"]),
        "Omsättning referens": kronor(rows["reference_turnover"]),
        "Stöd": kronor(rows["amount"]),
        "Utbetalt": dates(absolute(region, rows["paid_on"])),
    }
    write_file(out / "omstallningsstod.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["omstallningsstod.csv"],
        payer=payer,
        legal_basis="Lag (2020:548) om omställningsstöd",
        rows=rows.count,
        columns={
            "application_id": "Diarienummer",
            "payer": {"constant": payer},
            "organisation_number": "Orgnr",
            "organisation_name": "Sökande",
            "period_from": "Från",
            "period_to": "Till",
            "reference_from": "Referens från",
            "reference_to": "Referens till",
            "turnover_ore": "Omsättning",
            "reference_turnover_ore": "Omsättning referens",
            "amount_ore": "Stöd",
            "currency": {"constant": "SEK"},
            "paid_on": "Utbetalt",
        },
    )
