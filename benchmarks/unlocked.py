"""Settings of a screening of made-up people in which detectors on natural persons and on officials are on, and the locks that let them start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from follow_money import Settings
from follow_money.detectors.catalogue import catalogue
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.person_lock import PersonLock

EVERY_DETECTOR: Final = {name: {"enabled": True} for name, each in catalogue().items() if not each.default_on}
_SOON: Final = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
LOCK: Final = PersonLock(
    dpia_id="made-up people",
    fria_id="made-up people",
    legal_basis="none is needed: no person is real",
    owner="benchmarks",
    review_on=_SOON,
)
INSIDER: Final = InsiderLock(
    purpose="made-up officials",
    decided_by="benchmarks",
    legal_basis="none is needed: no official is real",
    dpia_id="made-up officials",
    consulted_on="2026-01-01",
    staff_told_on="2026-01-01",
    owner="benchmarks",
    review_on=_SOON,
)


def every_detector(profile: str = "own") -> Settings:
    """Settings with every detector on."""
    return Settings(profile=profile, detectors=EVERY_DETECTOR, person_detectors=LOCK, insider=INSIDER)
