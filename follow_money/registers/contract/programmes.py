"""Public money by programme: the codes of the registers, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "assistance": ("assistansersättning", "assistance allowance"),
    "home_care": ("hemtjänst", "home care"),
    "wage_subsidy": ("lönestöd", "wage subsidy"),
    "association_grant": ("föreningsbidrag", "association grant"),
    "study_circle": ("studiecirklar", "study circles"),
    "dental": ("statligt tandvårdsstöd", "dental subsidy"),
    "primary_care": ("primärvård", "primary care"),
    "placement": ("placering i HVB eller familjehem", "placement in a home"),
    "school_voucher": ("skolpeng", "school voucher"),
    "wage_guarantee": ("lönegaranti", "wage guarantee"),
    "business_support": ("omställningsstöd", "support to companies"),
    "sick_pay": ("ersättning för höga sjuklönekostnader", "compensation for sick pay"),
    "parental_benefit": ("föräldrapenning", "parental benefit"),
    "housing_benefit": ("bostadsbidrag", "housing benefit"),
    "insurance": ("försäkringsersättning", "insurance claim"),
    "other": ("annat", "other"),
}
"""Code, Swedish, English. Claims on insurers are no public money, and judged beside it."""

PROGRAMMES: Final = tuple(_WORDS)


def programme_words(language: str) -> dict[str, str]:
    """What people call each programme, in Swedish (``sv``) or English."""
    return {code: swedish if language == "sv" else english for code, (swedish, english) in _WORDS.items()}
