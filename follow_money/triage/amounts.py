"""Amounts of several hits together: a krona is counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from follow_money.model import HitKind
from follow_money.triage.owner import either, owner_of

BOUNDS = ("amount_low_ore", "amount_likely_ore", "amount_high_ore")

Positions = NDArray[np.intp]
Ore = NDArray[np.int64]


class HitAmounts:
    """The hits of a run with their rows, laid out so that the amounts of any of them together are had at once.

    A source row counts once, by its largest amount. Per organisation and programme: registers that tell of the same money (time reports, claims,
    payments) are not added up, the one with the largest sum counts. Low is what contradictions and flows hold row by row; likely and high are those
    of the largest hit, and at least that. A hit without a programme (salaries that return) tells of the money of the organisation's largest
    programme.

    Args:
        hits: ``hit_id, kind, organisation_id, subject_id, parties, programme`` and the three amounts in öre; hits are named by their position.
        evidence: ``hit_id, register, record_id, amount_ore, role``.
    """

    def __init__(self, hits: pd.DataFrame, evidence: pd.DataFrame) -> None:
        self._organisations = [None if pd.isna(name) else str(name) for name in hits["organisation_id"]]
        self._subjects = [str(name) for name in hits["subject_id"]]
        self._either = [sorted(set(either(parties))) for parties in hits["parties"]]
        self._programmes = ["" if pd.isna(name) else str(name) for name in hits["programme"]]
        self._is_firm = (hits["kind"] != HitKind.RATE.value).to_numpy()
        self._bounds: Ore = hits[list(BOUNDS)].to_numpy(dtype=np.int64).reshape(len(hits), len(BOUNDS))
        self._hit_ids = hits["hit_id"].tolist()
        position = {hit_id: place for place, hit_id in enumerate(self._hit_ids)}
        rows = evidence[(evidence["role"] == "for") & evidence["hit_id"].isin(position)]
        of_hit = rows["hit_id"].map(position).to_numpy(dtype=np.intp)
        order = np.argsort(of_hit, kind="stable")
        self._first_row = np.searchsorted(of_hit[order], np.arange(len(hits) + 1))
        self._row_ore: Ore = rows["amount_ore"].to_numpy(dtype=np.int64)[order]
        self._row_register = pd.factorize(rows["register"])[0][order]
        self._row = rows.groupby(["register", "record_id"], sort=False).ngroup().to_numpy(dtype=np.intp)[order]

    def together(self, chosen: Positions) -> tuple[int, int, int]:
        """Low, likely and high amount of the hits at these positions together, in öre."""
        place_of_hit, places = self._places(chosen)
        firm = self._is_firm[chosen]
        bounds = np.full((places, len(BOUNDS)), np.iinfo(np.int64).min, dtype=np.int64)
        np.maximum.at(bounds, place_of_hit, self._bounds[chosen])
        firm_sums = np.zeros(places, dtype=np.int64)
        np.add.at(firm_sums, place_of_hit[firm], self._bounds[chosen[firm], 0])
        # Of firm hits the rows themselves are the low amount, but never more than the hits' own sums say.
        low = np.minimum(self._of_rows(chosen[firm], place_of_hit[firm], places), firm_sums)
        likely = np.maximum(low, bounds[:, 1])
        return int(low.sum()), int(likely.sum()), int(np.maximum(likely, bounds[:, 2]).sum())

    def _places(self, chosen: Positions) -> tuple[Positions, int]:
        """Per hit its organisation and programme as a number that keeps the order of their names, and how many there are."""
        concerned = {name for hit in chosen if (name := self._organisations[hit]) is not None}
        owners = [
            owner_of(self._organisations[hit], self._subjects[hit], self._either[hit], concerned) for hit in chosen
        ]
        main: dict[str, str] = {}
        largest_first = sorted(
            range(len(chosen)), key=lambda at: (-self._bounds[chosen[at], 1], self._hit_ids[chosen[at]])
        )
        for at in largest_first:
            if self._programmes[chosen[at]]:
                main.setdefault(owners[at], self._programmes[chosen[at]])
        told = [
            (owner, self._programmes[hit] or main.get(owner, "")) for owner, hit in zip(owners, chosen, strict=True)
        ]
        number = {place: at for at, place in enumerate(sorted(set(told)))}
        return np.array([number[place] for place in told], dtype=np.intp), len(number)

    def _of_rows(self, firm: Positions, place_of_hit: Positions, places: int) -> Ore:
        """Öre per place of the rows of these hits: that of the register with the largest sum; zero where there is no row."""
        counts = self._first_row[firm + 1] - self._first_row[firm]
        rows = np.repeat(self._first_row[firm] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        rows = rows + np.arange(counts.sum())
        place = np.repeat(place_of_hit, counts)
        # A row that hits of two organisations share is one krona still: it counts where it is largest.
        order = np.lexsort((place, -self._row_ore[rows]))
        once = order[np.unique(self._row[rows[order]], return_index=True)[1]]
        registers = int(self._row_register.max(initial=-1)) + 1
        sums = np.zeros((places, registers), dtype=np.int64)
        np.add.at(sums, (place[once], self._row_register[rows[once]]), self._row_ore[rows[once]])
        told = np.zeros((places, registers), dtype=np.bool_)
        told[place[once], self._row_register[rows[once]]] = True
        best: Ore = np.where(told, sums, np.iinfo(np.int64).min).max(axis=1, initial=np.iinfo(np.int64).min)
        return np.where(told.any(axis=1), best, 0)


def amounts_once(hits: pd.DataFrame, evidence: pd.DataFrame) -> tuple[int, int, int]:
    """Low, likely and high amount of all these hits together, in öre: `HitAmounts` of one choice."""
    return HitAmounts(hits, evidence).together(np.arange(len(hits)))
