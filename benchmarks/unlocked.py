"""Settings of a screening of made-up people in which detectors on natural persons are on, and the lock that lets them start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from follow_money import Settings
from follow_money.detectors.catalogue import catalogue
from follow_money.person_lock import PersonLock

EVERY_DETECTOR: Final = {name: {"enabled": True} for name, each in catalogue().items() if not each.default_on}
LOCK: Final = PersonLock(
    dpia_id="made-up people",
    fria_id="made-up people",
    legal_basis="none is needed: no person is real",
    owner="benchmarks",
    review_on=(datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
)


def every_detector(profile: str = "own") -> Settings:
    """Settings with every detector on."""
    return Settings(profile=profile, detectors=EVERY_DETECTOR, person_detectors=LOCK)
