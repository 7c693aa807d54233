"""The truth beside the exports: schemes, their rows, look-alikes, and who is who."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import NATIONAL, write_file
from synthetic_data.exports.lettering import dates, row_ids, user_accounts
from synthetic_data.invoices import SPELLINGS, spelling_of
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from synthetic_data.exports.parties import Parties
    from synthetic_data.region import Region
    from synthetic_data.truth import Subject


def scheme_id(number: int) -> str:
    """The id of a scheme in the truth files."""
    return f"S{number + 1:03d}"


def export_truth(region: Region, parties: Parties, out: Path, unnumbered: list[tuple[str, ...]]) -> None:
    """Write the five truth files, and the subjects of schemes and look-alikes about what persons claim where there are any."""
    _schemes(region, out)
    _members(region, parties, out)
    _look_alikes(region, out)
    _lines(out / "persons.csv", ("register", "file", "line", "name", "birth_date", "person_number"), unnumbered)
    _organisations(region, out)
    _subjects(region, parties, out)


def _lines(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _schemes(region: Region, out: Path) -> None:
    rows = []
    for number, scheme in enumerate(region.truth.schemes):
        first, last = dates(absolute(region, np.array([scheme.first_day, scheme.last_day]))).to_pylist()
        difficulty = json.dumps(scheme.difficulty, sort_keys=True)
        parts = [(scheme.organisation, scheme.role), *sorted(scheme.organisations.items())]
        for party, role in parts:
            amount = scheme.amount_ore if party == scheme.organisation else 0
            rows.append(
                (
                    scheme_id(number),
                    scheme.typology,
                    role,
                    _number(region, party),
                    scheme.payer,
                    scheme.programme,
                    amount,
                    first,
                    last,
                    difficulty,
                )
            )
    head = (
        "scheme_id",
        "typology",
        "role",
        "organisation_number",
        "payer",
        "programme",
        "planted_amount_ore",
        "from",
        "to",
        "difficulty",
    )
    _lines(out / "schemes.csv", head, rows)


def _members(region: Region, parties: Parties, out: Path) -> None:
    members = region.truth.members
    keys = {
        "time_reports": parties.report_ids,
        "claims": parties.claim_ids,
        "payments": parties.payment_ids,
        "decisions": parties.decision_ids,
    } | dict.fromkeys(region.tables, row_ids)
    chunks = []
    for register, to_ids in keys.items():
        number = region.truth.registers.index(register) if register in region.truth.registers else NONE
        rows = np.flatnonzero(members["register"] == number)
        chunks.append(
            pa.table(
                {
                    "scheme_id": pa.array(
                        [scheme_id(int(s)) for s in range(len(region.truth.schemes))], type=pa.string()
                    ).take(pa.array(members["scheme"][rows])),
                    "register": pa.array([register] * rows.size, type=pa.string()),
                    "key": to_ids(members["row"][rows]).cast(pa.string()),
                    "what": pa.array(region.truth.whats, type=pa.string()).take(pa.array(members["what"][rows])),
                }
            )
        )
    table = pa.concat_tables(chunks)
    write_file(out / "members.csv", {name: table[name] for name in table.column_names}, NATIONAL)


def _look_alikes(region: Region, out: Path) -> None:
    rows = [
        (f"L{number + 1:04d}", each.kind, _number(region, each.organisation), each.text)
        for number, each in enumerate(region.truth.look_alikes)
    ]
    _lines(out / "look_alikes.csv", ("look_alike_id", "kind", "organisation_number", "text"), rows)


def _number(region: Region, party: int) -> str:
    return "" if party == NONE else region.organisations[party].number


def _subjects(region: Region, parties: Parties, out: Path) -> None:
    """Which decision or account a scheme or look-alike is about that no organisation stands for."""
    told = [(scheme_id(n), each) for n, scheme in enumerate(region.truth.schemes) for each in scheme.subjects]
    told += [(f"L{n + 1:04d}", each.subject) for n, each in enumerate(region.truth.look_alikes) if each.subject]
    if told:
        rows = [(name, "account" if each.kind == "official" else each.kind, _key(parties, each)) for name, each in told]
        _lines(out / "subjects.csv", ("id", "subject_kind", "key"), rows)


def _key(parties: Parties, subject: Subject) -> str:
    if subject.kind == "account":
        return str(parties.account[subject.number])
    if subject.kind == "official":
        return str(user_accounts(np.array([subject.number]))[0])
    return str(parties.decision_ids(np.array([subject.number]))[0])


def _organisations(region: Region, out: Path) -> None:
    """Which supplier spellings of the ledger are which organisation."""
    used = np.unique(region.invoices["supplier"] * SPELLINGS + region.invoices["spelling"])
    rows = []
    for cell in used.tolist():
        organisation = region.organisations[cell // SPELLINGS]
        key = cell // SPELLINGS % 100_000 + 20_000
        rows.append(("invoices", str(key), spelling_of(organisation.name, cell % SPELLINGS), organisation.number))
    _lines(out / "organisations.csv", ("register", "supplier_key", "name", "organisation_number"), rows)
