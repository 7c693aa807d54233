"""Organisations: name, legal form, industry, address, phone, dates. A few thousand, so one Python object each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_data.identity_numbers import OrganisationNumbers
from synthetic_data.names import words
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    import numpy as np

ORGANISATION_BASE = 10_000_000
"""Party number of the first organisation; below stand persons."""
FOREIGN = "UTL"
"""Form of a company abroad: it has no Swedish number and stands in no Swedish register."""


@dataclass
class Organisation:
    """``registered_on`` is days since 1970; ``deregistered_on`` likewise or NONE. ``number`` is empty abroad."""

    name: str
    form: str
    number: str
    industry: str
    street: str
    postcode: str
    phone: str
    registered_on: int
    deregistered_on: int = NONE


class Organisations:
    """All organisations of the region by their party number."""

    def __init__(self, first_day: int, rng: np.random.Generator) -> None:
        self._all: list[Organisation] = []
        self._numbers = OrganisationNumbers(rng)
        self._names: set[str] = set()
        self._first_day = first_day
        self._rng = rng

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, party: int) -> Organisation:
        return self._all[party - ORGANISATION_BASE]

    def all(self) -> list[Organisation]:
        """Every organisation, in the order of party numbers."""
        return self._all

    def free_name(self, trade: str, ending: str) -> str:
        """An invented name that no other organisation of the region has."""
        list_of_words = words("company_words")
        while True:
            drawn = [list_of_words[int(i)] for i in self._rng.integers(0, len(list_of_words), size=2)]
            crowded = len(self._names) > len(list_of_words) * 8
            first = " ".join(drawn) if crowded or self._rng.random() < 0.3 else drawn[0]
            name = " ".join(part for part in (first, trade, ending) if part)
            if name not in self._names:
                return name

    def add(
        self,
        name: str,
        form: str,
        industry: str,
        *,
        street: str = "",
        postcode: str = "",
        phone: str = "",
    ) -> int:
        """Register an organisation; what is not given is drawn. Returns its party number."""
        rng = self._rng
        self._names.add(name)
        streets = words("streets")
        place = int(rng.integers(0, len(streets)))
        house = int(rng.integers(1, 200))
        self._all.append(
            Organisation(
                name=name,
                form=form,
                number="" if form == FOREIGN else self._numbers.next(form),
                industry=industry,
                street=street or f"{streets[place]} {house}",
                postcode=postcode or f"181 {10 + place % 90}",
                phone=phone
                or f"08-{int(rng.integers(10, 99))} {int(rng.integers(10, 99))} {int(rng.integers(10, 99))}",
                registered_on=self._first_day - int(rng.integers(200, 7000)),
            )
        )
        return ORGANISATION_BASE + len(self._all) - 1
