"""Whose case a hit belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    known = [sorted(concerned & set(either(parties))) for parties in hits["parties"]]
    the_one = pd.Series([sides[0] if len(sides) == 1 else None for sides in known], index=hits.index, dtype=object)
    return hits["organisation_id"].fillna(the_one).fillna(hits["subject_id"])


def either(parties: Iterable[Mapping[str, str]]) -> list[str]:
    """The organisations of which one is at risk, from the parties of a hit; none for hits about one organisation."""
    return [party["entity_id"] for party in parties if party["role"] == EITHER_ROLE]
