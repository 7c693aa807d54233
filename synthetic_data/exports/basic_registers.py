"""Organisations, persons, relations and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.delivery import BOM, NATIONAL, OLD, TABBED, Delivery, write_file
from synthetic_data.exports.lettering import blank, dashed, dates, flags, pick
from synthetic_data.names import plain, written_otherwise
from synthetic_data.organisations import FOREIGN, ORGANISATION_BASE
from synthetic_data.region import ROLES, Region
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.exports.parties import Parties

SWEDISH_ROLES = (
    "Ägare",
    "Verklig huvudman",
    "Ledamot",
    "Suppleant",
    "Ordförande",
    "VD",
    "Firmatecknare",
    "Kassör",
    "Revisor",
    "Redovisningskonsult",
    "Förvaltare",
)
RELATIONS = ("GOD MAN", "HUSHÅLL", "FAMILJ")
NAME_ONLY_SHARE = 0.03
"""Entries of functionaries with name and birth date only."""


def absolute(region: Region, days: Ints) -> Ints:
    """Days of the period as days since 1970; NONE stays."""
    return np.where(days == NONE, NONE, days + region.period.first_day)


def export_basic_registers(region: Region, parties: Parties, out: Path) -> tuple[list[Delivery], list[tuple[str, ...]]]:
    """Write them. Returns the deliveries, and whom rows without a number are about."""
    roles, unnumbered = _roles(region, parties, out)
    return [
        *_organisations(region, parties, out),
        _persons(region, parties, out),
        _relations(region, parties, out),
        roles,
    ], unnumbered


def _organisations(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    everyone = region.organisations.all()
    civil = np.array([each.form in {"I", "TSF"} for each in everyone])
    abroad = np.array([each.form == FOREIGN for each in everyone])
    number = np.arange(len(everyone)) + ORGANISATION_BASE
    deliveries = []
    for name, chosen, dialect, heads, basis in (
        (
            "bolagsverket_organisationer.csv",
            ~civil & ~abroad,
            NATIONAL,
            (
                "organisationsidentitet",
                "organisationsnamn",
                "organisationsform",
                "sni",
                "registreringsdatum",
                "avregistreringsdatum",
                "utdelningsadress",
                "postnummer",
                "postort",
                "telefon",
            ),
            "Förordning (2014:1057) om företagsregister",
        ),
        (
            "foreningsregister_kommunen.csv",
            civil,
            TABBED,
            ("Orgnr", "Förening", "Form", "Bransch", "Bildad", "Upplöst", "Adress", "Postnr", "Ort", "Telefon"),
            "Kommunens föreningsregister, bidragsvillkor",
        ),
    ):
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
        contract = (
            "organisation_number",
            "organisation_name",
            "legal_form",
            "industry_code",
            "registered_on",
            "deregistered_on",
            "street",
            "postcode",
            "city",
            "phone",
        )
        deliveries.append(
            Delivery(
                register="organisations",
                files=[name],
                legal_basis=basis,
                columns=dict(zip(contract, heads, strict=True)),
                rows=len(some),
            )
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
            "person_number": "Personnummer",
            "person_name": "Namn",
            "birth_date": "Födelsedatum",
            "street": "Utdelningsadress",
            "postcode": "Postnr",
            "city": "Postort",
            "phone": "Telefon",
            "died_on": "Avliden",
            "is_protected": {"column": "Skyddad", "true": ["J"]},
        },
    )


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
            "person_number": "Personnummer",
            "person_name": "Namn",
            "other_number": "Annan",
            "other_name": "Annans namn",
            "kind": {
                "column": "Relation",
                "values": dict(zip(RELATIONS, ("guardian", "household", "family"), strict=True)),
            },
            "valid_from": "Från",
        },
    )


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
    unnumbered: list[tuple[str, ...]] = [
        ("roles", "funktionarer.csv", str(row + 2), names[row], births[row], numbers[row])
        for row in np.flatnonzero(bare)
    ]
    return Delivery(
        register="roles",
        files=["funktionarer.csv"],
        legal_basis="Aktiebolagsförordningen (2005:559); lag (2017:631) om registrering av verkliga huvudmän",
        dialect=OLD,
        rows=order.size,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Företag",
            "person_number": "Personnr",
            "person_name": "Namn",
            "birth_date": "Född",
            "role": {"column": "Funktion", "values": dict(zip(SWEDISH_ROLES, ROLES, strict=True))},
            "valid_from": "Tillträdde",
            "valid_to": "Avgick",
        },
    ), unnumbered
