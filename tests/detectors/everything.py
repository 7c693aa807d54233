"""A small, dense, random graph in which every table has rows: no story, only something for each detector to read."""

from __future__ import annotations

import calendar
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from follow_money.graph.money_graph import table_names, table_schema
from follow_money.model import EntityKind, Register
from follow_money.registers.contract import REGISTERS

ROWS = 120
_ORGANISATIONS = [f"O-{letter}" for letter in "ABCDEFGHIJKL"]
_PERSONS = [f"P-{letter}" for letter in "abcdefghijklmnop"]
_STRANGERS = [f"P-{letter}" for letter in "qrstu"]
"""They live with nobody."""
_ACCOUNTS = [f"K-{number}" for number in range(20)]
_START = datetime(2024, 1, 8, 7, tzinfo=UTC)
_IDLE = _ORGANISATIONS[-1]
_LATE = _ORGANISATIONS[8:11]
_SMALL = _ORGANISATIONS[4:]
_CLAIMED = ["assistance", "home_care", "wage_subsidy", "school_voucher", "wage_guarantee"]
_PROGRAMMES = {
    "visits": ["dental", "primary_care"],
    "activities": ["study_circle"],
    "claims": _CLAIMED,
    "current_claims": _CLAIMED,
}
"""Programmes of a table where they are not those of care and employment."""
Row = dict[str, Any]


def everything(seed: int = 1) -> dict[str, list[Row]]:
    """Rows by table, every table of the graph; the same for the same seed."""
    told = {name: _rows(name, _draw(seed, name)) for name in table_names()}
    # One without activity: it declares no pay, keeps nobody's money and pays none itself, so no public money either.
    idle = {
        "payroll": "organisation_id",
        "current_payroll": "organisation_id",
        "accounts": "holder_id",
        "transfers": "from_id",
    }
    for name, role in idle.items():
        told[name] = [row | ({role: _ORGANISATIONS[0]} if row[role] == _IDLE else {}) for row in told[name]]
    # Some pay no public money: they are small businesses, and pay one and the same for something.
    told["transfers"] = [
        row
        | (
            {"kind": "supplier", "to_id": _ORGANISATIONS[1]}
            if row["kind"] == "public" and row["from_id"] in _SMALL
            else {}
        )
        for row in told["transfers"]
    ]
    # Some begin to be paid late, so that they can be somebody's successor.
    for name, since in {"claims": "period_from", "current_claims": "period_from", "contracts": "valid_from"}.items():
        told[name] = [
            row
            | (
                {"organisation_id": _ORGANISATIONS[0]}
                if row["organisation_id"] in _LATE and row[since].month < 6
                else {}
            )
            for row in told[name]
        ]
    for name, rows in _parents(_draw(seed, "parents")).items():
        told[name] += rows
    draw = _draw(seed, "housing")
    told["decisions"] += [
        {
            "record_id": f"decisions:9{place:02}", "decision_id": f"H{place}", "person_id": person, "programme": "housing_benefit",
            "payer": "forsakringskassan", "links_exact": True, "is_withheld": False, "valid_from": date(2024, 1, 1), "valid_to": date(2025, 6, 30),
            "monthly_amount_ore": 200_000, "household_persons": draw.randint(1, 3), "settlement_months": None,
        }
        for place, person in enumerate(_PERSONS)
    ]  # fmt: skip
    for name, rows in _paid_on_one_account(told).items():
        told[name] += rows
    # Officials of one unit who look up and approve as they are told to, with amounts about their limit.
    told["access_log"] = [row | {"unit": "E1", "reason": None} for row in told["access_log"]]
    told["approvals"] = [
        row | {"unit": "E1", "allocation": "drawn", "tie_handled": None, "limit_ore": 600_000}
        for row in told["approvals"]
    ]
    told["dwellings"] = [row | {"rooms": draw.randint(1, 2), "kind": "ordinary"} for row in told["dwellings"]]
    # Wages of a size that a share can be taken of, and purchases that can be compared with turnover.
    told["tax_returns"] = [row | {"wages_ore": 40 * row["wages_ore"]} for row in told["tax_returns"]]
    # Nobody files for another one, and purchases abroad are of a size that is looked at.
    told["vat_registrations"] = [row | {"vat_group_id": None} for row in told["vat_registrations"]]
    told["eu_supplies"] = [row | {"supplied_ore": 100 * row["supplied_ore"]} for row in told["eu_supplies"]]
    draw = _draw(seed, "entity_facts")
    told["entity_facts"] = [
        {
            "entity_id": entity,
            "kind": kind,
            "is_numbered": True,
            "unlike_names": int(draw.random() < 0.2),
        }
        for kind, entities in (
            ("organisation", _ORGANISATIONS),
            ("person", _PERSONS + _STRANGERS),
            ("account", _ACCOUNTS),
        )
        for entity in entities
    ]
    return told


