"""Organisations, persons, relations, roles, accounts and balances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from synthetic_data.accounts import KINDS
from synthetic_data.exports.delivery import BOM, NATIONAL, OLD, TABBED, Delivery, write_file
from synthetic_data.exports.lettering import blank, dashed, dates, flags, kronor, pick
from synthetic_data.exports.parties import Parties
from synthetic_data.names import plain, written_otherwise
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.region import ROLES, Region
from synthetic_data.rows import NONE, Ints

SWEDISH_ROLES = ("Ägare", "Verklig huvudman", "Ledamot", "Suppleant", "Ordförande", "VD", "Firmatecknare", "Kassör",
                 "Revisor", "Redovisningskonsult", "Förvaltare")  # fmt: skip
ACCOUNT_KINDS = ("EGET", "GEMENSAMT", "GOD MAN", "KLIENTMEDEL", "LÖNEBYRÅ", "KONCERN")
RELATIONS = ("GOD MAN", "HUSHÅLL", "FAMILJ")
NAME_ONLY_SHARE = 0.03
"""Entries of functionaries with name and birth date only."""


def absolute(region: Region, days: Ints) -> Ints:
    """Days of the period as days since 1970; NONE stays."""
    return np.where(days == NONE, NONE, days + region.period.first_day)


def export_basic_registers(region: Region, parties: Parties, out: Path) -> tuple[list[Delivery], list[tuple[str, ...]]]:
    """Write them. Returns the deliveries, and whom rows without a number are about."""
    roles, unnumbered = _roles(region, parties, out)
    return [*_organisations(region, parties, out), _persons(region, parties, out), _relations(region, parties, out), roles,
            _accounts(region, parties, out), _balances(region, parties, out)], unnumbered  # fmt: skip


def _organisations(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    everyone = region.organisations.all()
    civil = np.array([each.form in {"I", "TSF"} for each in everyone])
    number = np.arange(len(everyone)) + ORGANISATION_BASE
    deliveries = []
    for name, chosen, dialect, heads, basis in (
        ("bolagsverket_organisationer.csv", ~civil, NATIONAL, ("organisationsidentitet", "organisationsnamn", "organisationsform", "sni",
         "registreringsdatum", "avregistreringsdatum", "utdelningsadress", "postnummer", "postort", "telefon"), "Förordning (2014:1057) om företagsregister"),
        ("foreningsregister_kommunen.csv", civil, TABBED, ("Orgnr", "Förening", "Form", "Bransch", "Bildad", "Upplöst", "Adress", "Postnr",
         "Ort", "Telefon"), "Kommunens föreningsregister, bidragsvillkor"),
    ):  # fmt: skip
        party = number[chosen]
        some = [each for each, use in zip(everyone, chosen, strict=True) if use]
        registered = np.array([each.registered_on for each in some], dtype=np.int64)
        struck = np.array([each.deregistered_on for each in some], dtype=np.int64)
        values = [
            parties.organisations(party, dash=bool(civil[chosen].all())),
            parties.organisation_names(party),
            pa.array([each.form for each in some]),
            pa.array([each.industry for each in some]),
            dates(registered),
            dates(struck),
            pa.array([each.street for each in some]),
            pa.array([each.postcode for each in some]),
            pa.array(["Granköping"] * len(some)),
            pa.array([each.phone for each in some]),
        ]
        write_file(out / name, dict(zip(heads, values, strict=True)), dialect)
        contract = ("organisation_number", "organisation_name", "legal_form", "industry_code", "registered_on", "deregistered_on",
                    "street", "postcode", "city", "phone")  # fmt: skip
        deliveries.append(
            Delivery(register="organisations", files=[name], legal_basis=basis, columns=dict(zip(contract, heads, strict=True)), rows=len(some))
        )
    return deliveries


def _persons(region: Region, parties: Parties, out: Path) -> Delivery:
    people = region.people
    everyone = np.arange(people.count)
    homes = people.homes.addresses
    home = pa.array(people.household)
    columns = {
        "Personnummer": parties.persons(everyone, dash=True),
        "Namn": parties.person_name,
        "Födelsedatum": dates(people.birth),
        "Utdelningsadress": homes.texts().take(home),
        "Postnr": homes.postcodes().take(home),
        "Postort": pa.array(["Granköping"] * people.count),
        "Telefon": blank(people.phone_texts(), people.age < 12),
        "Avliden": dates(absolute(region, people.died)),
        "Skyddad": flags(people.is_protected.astype(np.int64)),
    }
    write_file(out / "folkbokforing.csv", columns, BOM)
    return Delivery(
        register="persons",
        files=["folkbokforing.csv"],
        legal_basis="Lag (2001:182) om behandling av personuppgifter i folkbokföringsverksamheten 2 kap. 8 §",
        rows=people.count,
        columns={
            "person_number": "Personnummer", "person_name": "Namn", "birth_date": "Födelsedatum", "street": "Utdelningsadress",
            "postcode": "Postnr", "city": "Postort", "phone": "Telefon", "died_on": "Avliden",
            "is_protected": {"column": "Skyddad", "true": ["J"]},
        },
    )  # fmt: skip


def _relations(region: Region, parties: Parties, out: Path) -> Delivery:
    rows = region.relations
    columns = {
        "Personnummer": parties.persons(rows["person"]),
        "Namn": parties.person_names(rows["person"], latin=False),
        "Annan": parties.persons(rows["other"]),
        "Annans namn": parties.person_names(rows["other"], latin=False),
        "Relation": pick(RELATIONS, rows["kind"]),
        "Från": dates(absolute(region, rows["valid_from"])),
    }
    write_file(out / "relationer.csv", columns, NATIONAL)
    return Delivery(
        register="relations",
        files=["relationer.csv"],
        legal_basis="Föräldrabalken 16 kap.; överförmyndarens register",
        rows=rows.count,
        columns={
            "person_number": "Personnummer", "person_name": "Namn", "other_number": "Annan", "other_name": "Annans namn",
            "kind": {"column": "Relation", "values": dict(zip(RELATIONS, ("guardian", "household", "family"), strict=True))},
            "valid_from": "Från",
        },
    )  # fmt: skip


def _roles(region: Region, parties: Parties, out: Path) -> tuple[Delivery, list[tuple[str, ...]]]:
    rng = region.rng("roles as written")
    roles = region.roles
    order = np.lexsort((roles["role"], roles["person"], roles["organisation"]))
    person, organisation = roles["person"][order], roles["organisation"][order]
    bare = rng.random(order.size) < NAME_ONLY_SHARE
    people = region.people
    names = parties.person_names(person, latin=True).to_pylist()
    for row in np.flatnonzero(bare):
        names[row] = plain(written_otherwise(int(people.given[person[row]]), int(people.family[person[row]]), rng))
    birth = dates(people.birth[person])
    columns = {
        "Orgnr": parties.organisations(organisation, dash=True),
        "Företag": parties.names_latin(organisation),
        "Personnr": blank(dashed(parties.persons(person)), bare),
        "Namn": pa.array(names),
        "Född": blank(birth, ~bare),
        "Funktion": pick(SWEDISH_ROLES, roles["role"][order]),
        "Tillträdde": dates(absolute(region, roles["valid_from"][order])),
        "Avgick": dates(absolute(region, roles["valid_to"][order])),
    }
    write_file(out / "funktionarer.csv", columns, OLD)
    numbers = parties.persons(person).to_pylist()
    births = birth.to_pylist()
    unnumbered = [
        ("roles", "funktionarer.csv", str(row + 2), names[row], births[row], numbers[row]) for row in np.flatnonzero(bare)
    ]
    return Delivery(
        register="roles",
        files=["funktionarer.csv"],
        legal_basis="Aktiebolagsförordningen (2005:559); lag (2017:631) om registrering av verkliga huvudmän",
        dialect=OLD,
        rows=order.size,
        columns={
            "organisation_number": "Orgnr", "organisation_name": "Företag", "person_number": "Personnr", "person_name": "Namn",
            "birth_date": "Född", "role": {"column": "Funktion", "values": dict(zip(SWEDISH_ROLES, ROLES, strict=True))},
            "valid_from": "Tillträdde", "valid_to": "Avgick",
        },
    ), unnumbered  # fmt: skip


def _accounts(region: Region, parties: Parties, out: Path) -> Delivery:
    holders = region.accounts.holders
    grown = np.ones(holders.count, dtype=np.bool_)
    person = holders["holder"] < ORGANISATION_BASE
    grown[person] = region.people.age[holders["holder"][person]] >= 16
    account, holder, kind = (holders[name][grown] for name in ("account", "holder", "kind"))
    columns = {
        "Konto": parties.account.take(pa.array(account)),
        "Innehavare": parties.numbers(holder),
        "Innehavarens namn": parties.names_latin(holder),
        "Kontotyp": pick(ACCOUNT_KINDS, kind),
        "Öppnat": dates(absolute(region, holders["valid_from"][grown])),
        "Avslutat": dates(absolute(region, holders["valid_to"][grown])),
    }
    write_file(out / "kontoregister.csv", columns, OLD)
    return Delivery(
        register="accounts",
        files=["kontoregister.csv"],
        legal_basis="Lag (2020:272) om konto- och värdefackssystem",
        dialect=OLD,
        rows=int(account.size),
        columns={
            "account": "Konto", "holder_number": "Innehavare", "holder_name": "Innehavarens namn",
            "kind": {"column": "Kontotyp", "values": dict(zip(ACCOUNT_KINDS, KINDS, strict=True))},
            "valid_from": "Öppnat", "valid_to": "Avslutat",
        },
    )  # fmt: skip


def _balances(region: Region, parties: Parties, out: Path) -> Delivery:
    """Opening balances, and those a year later that the payments between make of them."""
    rng = region.rng("balances")
    count = region.accounts.count
    payments = region.payments
    giro = np.concatenate(region.accounts.scheme) == 1
    opening = np.where(giro, rng.integers(200_000, 900_000, size=count), rng.integers(500, 90_000, size=count)) * 100
    before = payments["at"] < 366 * 1440
    amounts = payments["amount"][before].astype(np.float64)
    change = np.bincount(payments["payee_account"][before], weights=amounts, minlength=count)
    change -= np.bincount(payments["payer_account"][before], weights=amounts, minlength=count)
    used = np.flatnonzero(np.bincount(np.concatenate([payments["payee_account"], payments["payer_account"]]), minlength=count))
    account = np.concatenate([used, used])
    day = np.repeat([0, 366], used.size)
    balance = np.concatenate([opening[used], opening[used] + change[used].astype(np.int64)])
    columns = {
        "Konto": parties.account.take(pa.array(account)),
        "Datum": dates(absolute(region, day)),
        "Saldo": kronor(balance),
    }
    write_file(out / "saldon.csv", columns, NATIONAL)
    return Delivery(
        register="balances",
        files=["saldon.csv"],
        legal_basis="Rättegångsbalken 27 kap.; bankens utlämnande i utredning",
        rows=int(account.size),
        columns={"account": "Konto", "balance_on": "Datum", "balance_ore": "Saldo", "currency": {"constant": "SEK"}},
    )
