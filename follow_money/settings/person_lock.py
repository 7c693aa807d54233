"""The lock on detectors that look at what natural persons claim: off until somebody answers for them (fairness requirement F-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from follow_money.settings.lock import Lock


@dataclass(frozen=True, kw_only=True)
class PersonLock(Lock):
    """The settings table ``[person_detectors]``. Empty is locked.

    Attributes:
        dpia_id: Id of the impact assessment of data protection (GDPR Article 35).
        fria_id: Id of the impact assessment of fundamental rights (AI Act Article 27).
        legal_basis: The law that allows it (GDPR Article 6.3).
        owner: Who answers for it, by name.
        review_on: The day of the next review, ``2027-01-31``; from the day after nothing starts.
    """

    table: ClassVar[str] = "person_detectors"
    about: ClassVar[str] = "is about what natural persons claim"
    on: ClassVar[str] = "on natural persons"
    meanings: ClassVar[Mapping[str, str]] = {
        "dpia_id": "the id of the data-protection impact assessment (konsekvensbedömning)",
        "fria_id": "the id of the fundamental-rights impact assessment",
        "legal_basis": "the law that allows this control",
        "owner": "the name of whoever answers for it",
        "review_on": "the day of the next review, a quarter ahead at most",
    }

    dpia_id: str = ""
    fria_id: str = ""
    legal_basis: str = ""
    owner: str = ""
