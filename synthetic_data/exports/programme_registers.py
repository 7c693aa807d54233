"""Permits, contracts, decisions, claims and rates: what payers granted and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.billing import LABOUR_HOUR_ORE, RATES_ORE
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import BOM, NATIONAL, OLD, TABBED, Delivery, Spec, write_file
from synthetic_data.exports.lettering import dates, flags, hours, ids, kronor, pick
from synthetic_data.period import FIRST_YEAR
from synthetic_data.region import ASSISTANCE, HOME_CARE, PAYERS, PROGRAMMES, WAGE_SUBSIDY, Region

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties

ACTIVITIES = ("Personlig assistans", "Hemtjänst")
STATES = ("Beviljat", "Återkallat", "Inhibition")
STATUS = ("granted", "revoked", "stayed")
LEGAL_BASIS = (
    "SFB 110 kap. 31 § och 51 kap.",
    "SoL 12 kap. 10 §; OSL 26 kap.",
    "Förordning (2017:462) om särskilda insatser; lag (2002:546)",
)
DECISION_FILES = ("fk_beslut_assistans.csv", "hemtjanst_beslut.csv", "af_beslut_lonebidrag.csv")
CLAIM_FILES = ("fk_3057_rakningar.csv", "hemtjanst_fakturaunderlag.csv", "af_utbetalningar.csv")
DIALECTS = (BOM, NATIONAL, OLD)


def export_programme_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write them, decisions and claims in one file for each payer."""
    deliveries = [_permits(region, parties, out), _contracts(region, parties, out), _rates(out)]
    for programme in (ASSISTANCE, HOME_CARE, WAGE_SUBSIDY):
        deliveries += [_decisions(region, parties, out, programme), _claims(region, parties, out, programme)]
    return deliveries


def _permits(region: Region, parties: Parties, out: Path) -> Delivery:
    rows = region.permits
    columns = {
        "Tillståndsid": ids("IVO-", np.arange(rows.count), 10_000),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Innehavare": parties.organisation_names(rows["organisation"]),
        "Verksamhet": pick(ACTIVITIES, rows["programme"]),
        "Giltigt från": dates(absolute(region, rows["valid_from"])),
        "Giltigt till": dates(absolute(region, rows["valid_to"])),
        "Beslut": pick(STATES, rows["status"]),
        "Ansökan": dates(absolute(region, rows["applied"])),
    }
    write_file(out / "ivo_tillstand.csv", columns, NATIONAL)
    return Delivery(
        register="permits",
        files=["ivo_tillstand.csv"],
        legal_basis="LSS 23 §; SoL 7 kap. 1 §; offentlighetsprincipen",
        rows=rows.count,
        columns={
            "permit_id": "Tillståndsid",
            "organisation_number": "Orgnr",
            "organisation_name": "Innehavare",
            "kind": {
                "column": "Verksamhet",
                "values": dict(zip(ACTIVITIES, PROGRAMMES[:2], strict=True)),
                "otherwise": "other",
            },
            "valid_from": "Giltigt från",
            "valid_to": "Giltigt till",
            "status": {"column": "Beslut", "values": dict(zip(STATES, STATUS, strict=True))},
            "applied_on": "Ansökan",
        },
    )


def _contracts(region: Region, parties: Parties, out: Path) -> Delivery:
    rows = region.contracts
    columns = {
        "Avtal": ids("LOV-", np.arange(rows.count), 1000),
        "Orgnr": parties.organisations(rows["organisation"], dash=True),
        "Utförare": parties.organisation_names(rows["organisation"]),
        "Från": dates(absolute(region, rows["valid_from"])),
        "Till": dates(absolute(region, rows["valid_to"])),
    }
    write_file(out / "lov_avtal.csv", columns, NATIONAL)
    return Delivery(
        register="contracts",
        files=["lov_avtal.csv"],
        payer="kommun",
        legal_basis="Lag (2008:962) om valfrihetssystem",
        rows=rows.count,
        columns={
            "contract_id": "Avtal",
            "payer": {"constant": "kommun"},
            "organisation_number": "Orgnr",
            "organisation_name": "Utförare",
            "programme": {"constant": "home_care"},
            "valid_from": "Från",
            "valid_to": "Till",
        },
    )


def _rates(out: Path) -> Delivery:
    kinds = ("Assistans", "Hemtjänst", "Lägsta timlön")
    lines = [
        (kinds[p], FIRST_YEAR + year, rate) for p, rates in enumerate(RATES_ORE) for year, rate in enumerate(rates)
    ]
    lines.append((kinds[2], FIRST_YEAR, LABOUR_HOUR_ORE))
    last = {kinds[2]: ""}
    columns = {
        "Taxa": pa.array([kind for kind, _, _ in lines]),
        "Från": pa.array([f"{year}-01-01" for _, year, _ in lines]),
        "Till": pa.array([last.get(kind, f"{year}-12-31") or None for kind, year, _ in lines]),
        "Belopp": kronor(np.array([rate for _, _, rate in lines])),
    }
    write_file(out / "taxor.csv", columns, NATIONAL)
    return Delivery(
        register="rates",
        files=["taxor.csv"],
        legal_basis="Påhittade taxor för en syntetisk region",
        rows=len(lines),
        columns={
            "kind": {
                "column": "Taxa",
                "values": dict(zip(kinds, ("assistance_hour", "home_care_hour", "labour_hour"), strict=True)),
            },
            "valid_from": "Från",
            "valid_to": "Till",
            "amount_ore": "Belopp",
        },
    )


