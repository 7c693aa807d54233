"""The lock on insider traces: registers of what officials did are not read, and no detector on them starts, until somebody answers for it (F-33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from follow_money.settings.lock import Lock


@dataclass(frozen=True, kw_only=True)
class InsiderLock(Lock):
    """The settings table ``[insider]``. Empty is locked: the module is an option of its own, with a permission, a log and an assessment of its own.

    Attributes:
        purpose: What the control is for, as staff were told (GDPR Article 5.1 b and 88).
        decided_by: Who of the authority decided on it.
        legal_basis: The law or agreement that allows it.
        dpia_id: Id of the impact assessment of data protection for this module alone.
        consulted_on: The day on which the unions were consulted (medbestämmandelagen 11 §), ``2026-11-02``.
        staff_told_on: The day on which the staff were told that and how their use is logged and controlled (GDPR Article 13).
        owner: Who answers for it at internal audit, by name; nobody else is told of its findings.
        review_on: The day of the next review, a quarter ahead at most.
    """

    table: ClassVar[str] = "insider"
    about: ClassVar[str] = "is about what officials did"
    on: ClassVar[str] = "on officials"
    meanings: ClassVar[Mapping[str, str]] = {
        "purpose": "what the control is for, as staff were told",
        "decided_by": "who decided on it",
        "legal_basis": "the law or agreement that allows it",
        "dpia_id": "the id of the data-protection impact assessment of this module",
        "consulted_on": "the day on which the unions were consulted (MBL 11 §)",
        "staff_told_on": "the day on which the staff were told",
        "owner": "the name of whoever answers for it at internal audit",
        "review_on": "the day of the next review, a quarter ahead at most",
    }

    purpose: str = ""
    decided_by: str = ""
    legal_basis: str = ""
    dpia_id: str = ""
    consulted_on: str = ""
    staff_told_on: str = ""
    owner: str = ""
