"""The sentences of a packet in each language, kept as data; and the words that no packet says."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from follow_money.errors import UsageError

LANGUAGES: Final = ("sv", "en")

NEVER_SAID: Final = re.compile(
    r"\b(bedrag\w*|bedräg\w*|fusk\w*|misstänk\w*|misstank\w*|skyldig(?:a|e|t)?|brottsling\w*|kriminell\w*|gärningsm[aä]n\w*"
    r"|lögn\w*|(?:är|var) falsk\w*|fraud\w*|suspect\w*|suspicio\w*"
    r"|guilt\w*|criminal\w*|culprit\w*|perpetrator\w*|offender\w*"
    r"|liars?|cheat\w*|(?:is|was|were) false)\b",
    re.IGNORECASE,
)
"""Words about a character instead of a payment. A claim *is contradicted by* a record; intent is for the authority
and the court."""


@cache
def texts(language: str) -> dict[str, Any]:
    """Every sentence of a packet in a language. Raises UsageError for a language there is none in."""
    if language not in LANGUAGES:
        raise UsageError(f"A packet can be written in {' or '.join(LANGUAGES)}, not in '{language}'.")
    return tomllib.loads(
        (files("follow_money.referral") / "templates" / f"{language}.toml").read_text(encoding="utf-8")
    )


def unit_in_words(unit: str, language: str) -> str:
    """What a test or a hit counts, in a language: on file units are English. One without words of its own stands as it is."""
    return str(texts(language)["units"].get(unit, unit))


def never_said(text: str) -> list[str]:
    """The words in a text that a packet does not say, in order."""
    return [match.group(0) for match in NEVER_SAID.finditer(text)]