def _decisions(region: Region, parties: Parties, out: Path, programme: int) -> Delivery:
    rows = np.flatnonzero(region.decisions["programme"] == programme)
    table = {
        name: region.decisions[name][rows]
        for name in (
            "person",
            "organisation",
            "valid_from",
            "valid_to",
            "granted",
            "per",
            "settlement",
            "allows_double",
            "allows_hospital",
            "amount",
            "approved",
        )
    }
    latin = DIALECTS[programme] is OLD
    columns = {
        "Beslutsid": parties.decision_ids(rows),
        "Personnr": parties.persons(table["person"], dash=programme == ASSISTANCE),
        "Namn": parties.person_names(table["person"], latin=latin),
        "Orgnr": parties.organisations(table["organisation"], dash=True),
        "Utförare": parties.names_latin(table["organisation"]),
        "Från": dates(absolute(region, table["valid_from"])),
        "Till": dates(absolute(region, table["valid_to"])),
    }
    mapping: dict[str, Spec] = {
        "decision_id": "Beslutsid",
        "payer": {"constant": PAYERS[programme]},
        "programme": {"constant": PROGRAMMES[programme]},
        "person_number": "Personnr",
        "person_name": "Namn",
        "organisation_number": "Orgnr",
        "organisation_name": "Utförare",
        "valid_from": "Från",
        "valid_to": "Till",
    }
    if programme == WAGE_SUBSIDY:
        columns |= {"Bidrag per månad": kronor(table["amount"]), "Godkänd lön": kronor(table["approved"])}
        mapping |= {"monthly_amount_ore": "Bidrag per månad", "approved_pay_ore": "Godkänd lön"}
    else:
        columns |= {"Beviljade timmar": hours(table["granted"]), "Dubbel bemanning": flags(table["allows_double"])}
        mapping |= {
            "granted_minutes": {"column": "Beviljade timmar", "unit": "hours"},
            "granted_per": {"constant": "week" if programme == ASSISTANCE else "month"},
            "allows_double": {"column": "Dubbel bemanning", "true": ["J"]},
        }
    if programme == ASSISTANCE:
        columns |= {
            "Avräkningsperiod": pa.array(table["settlement"]).cast(pa.string()),
            "Assistans vid sjukhusvistelse": flags(table["allows_hospital"]),
        }
        mapping |= {
            "settlement_months": "Avräkningsperiod",
            "allows_hospital": {"column": "Assistans vid sjukhusvistelse", "true": ["J"]},
        }
    name = DECISION_FILES[programme]
    write_file(out / name, columns, DIALECTS[programme])
    return Delivery(
        register="decisions",
        files=[name],
        payer=PAYERS[programme],
        legal_basis=LEGAL_BASIS[programme],
        dialect=OLD if latin else None,
        columns=mapping,
        rows=int(rows.size),
    )


def _claims(region: Region, parties: Parties, out: Path, programme: int) -> Delivery:
    claims, period = region.claims, region.period
    rows = np.flatnonzero(claims["programme"] == programme)
    rows = rows[np.argsort(parties.ranks.claims[rows])]
    month = claims["month"][rows]
    dialect = TABBED if programme == HOME_CARE else DIALECTS[programme]
    columns = {
        "Räkning": parties.claim_ids(rows),
        "Beslutsid": parties.decision_ids(claims["decision"][rows]),
        "Orgnr": parties.organisations(claims["organisation"][rows], dash=True),
        "Utförare": parties.names_latin(claims["organisation"][rows]),
        "Personnr": parties.persons(claims["person"][rows]),
        "Namn": parties.person_names(claims["person"][rows], latin=True),
        "Period från": dates(absolute(region, period.month_starts[month]), "%Y%m%d"),
        "Period till": dates(absolute(region, period.month_starts[month + 1] - 1), "%Y%m%d"),
        "Belopp": kronor(claims["amount"][rows]),
        "Utbetald": dates(absolute(region, claims["paid_on"][rows]), "%Y%m%d"),
    }
    day = {"format": "%Y%m%d"}
    mapping: dict[str, Spec] = {
        "claim_id": "Räkning",
        "decision_id": "Beslutsid",
        "payer": {"constant": PAYERS[programme]},
        "programme": {"constant": PROGRAMMES[programme]},
        "organisation_number": "Orgnr",
        "organisation_name": "Utförare",
        "person_number": "Personnr",
        "person_name": "Namn",
        "period_from": {"column": "Period från", **day},
        "period_to": {"column": "Period till", **day},
        "amount_ore": "Belopp",
        "currency": {"constant": "SEK"},
        "paid_on": {"column": "Utbetald", **day},
    }
    if programme != WAGE_SUBSIDY:
        columns["Timmar"] = hours(claims["billed"][rows])
        mapping["billed_minutes"] = {"column": "Timmar", "unit": "hours"}
    if programme == HOME_CARE:
        contract = {int(party): number for number, party in enumerate(region.contracts["organisation"])}
        known = np.array([contract[int(party)] for party in claims["organisation"][rows]], dtype=np.int64)
        columns["Avtal"] = ids("LOV-", known, 1000)
        mapping["contract_id"] = "Avtal"
    name = CLAIM_FILES[programme]
    write_file(out / name, columns, dialect)
    return Delivery(
        register="claims",
        files=[name],
        payer=PAYERS[programme],
        legal_basis=LEGAL_BASIS[programme],
        dialect=OLD if dialect is OLD else None,
        columns=mapping,
        rows=int(rows.size),
    )
