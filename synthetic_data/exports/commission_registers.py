"""What the health-care region pays for commissioned work, and the register of exchange offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, write_file
from synthetic_data.exports.lettering import dates, ids, kronor, pick
from synthetic_data.region import OTHER, PAYERS, PROGRAMMES, Region

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties

STATES = ("Registrerad", "Avregistrerad")
STATUS = ("granted", "revoked")


def export_commission_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write them."""
    return [_commissions(region, parties, out), _exchange_offices(region, parties, out)]


def _commissions(region: Region, parties: Parties, out: Path) -> Delivery:
    claims, period = region.claims, region.period
    rows = np.flatnonzero(claims["programme"] == OTHER)
    rows = rows[np.argsort(parties.ranks.claims[rows])]
    month = claims["month"][rows]
    columns = {
        "Ersättningsid": parties.claim_ids(rows),
        "Orgnr": parties.organisations(claims["organisation"][rows], dash=True),
        "Leverantör": parties.organisation_names(claims["organisation"][rows]),
        "Från": dates(absolute(region, period.month_starts[month])),
        "Till": dates(absolute(region, period.month_starts[month + 1] - 1)),
        "Ersättning": kronor(claims["amount"][rows]),
        "Utbetalningsdag": dates(absolute(region, claims["paid_on"][rows])),
    }
    write_file(out / "region_ersattningar.csv", columns, NATIONAL)
    return Delivery(
        register="claims",
        files=["region_ersattningar.csv"],
        payer=PAYERS[OTHER],
        legal_basis="Lag (2008:962) om valfrihetssystem; lag (2016:1145) om offentlig upphandling",
        rows=int(rows.size),
        columns={
            "claim_id": "Ersättningsid",
            "payer": {"constant": PAYERS[OTHER]},
            "programme": {"constant": PROGRAMMES[OTHER]},
            "organisation_number": "Orgnr",
            "organisation_name": "Leverantör",
            "period_from": "Från",
            "period_to": "Till",
            "amount_ore": "Ersättning",
            "currency": {"constant": "SEK"},
            "paid_on": "Utbetalningsdag",
        },
    )


def _exchange_offices(region: Region, parties: Parties, out: Path) -> Delivery:
    rows = region.exchange_permits
    columns = {
        "Diarienummer": ids("FI-", np.arange(rows.count), 10_000),
        "Organisationsnummer": parties.organisations(rows["organisation"], dash=True),
        "Firma": parties.organisation_names(rows["organisation"]),
        "Gäller från": dates(absolute(region, rows["valid_from"])),
        "Gäller till": dates(absolute(region, rows["valid_to"])),
        "Status": pick(STATES, rows["status"]),
        "Ansökan": dates(absolute(region, rows["applied"])),
    }
    write_file(out / "fi_vaxlingskontor.csv", columns, NATIONAL)
    return Delivery(
        register="permits",
        files=["fi_vaxlingskontor.csv"],
        legal_basis="Lag (1996:1006) om valutaväxling och annan finansiell verksamhet; offentlighetsprincipen",
        rows=rows.count,
        columns={
            "permit_id": "Diarienummer",
            "organisation_number": "Organisationsnummer",
            "organisation_name": "Firma",
            "kind": {"constant": "currency_exchange"},
            "valid_from": "Gäller från",
            "valid_to": "Gäller till",
            "status": {"column": "Status", "values": dict(zip(STATES, STATUS, strict=True))},
            "applied_on": "Ansökan",
        },
    )
