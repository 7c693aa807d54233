"""A lock on detectors: settings that say who answers for them, on what ground and until when. Empty is locked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Self

from follow_money.errors import UsageError

LONGEST_REVIEW: Final = timedelta(days=92)
"""The audit protocol asks for a review each quarter."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A settings table of texts, all of which must be filled in. Subclasses add them, with what each means."""

    table: ClassVar[str]
    about: ClassVar[str]
    """What a detector behind it is about, as in "is about what natural persons claim"."""
    on: ClassVar[str]
    """The detectors behind it, as in "on natural persons"."""
    meanings: ClassVar[Mapping[str, str]]

    review_on: str = ""

    def require(self, detector: str) -> None:
        """Refuse the detector unless every field is filled in. Raises UsageError."""
        missing = [name for name in self.meanings if not str(getattr(self, name)).strip()]
        if missing:
            told = ", ".join(f"{name} ({self.meanings[name]})" for name in missing)
            raise UsageError(
                f"The detector '{detector}' {self.about} and starts only when somebody answers for it. The settings table "
                f"[{self.table}] lacks: {told}. Fill that in, or turn the detector off."
            )
        self._reviewed_on()

    def require_review(self, today: date) -> None:
        """Refuse a review that is overdue, or further away than a quarter. Raises UsageError."""
        reviewed_on = self._reviewed_on()
        if reviewed_on < today:
            raise UsageError(
                f"The setting review_on of [{self.table}] is {self.review_on}, and that day has passed: the detectors {self.on} stay off. "
                "Review them, and write the day of the next review."
            )
        if reviewed_on > today + LONGEST_REVIEW:
            raise UsageError(
                f"The setting review_on of [{self.table}] is {self.review_on}, more than {LONGEST_REVIEW.days} days ahead. A review is due each quarter: "
                "write an earlier day."
            )

    @property
    def is_open(self) -> bool:
        """Whether every field is filled in."""
        return all(str(getattr(self, name)).strip() for name in self.meanings)

    @classmethod
    def read(cls, told: Mapping[str, Any], source: str) -> Self:
        """The lock from its table of ``source``. Raises UsageError for an unknown key or a value that is no text."""
        known = {f.name for f in fields(cls)}
        values: dict[str, str] = {}
        for key, value in told.items():
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), 1)
                hint = f" Did you mean {near[0]}?" if near else f" Known keys: {', '.join(sorted(known))}."
                raise UsageError(f"{source}, {cls.table}, has the unknown key '{key}'.{hint}")
            if key.endswith("_on") and isinstance(value, date):
                values[key] = value.isoformat()
            elif isinstance(value, str):
                values[key] = value
            else:
                raise UsageError(f"In {source}, '{cls.table}.{key}' must be a text, not {value!r}.")
        return cls(**values)

    def _reviewed_on(self) -> date:
        try:
            return date.fromisoformat(self.review_on)
        except ValueError:
            raise UsageError(
                f"The setting review_on of [{self.table}] is '{self.review_on}'. Write a day, as in review_on = 2027-01-31."
            ) from None
