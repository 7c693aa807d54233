"""Rows of visits for tests: one visit, and clinics like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.detectors.small_graph import instant


def visit(record: str, starts: str, *, minutes: int = 30, **more: Any) -> dict[str, Any]:
    """1 000 kronor for a visit at the dental clinic A, with a note; the time is UTC."""
    begins = instant(starts)
    return {
        "record_id": record,
        "visit_id": record,
        "programme": "dental",
        "organisation_id": "A",
        "patient_id": f"patient {record}",
        "practitioner_id": "d",
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=minutes),
        "entered_at": begins + timedelta(hours=9),
        "code": "101",
        "amount_ore": 100_000,
        "has_note": True,
    } | more


def ordinary_clinics(count: int = 20) -> list[dict[str, Any]]:
    """Clinics with 100 visits each on weekdays by day, of which 0 to 2 have no note and 0 to 2 are at night."""
    return [
        visit(
            f"{clinic} {n}",
            f"2024-04-{1 + n % 5 + 7 * (n // 25):02} {'23:30' if n < clinic % 3 else f'{8 + n // 5 % 5:02}:00'}",
            organisation_id=f"B{clinic:02}",
            practitioner_id=f"x{clinic}",
            has_note=n >= clinic % 3,
        )
        for clinic in range(count)
        for n in range(100)
    ]
