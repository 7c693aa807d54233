"""Declarations for tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, kronor

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

REGISTER = "tax_returns"
SUMS = {
    "Omsättning": ("turnover_ore", "turnover"),
    "Utgående moms": ("output_vat_ore", "output_vat"),
    "Ingående moms": ("input_vat_ore", "input_vat"),
    "Inköp EU": ("eu_purchases_ore", "eu"),
    "Försäljning utan moms": ("untaxed_sales_ore", "untaxed"),
    "Inköp omvänd betalningsskyldighet": ("reverse_charge_purchases_ore", "reverse_charge"),
    "Moms att återfå": ("refund_ore", "refund"),
    "Löner": ("wages_ore", "wages"),
    "Sjuklönekostnad": ("sick_pay_ore", "sick_pay"),
}


def export(region: Region, parties: Parties, rows: Rows, out: Path) -> Delivery:
    """Write them in order of receipt."""
    order = np.lexsort((rows["organisation"], rows["received"]))
    month = dates(absolute(region, region.period.month_starts[rows["month"][order]]))
    columns = {
        "Orgnr": parties.organisations(rows["organisation"][order], dash=True),
        "Namn": parties.organisation_names(rows["organisation"][order]),
        "Period": pc.utf8_slice_codeunits(month, 0, 7),
        "Inkommen": dates(absolute(region, rows["received"][order])),
    } | {head: kronor(rows[column][order]) for head, (_, column) in SUMS.items()}
    write_file(out / "skattedeklarationer.csv", columns, NATIONAL)
    return Delivery(
        register=REGISTER,
        files=["skattedeklarationer.csv"],
        legal_basis="Skatteförfarandelagen (2011:1244) 26 kap.",
        rows=rows.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Namn",
            "month": "Period",
            "received_on": "Inkommen",
            **{name: head for head, (name, _) in SUMS.items()},
        },
    )