def _draw(seed: int, part: str) -> random.Random:
    """The chance of one table alone, so that a new register leaves the rows of the others as they were."""
    return random.Random(f"{seed} {part}")  # noqa: S311  # made-up rows, no secret


def _paid_on_one_account(told: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Strangers with one telephone who are paid on the account of the first of them."""
    account = {"account_id": "K-21", "holder_id": _STRANGERS[0], "kind": "own", "valid_from": None, "valid_to": None}
    phone = {
        "kind": "shared_phone",
        "via_id": "T-1",
        "register": "persons",
        "is_exact": False,
        "from_id": _STRANGERS[0],
    }
    credit = {"to_id": _STRANGERS[0], "to_account_id": "K-21", "kind": "salary"}
    ids = [(f"payments:9{place}{month}", person) for place, person in enumerate(_STRANGERS) for month in range(3)]
    return {
        "accounts": [told["accounts"][0] | account | {"record_id": "accounts:9000"}],
        "links": [
            phone | {"record_id": f"persons:{place:04}", "to_id": other} for place, other in enumerate(_STRANGERS[1:])
        ],
        "payments": [told["payments"][0] | {"record_id": record} for record, _ in ids],
        "transfers": [
            told["transfers"][0] | credit | {"record_id": record, "named_payee_id": person} for record, person in ids
        ],
    }


def _parents(draw: random.Random) -> dict[str, list[Row]]:
    """Employees who claim parental benefit in three months of the spring of 2025, and have their pay all the time."""
    told: dict[str, list[Row]] = {"current_payroll": [], "current_claims": []}
    for place, person in enumerate(_PERSONS):
        employer = _ORGANISATIONS[place % 11]
        for month in range(9):
            first = date(2024 + (month + 9) // 12, (month + 9) % 12 + 1, 1)
            sure = {"links_exact": True, "is_withheld": False, "person_id": person}
            told["current_payroll"].append(
                sure
                | {"record_id": f"payroll:9{place:02}{month}", "organisation_id": employer, "month": first}
                | {"cash_pay_ore": draw.randint(2_800_000, 3_000_000)}
            )
            if 4 <= month < 7:  # three months
                told["current_claims"].append(
                    sure
                    | {
                        "record_id": f"claims:9{place:02}{month}",
                        "claim_id": f"F{place}-{month}",
                        "decision_id": f"F{place}",
                    }
                    | {
                        "payer": "forsakringskassan",
                        "programme": "parental_benefit",
                        "currency": "SEK",
                        "amount_ore": 900_000,
                    }
                    | {"period_from": first, "period_to": first.replace(day=28), "claimed_days": draw.randint(4, 20)}
                )
    return told


def _rows(table: str, draw: random.Random) -> list[Row]:
    schema = table_schema(table)
    register = REGISTERS.get(table.removeprefix("current_"))
    made = [_row(table, register, schema, draw) for _ in range(ROWS)]
    if "record_id" in schema.names:
        said_by = {"links": "roles", "transfers": "payments", "shifts": "time_reports"}.get(table, table)
        made = [row | {"record_id": f"{said_by}:{place:04}"} for place, row in enumerate(made)]
    if table == "hubs":
        made = [row | {"hub_id": f"{row['hub_id']}-{place}"} for place, row in enumerate(made)]
    return made


def _row(table: str, register: Register | None, schema: pa.Schema, draw: random.Random) -> Row:
    parties = {f"{party.role}_id": party.kind for party in register.parties} if register else {}
    values = {column.name: column.values for column in register.columns if column.values} if register else {}
    first = date(2024, draw.randint(1, 9), 1)
    starts = _START + timedelta(days=draw.randint(0, 60), hours=draw.randint(0, 8))
    ends = starts + timedelta(hours=draw.randint(1, 10))
    known: Row = {
        "programme": draw.choice(_PROGRAMMES.get(table, ["assistance", "home_care", "wage_subsidy"])),
        "currency": "SEK",
        "payer": draw.choice(["kommun", "forsakringskassan"]),
        "register": "roles",
        "period_from": first,
        "period_to": first.replace(day=calendar.monthrange(first.year, first.month)[1]),
        "month": starts.date().replace(day=1) if table == "shifts" else first,
        "day": starts.date(),
        "valid_from": first,
        "valid_to": None if draw.random() < 0.5 else first + timedelta(days=200),
        "from_on": first,
        "to_on": first + timedelta(days=draw.randint(1, 30)),
        "starts_at": starts,
        "ends_at": ends,
        "minutes": round((ends - starts).total_seconds() / 60),
        "invoice_no": f"F{draw.randint(1000, 1060)}",
        "voucher_id": f"V{draw.randint(1, 120)}",
        "decision_id": f"D{draw.randint(1, 30)}",
        "is_withheld": draw.random() < 0.05,
        "is_deletion": False,
        "corrects_claim_id": None,
        "corrects_report_id": None,
        "granted_minutes": draw.randint(500, 5_000),
        "billed_minutes": draw.randint(500, 9_000),
        "died_on": None if draw.random() < 0.9 else first,
    }
    if table == "shifts":
        values = {"kind": ("active", "active", "active", "waiting")}
        parties = {
            "organisation_id": EntityKind.ORGANISATION,
            "user_id": EntityKind.PERSON,
            "staff_id": EntityKind.PERSON,
        }
    if table == "transfers":
        values = {"kind": ("salary", "public", "transfer", "supplier")}
        parties = {"named_payee_id": EntityKind.PERSON, "to_id": EntityKind.PARTY, "from_id": EntityKind.ORGANISATION}
        parties |= {"from_account_id": EntityKind.ACCOUNT, "to_account_id": EntityKind.ACCOUNT}
    if table == "links":
        values = {"kind": ("owner", "board_member", "household", "guardian", "holds_account", "shared_account")}
        parties = {"from_id": EntityKind.PARTY, "to_id": EntityKind.PARTY}
    return {field.name: _value(field, known, values, parties, draw) for field in schema}


def _value(  # noqa: PLR0911  # one return a type
    field: pa.Field, known: Row, values: dict[str, tuple[str, ...]], parties: dict[str, EntityKind], draw: random.Random
) -> Any:
    if field.name in parties:
        pools = {EntityKind.PERSON: _PERSONS, EntityKind.ORGANISATION: _ORGANISATIONS, EntityKind.ACCOUNT: _ACCOUNTS}
        pool = pools.get(parties[field.name], [*_PERSONS, *_ORGANISATIONS])
        return None if field.nullable and draw.random() < 0.03 else draw.choice(pool)
    if field.name in values:
        return draw.choice(values[field.name])
    if field.name in known:
        return known[field.name]
    if pa.types.is_boolean(field.type):
        return draw.random() < (0.95 if "exact" in field.name else 0.1)
    if pa.types.is_int64(field.type):
        return draw.randint(1, 1_200_000)
    if pa.types.is_date32(field.type):
        return date(2024, 1, 1) + timedelta(days=draw.randint(0, 270))
    if pa.types.is_timestamp(field.type):
        return _START + timedelta(days=draw.randint(0, 270), minutes=draw.randint(0, 1_000))
    return f"{field.name} {draw.randint(1, 9)}"
