"""Claims of the programmes, and the registers, that only scenarios of the matrix fill."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

import synthetic_data.exports.further as folder
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, Delivery, Spec, write_file
from synthetic_data.exports.lettering import dates, kronor, whole
from synthetic_data.region import OTHER, PAYERS, PROGRAMMES, Region
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from synthetic_data.exports.parties import Parties


def export_further_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write those that have rows."""
    programmes = [
        number for number in range(OTHER + 1, len(PROGRAMMES)) if (region.claims["programme"] == number).any()
    ]
    deliveries = [_claims(region, parties, out, programme) for programme in programmes]
    for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{folder.__name__}.{found.name}")
        rows = region.tables.get(module.REGISTER)
        if rows is not None and rows.count:
            told = module.export(region, parties, rows, out)
            deliveries += told if isinstance(told, list) else [told]
    return deliveries


def _claims(region: Region, parties: Parties, out: Path, programme: int) -> Delivery:
    claims, period = region.claims, region.period
    rows = np.flatnonzero(claims["programme"] == programme)
    rows = rows[np.argsort(parties.ranks.claims[rows])]
    month = claims["month"][rows]
    payer, name = PAYERS[programme], PROGRAMMES[programme]
    first = np.where(claims["first"][rows] == NONE, period.month_starts[month], claims["first"][rows])
    last = np.where(claims["last"][rows] == NONE, period.month_starts[month + 1] - 1, claims["last"][rows])
    columns = {
        "Ersättningsid": parties.claim_ids(rows),
        "Beslut": parties.decision_ids(claims["decision"][rows]),
        "Orgnr": _or_empty(parties.organisations, claims["organisation"][rows]),
        "Mottagare": _or_empty(parties.organisation_names, claims["organisation"][rows]),
        "Personnummer": _or_empty(parties.persons, claims["person"][rows]),
        "Från": dates(absolute(region, first)),
        "Till": dates(absolute(region, last)),
        "Belopp": kronor(claims["amount"][rows]),
        "Utbetalningsdag": dates(absolute(region, claims["paid_on"][rows])),
    }
    counted: dict[str, Spec] = {}
    if (claims["days"][rows] != NONE).any():
        columns |= {"Dagar": whole(claims["days"][rows]), "Omfattning": whole(claims["extent"][rows])}
        counted = {"claimed_days": "Dagar", "extent_percent": "Omfattning"}
    file = f"{payer}_{name}.csv"
    write_file(out / file, columns, NATIONAL)
    return Delivery(
        register="claims",
        files=[file],
        payer=payer,
        legal_basis="Efterkontroll av utbetalt stöd enligt stödets egen författning",
        rows=int(rows.size),
        columns={
            "claim_id": "Ersättningsid",
            "decision_id": "Beslut",
            "payer": {"constant": payer},
            "programme": {"constant": name},
            "organisation_number": "Orgnr",
            "organisation_name": "Mottagare",
            "person_number": "Personnummer",
            "period_from": "Från",
            "period_to": "Till",
            "amount_ore": "Belopp",
            "currency": {"constant": "SEK"},
            "paid_on": "Utbetalningsdag",
            **counted,
        },
    )


def _or_empty(text_of: Callable[[Ints], pa.Array], party: Ints) -> pa.Array:
    """The text of each party, empty where there is none."""
    is_none = party == NONE
    known = party[~is_none]
    place = np.where(is_none, 0, np.cumsum(~is_none) - 1)
    if not known.size:
        return pa.nulls(party.size, pa.string())
    return text_of(known).cast(pa.string()).take(pa.array(place, mask=is_none))
