"""What detectors on officials have in common: who may be told, and whose findings they are."""

from __future__ import annotations

from typing import Any, Final

from follow_money.model import AmountKind

RECIPIENTS: Final = ("internrevision", "polismyndigheten")
"""Internal audit, and the police (its unit against corruption). No finding about an official goes to anybody else."""


def of_official(official_id: str) -> dict[str, Any]:
    """What every hit about an official says: the subject is the account in the systems; amounts are exposure, never a loss."""
    return {"subject_id": official_id, "organisation_id": None, "amount_kind": AmountKind.STATUS}
