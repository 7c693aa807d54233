"""How parties look in exports: numbers, names and account texts of persons and organisations, by party number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic_data.exports.lettering import dashed, ids
from synthetic_data.names import plain
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.region import ASSISTANCE, Region
from synthetic_data.rows import NONE, Ints


@dataclass
class Ranks:
    """Place of each row in its delivered file order; ids are made of it."""

    shifts: Ints
    claims: Ints
    payments: Ints
    decisions: Ints


class Parties:
    """Look-up columns over persons first, then organisations."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.people = region.people.count
        everyone = region.organisations.all()
        organisation_numbers = pa.array([each.number for each in everyone], type=pa.string())
        self.person_number = region.people.number
        self.organisation_number = organisation_numbers
        self._numbers = pa.concat_arrays([region.people.number.cast(pa.string()), organisation_numbers])
        self.person_name = region.people.names(latin=False)
        self.person_name_latin = region.people.names(latin=True)
        self.organisation_name = pa.array([each.name for each in everyone], type=pa.string())
        latin = pa.array([plain(each.name) for each in everyone], type=pa.string())
        self._names_latin = pa.concat_arrays([self.person_name_latin, latin])
        self.account = region.accounts.texts()
        self.ranks = Ranks(
            _rank(region.shifts["start"], region.shifts["programme"] + 10 * region.shifts["gone"]),
            _rank(region.claims["month"], region.claims["programme"]),
            _rank(region.payments["at"], np.zeros(region.payments.count, dtype=np.int64)),
            np.arange(region.decisions.count),
        )

    def _place(self, party: Ints) -> Ints:
        return np.where(party >= ORGANISATION_BASE, party - ORGANISATION_BASE + self.people, party)

    def numbers(self, party: Ints) -> pa.Array:
        """Personal or organisation number of each party."""
        return self._numbers.take(pa.array(self._place(party)))

    def names_latin(self, party: Ints) -> pa.Array:
        """Name of each party in letters that latin-1 has."""
        return self._names_latin.take(pa.array(self._place(party)))

    def persons(self, person: Ints, *, dash: bool = False) -> pa.Array:
        """Personal number of each person."""
        numbers = dashed(self.person_number) if dash else self.person_number
        return numbers.take(pa.array(person))

    def person_names(self, person: Ints, *, latin: bool) -> pa.Array:
        """Name of each person."""
        return (self.person_name_latin if latin else self.person_name).take(pa.array(person))

    def organisations(self, party: Ints, *, dash: bool = False, prefix: str = "") -> pa.Array:
        """Organisation number of each party."""
        numbers = dashed(self.organisation_number) if dash else self.organisation_number
        if prefix:
            numbers = pa.array([prefix + number for number in numbers.to_pylist()])
        return numbers.take(pa.array(party - ORGANISATION_BASE))

    def organisation_names(self, party: Ints) -> pa.Array:
        """Name of each organisation."""
        return self.organisation_name.take(pa.array(party - ORGANISATION_BASE))

    def report_ids(self, rows: Ints) -> pa.Array:
        """Ids of shifts and visits; NONE is empty."""
        known = np.where(rows == NONE, 0, rows)
        home = self.region.shifts["programme"][known] != ASSISTANCE
        return ids("R", np.where(rows == NONE, NONE, self.ranks.shifts[known] + home * 100_000_000), 100_000_000)

    def claim_ids(self, rows: Ints) -> pa.Array:
        """Ids of claims; NONE is empty."""
        known = np.where(rows == NONE, 0, rows)
        return ids("K", np.where(rows == NONE, NONE, self.ranks.claims[known]))

    def payment_ids(self, rows: Ints) -> pa.Array:
        """Ids of payments."""
        return ids("T", self.ranks.payments[rows], 100_000_000)

    def decision_ids(self, rows: Ints) -> pa.Array:
        """Ids of decisions; NONE is empty."""
        return ids("B", rows, 1_000_000)


def _rank(*keys: Ints) -> Ints:
    """Place of each row when sorted by the last key first."""
    order = np.lexsort(keys)
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    return rank
