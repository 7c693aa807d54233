"""Lawful ties between persons: guardianship, household, family."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthetic_data.region import Region

GUARDIAN, HOUSEHOLD, FAMILY = range(3)


def relate(region: Region, person: int, other: int, kind: int) -> None:
    """Enter that ``person`` is guardian, housemate or family of ``other``, since long before the period."""
    region.relations.add(person=person, other=other, kind=kind, valid_from=-900)
