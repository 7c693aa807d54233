"""Whose case a hit belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import pandas as pd

EITHER_ROLE: Final = "either_provider"
"""Role of parties of whom one is at risk and nothing in the hit's own registers tells which."""


def owners(hits: pd.DataFrame) -> pd.Series:
    """The owner of each hit: its organisation, else its subject.

    A hit that is charged to neither of two organisations belongs to the one of them that other hits concern, where exactly one is;
    otherwise it stands for itself, so that it never joins the cases of the two.

    Args:
        hits: ``organisation_id, subject_id, parties``, any index.

    Returns:
        Entity or subject ids, on the same index.
    """
    concerned = set(hits["organisation_id"].dropna())
    organisations = hits["organisation_id"].astype(object)
    told = zip(organisations.where(organisations.notna(), None), hits["subject_id"], hits["parties"], strict=True)
    known = [owner_of(organisation, subject, either(parties), concerned) for organisation, subject, parties in told]
    return pd.Series(known, index=hits.index, dtype=object)


def owner_of(organisation: str | None, subject: str, sides: Iterable[str], concerned: AbstractSet[str]) -> str:
    """The owner of one hit, as `owners` says.

    Args:
        organisation: Its organisation, if it is charged to one.
        subject: What it is about.
        sides: The organisations of which one is at risk (`either`).
        concerned: Organisations of all the hits beside it.
    """
    if organisation is not None:
        return organisation
    known = concerned & set(sides)
    return next(iter(known)) if len(known) == 1 else subject


def either(parties: Iterable[Mapping[str, str]]) -> list[str]:
    """The organisations of which one is at risk, from the parties of a hit; none for hits about one organisation."""
    return [party["entity_id"] for party in parties if party["role"] == EITHER_ROLE]
