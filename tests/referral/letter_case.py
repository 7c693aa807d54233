"""One hand-made case with letter ids and one-letter names.

Legend: A is the assistance provider whose claims are contradicted, H another (honest) employer, B gets the help, C
and D are assistants, E owns A. Hits: HOSPITAL and OVERLAP are contradictions, RETURN a flow, PAYROLL a rate; HOMECARE
concerns the municipality.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from follow_money.model import CASES, EVIDENCE, HITS
from follow_money.registers.contract import REGISTERS
from follow_money.triage.case_file import CaseFile, DetectorText, Named

CREATED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_FILES = (
    "absences", "accounts", "balances", "claims", "contracts", "decisions", "invoices", "organisations", "payments", "payroll", "permits", "persons",
    "rates", "relations", "roles", "staff_ledgers", "time_reports",
)  # fmt: skip
KEYS = {name: f"{place:012x}" for place, name in enumerate(_FILES, start=1)}


def record(register: str, line: int) -> str:
    return f"{KEYS[register]}:{line}"


def hit(hit_id: str, **told: Any) -> dict[str, Any]:
    row = {
        "hit_id": hit_id,
        "detector": "shifts_elsewhere",
        "version": "1",
        "parameters_hash": "0" * 12,
        "kind": "contradiction",
        "subject_id": "e-a",
        "subject_kind": "organisation",
        "organisation_id": "e-a",
        "payer": "forsakringskassan",
        "programme": "assistance",
        "unit": "shifts",
        "period_from": date(2025, 3, 1),
        "period_to": date(2025, 3, 31),
        "observed": 3.0,
        "expected": None,
        "p_value": None,
        "q_value": None,
        "amount_low_ore": 0,
        "amount_likely_ore": 0,
        "amount_high_ore": 0,
        "amount_kind": "A1",
        "currency": "SEK",
        "parties": [{"entity_id": "e-b", "role": "user"}, {"entity_id": "e-c", "role": "staff"}],
        "trail_id": None,
        "link_probability": 1.0,
        "reason_sv": "3 pass, 24 h, ligger på dagar då brukaren var inlagd på sjukhus.",
        "reason_en": "3 shifts, 24 h, fall on days when the user was in hospital.",
        "look_alikes": [
            {"sv": "beviljad assistans på sjukhus (beslutet)", "en": "assistance in hospital was granted (decision)"}
        ],
        "counter_evidence": [],
    }
    return {**row, **told}


HIT_ROWS = [
    hit("HOSPITAL", amount_low_ore=816_000, amount_likely_ore=816_000, amount_high_ore=1_224_000),
    hit(
        "OVERLAP",
        detector="overlapping_shifts",
        amount_low_ore=272_000,
        amount_likely_ore=408_000,
        amount_high_ore=544_000,
        observed=2.0,
        reason_sv="2 pass överlappar pass hos en annan brukare med mer än 30 minuter.",
        reason_en="2 shifts overlap shifts for another client by more than 30 minutes.",
        counter_evidence=[{"sv": "Ett av passen har senare rättats.", "en": "One of the shifts was corrected later."}],
        look_alikes=[
            {"sv": "dubbel assistans (beslutet)", "en": "double assistance (decision)"},
            {"sv": "överlämning mellan två pass (schemat)", "en": "handover between two shifts (schedule)"},
        ],
    ),
    hit(
        "PAYROLL",
        detector="billing_beyond_payroll",
        kind="rate",
        amount_kind="A3",
        unit="hours",
        observed=1400.0,
        expected=900.5,
        p_value=0.0004,
        q_value=0.01,
        amount_likely_ore=16_000_000,
        amount_high_ore=47_600_000,
        reason_sv="1 400 h räkning mot 900 h som lönerna räcker till.",
        reason_en="1,400 h billed against 900 h that the payroll covers.",
        parties=[],
        look_alikes=[],
    ),
    hit(
        "RETURN",
        detector="salary_flowing_back",
        kind="flow",
        amount_kind="A5",
        unit="payments",
        observed=2.0,
        amount_likely_ore=2_100_000,
        amount_high_ore=2_500_000,
        reason_sv="2 betalningar går från en assistent till ägaren inom 7 dagar efter lön.",
        reason_en="2 payments go from an assistant to the owner within 7 days of pay.",
        parties=[
            {"entity_id": "e-c", "role": "staff"},
            {"entity_id": "e-e", "role": "owner"},
            {"entity_id": "e-k", "role": "account"},
            {"entity_id": "e-d", "role": "neighbour"},
        ],
    ),
    hit("HOMECARE", programme="home_care", payer="kommun", amount_likely_ore=999_900, amount_high_ore=999_900),
]

REPORTS = [
    # line, programme, user, staff, day, from hour, hours
    (2, "assistance", "B", "C", date(2025, 3, 10), 8, 8),
    (3, "assistance", "B", "C", date(2025, 3, 11), 8, 8),
    (4, "assistance", "B", "C", date(2025, 3, 12), 22, 8),
    (5, "assistance", "B", "D", date(2025, 3, 20), 8, 6),
    (6, "home_care", "G", "D", date(2025, 3, 20), 10, 3),
    (7, "assistance", "B", "D", date(2025, 3, 21), 8, 6),
    (8, "home_care", "G", "C", date(2025, 3, 25), 8, 1),
]

PROOF = [
    # hit, register, line, amount_ore, role, note
    ("HOSPITAL", "time_reports", 2, 272_000, "for", "pass 8 h"),
    ("HOSPITAL", "time_reports", 3, 272_000, "for", "pass 8 h"),
    ("HOSPITAL", "time_reports", 4, 272_000, "for", "pass 8 h"),
    ("HOSPITAL", "absences", 2, 0, "for", "inlagd"),
    ("HOSPITAL", "decisions", 2, 0, "against", "beslutet gällde"),
    ("OVERLAP", "time_reports", 4, 272_000, "for", "pass 8 h"),
    ("OVERLAP", "time_reports", 5, 204_000, "for", "pass 6 h"),
    ("OVERLAP", "time_reports", 6, 99_000, "for", "besök 3 h"),
    ("OVERLAP", "time_reports", 7, 0, "against", "rättat"),
    ("PAYROLL", "claims", 2, 47_600_000, "for", "räkning"),
    ("PAYROLL", "payroll", 2, 0, "for", "lön"),
    ("PAYROLL", "invoices", 2, 0, "for", "faktura"),
    ("RETURN", "payments", 2, 1_000_000, "for", "lön"),
    ("RETURN", "payments", 3, 900_000, "for", "till ägare"),
    ("HOMECARE", "time_reports", 8, 999_900, "for", "besök 1 h"),
]

NAMES = {
    "e-a": Named(entity_id="e-a", kind="organisation", name="A", number="O-1"),
    "e-b": Named(entity_id="e-b", kind="person", name="B", number="P-2"),
    "e-c": Named(entity_id="e-c", kind="person", name="C", number="P-3"),
    "e-d": Named(entity_id="e-d", kind="person", name="D", number="P-4"),
    "e-e": Named(entity_id="e-e", kind="person", name="E", number="P-5"),
    "e-k": Named(entity_id="e-k", kind="account", name="", number="bg:0-0"),
}


def detector(name: str, title_sv: str, title_en: str) -> DetectorText:
    return DetectorText(
        name=name,
        version="1",
        title_sv=title_sv,
        title_en=title_en,
        why_sv="Två uppgifter kan inte gälla samtidigt.",
        why="Two statements cannot hold at once.",
        not_flagged="Granted double assistance, handover minutes.",
        parameters={"tolerance_minutes": 30, "shifts": 2},
        source="typologies 1",
    )


DETECTORS = {
    text.name: text
    for text in (
        detector(
            "shifts_elsewhere", "Pass under sjukhusvistelse eller annat arbete", "Shifts against hospital or other work"
        ),
        detector("overlapping_shifts", "Överlappande pass", "Overlapping shifts"),
        detector("billing_beyond_payroll", "Räkning utöver lönerna", "Billing beyond payroll"),
        detector("salary_flowing_back", "Lön tillbaka till ägare", "Salary flowing back to owners"),
    )
}


def rows_of(register: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = REGISTERS[register].record_schema()
    blank = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([{**blank, "is_withheld": False, **row} for row in rows], schema=schema)


def reports() -> pa.Table:
    rows = []
    for line, programme, user, staff, day, hour, hours in REPORTS:
        starts = datetime(day.year, day.month, day.day, hour - 1, tzinfo=UTC)
        rows.append(
            {
                "record_id": record("time_reports", line),
                "report_id": f"R{line}",
                "decision_id": "D1" if programme == "assistance" else "D9",
                "programme": programme,
                "organisation_number": "O-1",
                "organisation_name": "A",
                "user_number": "P-2" if user == "B" else "P-7",
                "user_name": user,
                "staff_number": "P-3" if staff == "C" else "P-4",
                "staff_name": staff,
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=hours),
                "kind": "active",
            }
        )
    return rows_of("time_reports", rows)


def letter_case(**changes: Any) -> CaseFile:
    """The case; any field of CaseFile can be replaced."""
    payments = [
        {
            "record_id": record("payments", 2),
            "payment_id": "T1",
            "paid_at": datetime(2025, 3, 25, 8, tzinfo=UTC),
            "payer_account": "bg:1",
            "payer_number": "O-1",
            "payer_name": "A",
            "payee_account": "bg:3",
            "payee_number": "P-3",
            "payee_name": "C",
            "amount_ore": 1_000_000,
            "currency": "SEK",
            "kind": "salary",
        },
        {
            "record_id": record("payments", 3),
            "payment_id": "T2",
            "paid_at": datetime(2025, 3, 28, 8, tzinfo=UTC),
            "payer_account": "bg:3",
            "payer_number": "P-3",
            "payer_name": "C",
            "payee_account": "bg:5",
            "payee_number": "P-5",
            "payee_name": "E",
            "amount_ore": 900_000,
            "currency": "SEK",
            "kind": "transfer",
        },
    ]
    absence = {
        "record_id": record("absences", 2),
        "person_number": "P-2",
        "person_name": "B",
        "kind": "hospital",
        "from_on": date(2025, 3, 9),
        "to_on": date(2025, 3, 14),
    }
    decision = {
        "record_id": record("decisions", 2),
        "decision_id": "D1",
        "payer": "forsakringskassan",
        "programme": "assistance",
        "person_number": "P-2",
        "person_name": "B",
        "valid_from": date(2025, 1, 1),
        "granted_minutes": 2400,
        "granted_per": "week",
    }
    claim = {
        "record_id": record("claims", 2),
        "claim_id": "K1",
        "decision_id": "D1",
        "payer": "forsakringskassan",
        "programme": "assistance",
        "organisation_number": "O-1",
        "organisation_name": "A",
        "person_number": "P-2",
        "person_name": "B",
        "period_from": date(2025, 3, 1),
        "period_to": date(2025, 3, 31),
        "billed_minutes": 84_000,
        "amount_ore": 47_600_000,
        "currency": "SEK",
    }
    pay = {
        "record_id": record("payroll", 2),
        "organisation_number": "O-1",
        "organisation_name": "A",
        "person_number": "P-3",
        "person_name": "C",
        "month": date(2025, 3, 1),
        "cash_pay_ore": 3_000_000,
        "tax_ore": 900_000,
    }
    rows = {
        "time_reports": reports(),
        "absences": rows_of("absences", [absence]),
        "decisions": rows_of("decisions", [decision]),
        "claims": rows_of("claims", [claim]),
        "payroll": rows_of("payroll", [pay]),
        "payments": rows_of("payments", payments),
        "invoices": rows_of(
            "invoices",
            [
                {
                    "record_id": record("invoices", 2),
                    "invoice_no": "F1",
                    "net_ore": 1,
                    "booked_on": date(2025, 3, 1),
                    "currency": "SEK",
                }
            ],
        ),
    }
    evidence = [
        {
            "hit_id": of,
            "register": register,
            "record_id": record(register, line),
            "amount_ore": amount,
            "role": role,
            "note_sv": note,
            "note_en": f"({note})",
        }
        for of, register, line, amount, role, note in PROOF
    ]
    sources = [
        {
            "file_key": key,
            "file_name": f"{name}.csv",
            "sha256": key + "f" * 52,
            "register": name,
            "payer": "forsakringskassan",
            "legal_basis": "SFB 110 kap. 31 §",
            "lines": 10,
            "loaded_lines": 8,
            "quarantined_lines": 1,
            "withheld_lines": 1,
        }
        for name, key in KEYS.items()
    ]
    case = dict.fromkeys(CASES.names) | {
        "case_id": "C-1",
        "rank": 1,
        "organisation_id": "e-a",
        "amount_low_ore": 1_088_000,
        "amount_likely_ore": 20_000_000,
        "amount_high_ore": 60_000_000,
    }
    built = CaseFile(
        case=case,
        hits=pa.Table.from_pylist(HIT_ROWS, schema=HITS),
        evidence=pa.Table.from_pylist(evidence, schema=EVIDENCE),
        rows=rows,
        sources=pa.Table.from_pylist(sources),
        names=NAMES,
        detectors=DETECTORS,
        not_evaluable={"permit_missing": "registret tillstånd saknas"},
        data_from=date(2025, 1, 1),
        data_to=date(2025, 6, 30),
        run_id="run-1",
        is_synthetic=True,
    )
    return replace(built, **changes)
