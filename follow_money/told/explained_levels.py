"""What was compared between two descriptions, and how well it agreed, in words of both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SWEDISH: Final = {
    "name": "namn",
    "birth_date": "födelsedatum",
    "address": "adress",
    "phone": "telefon",
    "number": "nummer",
    "not told": "inte angivet",
    "same words": "samma ord",
    "one holds the other": "det ena rymmer det andra",
    "every word alike": "alla ord liknar varandra",
    "family name alike, initial": "efternamnet liknar, en initial",
    "both names nearly alike": "båda namnen nästan lika",
    "given name alike, other family name": "förnamnet liknar, annat efternamn",
    "one word told, alike": "ett ord angivet, likt",
    "family name alike, other given name": "efternamnet liknar, annat förnamn",
    "one word shared": "ett ord gemensamt",
    "names differ": "olika namn",
    "same dwelling": "samma bostad",
    "same building": "samma hus",
    "same street, nearly": "nästan samma gata",
    "same postcode": "samma postnummer",
    "elsewhere": "på annat håll",
    "same day": "samma dag",
    "same 1 January": "samma 1 januari",
    "one slip from the day": "ett skrivfel från dagen",
    "1 January of the year": "1 januari samma år",
    "other day": "en annan dag",
    "same phone": "samma telefon",
    "one slip from the phone": "ett skrivfel från telefonen",
    "other phone": "en annan telefon",
    "same number": "samma nummer",
    "one slip from the number": "ett skrivfel från numret",
    "two slips from the number": "två skrivfel från numret",
    "another number": "ett annat nummer",
}
"""The comparisons and levels of `entities.linkage_model`, which speaks English."""


def levels_told(levels: Iterable[Mapping[str, str]], language: str) -> str:
    """Each comparison with its level, as one line: ``name: same words; birth date: same day``."""
    told = ([level["comparison"], level["level"]] for level in levels)
    if language == "sv":
        return "; ".join(f"{SWEDISH[comparison]}: {SWEDISH[level]}" for comparison, level in told)
    return "; ".join(f"{comparison.replace('_', ' ')}: {level}" for comparison, level in told)
