"""The lock on detectors that look at what natural persons claim: off until somebody answers for them (fairness requirement F-02)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from follow_money.errors import UsageError

LONGEST_REVIEW: Final = timedelta(days=92)
"""The audit protocol asks for a review each quarter."""
_MEANINGS: Final = {
    "dpia_id": "the id of the data-protection impact assessment (konsekvensbedömning)",
    "fria_id": "the id of the fundamental-rights impact assessment",
    "legal_basis": "the law that allows this control",
    "owner": "the name of whoever answers for it",
    "review_on": "the day of the next review, a quarter ahead at most",
}


@dataclass(frozen=True, kw_only=True)
class PersonLock:
    """The settings table ``[person_detectors]``. Empty is locked.

    Attributes:
        dpia_id: Id of the impact assessment of data protection (GDPR Article 35).
        fria_id: Id of the impact assessment of fundamental rights (AI Act Article 27).
        legal_basis: The law that allows it (GDPR Article 6.3).
        owner: Who answers for it, by name.
        review_on: The day of the next review, ``2027-01-31``; from the day after nothing starts.
    """

    dpia_id: str = ""
    fria_id: str = ""
    legal_basis: str = ""
    owner: str = ""
    review_on: str = ""

    def require(self, detector: str) -> None:
        """Refuse the detector unless every field is filled in. Raises UsageError."""
        missing = [f.name for f in fields(self) if not getattr(self, f.name).strip()]
        if missing:
            told = ", ".join(f"{name} ({_MEANINGS[name]})" for name in missing)
            raise UsageError(
                f"The detector '{detector}' is about what natural persons claim and starts only when somebody answers for it. The settings table "
                f"[person_detectors] lacks: {told}. Fill that in, or turn the detector off."
            )
        self._reviewed_on()

    def require_review(self, today: date) -> None:
        """Refuse a review that is overdue, or further away than a quarter. Raises UsageError."""
        reviewed_on = self._reviewed_on()
        if reviewed_on < today:
            raise UsageError(
                f"The setting review_on of [person_detectors] is {self.review_on}, and that day has passed: the detectors on natural persons stay off. "
                "Review them, and write the day of the next review."
            )
        if reviewed_on > today + LONGEST_REVIEW:
            raise UsageError(
                f"The setting review_on of [person_detectors] is {self.review_on}, more than {LONGEST_REVIEW.days} days ahead. A review is due each quarter: "
                "write an earlier day."
            )

    def _reviewed_on(self) -> date:
        try:
            return date.fromisoformat(self.review_on)
        except ValueError:
            raise UsageError(
                f"The setting review_on of [person_detectors] is '{self.review_on}'. Write a day, as in review_on = 2027-01-31."
            ) from None


def read_lock(told: Mapping[str, Any], source: str) -> PersonLock:
    """The lock from the table ``[person_detectors]`` of ``source``. Raises UsageError for an unknown key or a value that is no text."""
    known = {f.name for f in fields(PersonLock)}
    values: dict[str, str] = {}
    for key, value in told.items():
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), 1)
            hint = f" Did you mean {near[0]}?" if near else f" Known keys: {', '.join(sorted(known))}."
            raise UsageError(f"{source}, person_detectors, has the unknown key '{key}'.{hint}")
        if key == "review_on" and isinstance(value, date):
            values[key] = value.isoformat()
        elif isinstance(value, str):
            values[key] = value
        else:
            raise UsageError(f"In {source}, 'person_detectors.{key}' must be a text, not {value!r}.")
    return PersonLock(**values)
