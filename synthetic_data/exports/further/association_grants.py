"""Grants to associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor, row_ids
from synthetic_data.region import PAYER_OF

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "association_grants"


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them."""
    payer = PAYER_OF["association_grant"]
    columns = {
        "Bidragsid": row_ids(np.arange(rows.count)),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Förening": parties.organisation_names(rows["organisation"]),
        "Från": dates(absolute(region, rows["first"])),
        "Till": dates(absolute(region, rows["last"])),
        "Beviljat": kronor(rows["amount"]),
        "Utbetalt": dates(absolute(region, rows["paid_on"])),
        "Medlemmar": pa.array(rows["members"]).cast(pa.string()),
        "Medlemsavgift": kronor(rows["fee"]),
    }
    write_file(out / "foreningsbidrag.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["foreningsbidrag.csv"],
        payer=payer,
        legal_basis="Kommunens bidragsvillkor; kommunallagen (2017:725)",
        rows=rows.count,
        columns={
            "grant_id": "Bidragsid",
            "payer": {"constant": payer},
            "organisation_number": "Orgnr",
            "organisation_name": "Förening",
            "period_from": "Från",
            "period_to": "Till",
            "amount_ore": "Beviljat",
            "currency": {"constant": "SEK"},
            "paid_on": "Utbetalt",
            "members_claimed": "Medlemmar",
            "fee_ore": "Medlemsavgift",
        },
    )
