"""Rows of an attest log by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
LIMIT = 10_000_000


def approval(official: str, organisation: str, place: int, *, amount: int = 1_000_000, **more: Any) -> Row:
    """One approval; another day each time unless said."""
    told: Row = {"record_id": f"{official} {organisation} {place}", "approval_id": f"{official}{place}", "unit": "E1"}
    told |= {"official_id": official, "person_id": f"person {official}", "organisation_id": organisation}
    told |= {"approved_on": date(2024, 1, 1) + timedelta(days=place % 360), "amount_ore": amount, "limit_ore": LIMIT}
    return told | more
