"""A draft: everything that the document and the manifest of one packet are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from follow_money.pictures.kronor import kronor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from follow_money.pictures.picture import Picture
    from follow_money.referral.amounts import Amounts
    from follow_money.referral.authority import Authority
    from follow_money.referral.extract import Extract
    from follow_money.referral.gateways import Verdict
    from follow_money.referral.trail_picture import TrailPicture
    from follow_money.triage.case_file import CaseFile


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One packet before it is written. ``created`` is the only time in it; ``version`` is the toolkit's."""

    case: CaseFile
    part: Extract
    recipient: Authority
    verdicts: Sequence[Verdict]
    parties: Sequence[Mapping[str, Any]]
    amounts: Amounts
    picture: Picture
    trail: TrailPicture | None
    language: str
    texts: Mapping[str, Any]
    created: datetime
    author: str
    version: str

    @property
    def authority(self) -> str:
        """The recipient's name in the language of the document."""
        return self.recipient.name_sv if self.language == "sv" else self.recipient.name_en

    def money(self, ore: int) -> str:
        """An amount in whole kronor."""
        return kronor(ore, self.language)

    def title_of(self, detector: str) -> str:
        """What a detector calls its finding; its name when it says nothing of itself."""
        text = self.case.detectors.get(detector)
        return detector if text is None else text.title_sv if self.language == "sv" else text.title_en
