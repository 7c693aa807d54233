"""What looks like one and may be two: what a model finds sure and only a person can decide.

* 'Jr' or 'd.ä.' on one side alone, and no birth date: father and son bear one name in one home.
* No birth date on one side, and two people of the name live there, or one of them nobody knows where.
* No birth date, and numbers of which at least one is wrong, but whose dates are further apart than a slip: father and son again.
* One name and one birth date in two homes: those who moved, and namesakes. Only where name and day together are rare among
  the people delivered is the one far likelier than the other. Names are counted, nothing else is read out of them.
* Organisations of one name at two addresses, where neither telephone nor number agrees.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import jellyfish
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.birth_conflicts import births_conflict
from follow_money.entities.clusters import UNKNOWN
from follow_money.entities.linkage import LINK_BITS
from follow_money.entities.linkage_model import gamma_of
from follow_money.entities.masks import is_told

if TYPE_CHECKING:
    from follow_money.entities.linkage import Scores

    Bools = npt.NDArray[np.bool_]
    Ints = npt.NDArray[np.int64]

MOST_NAMESAKES: Final = 2e-4
"""People of one name that may be expected on one birth date for name and date to tell who somebody is in another home.

One record in ten tells another home than before: at this share one join in five hundred is of two people.
"""

DAYS_OF_BIRTH: Final = 29_000
"""Days on which people now living were born."""

DATE_DIGITS: Final = 6
"""Digits of a personal number that tell the birth date."""

CROWDED_DAY: Final = 10
"""Descriptions with one birth date from which its share is taken as found, since small counts tell none."""


def without_untellable(scores: Scores, table: pa.Table, generation: Ints) -> Scores:
    """The scores of persons, with no link where a person must decide.

    Args:
        scores: Pairs of parties.
        table: All descriptions, see `descriptions.descriptions`.
        generation: For each party what its names say of it: younger, older or UNKNOWN.
    """
    levels = scores.levels
    no_number = levels["number"] < gamma_of("number", "one slip from the number")
    no_birth = levels["birth_date"] < 0
    sides = (generation[scores.left] != UNKNOWN).astype(np.int64) + (generation[scores.right] != UNKNOWN)
    unsure = (sides == 1) & no_birth & no_number
    at_home = levels["home"] >= gamma_of("home", "same building")
    sure = scores.may_link & no_number & (scores.bits >= LINK_BITS)
    asked = np.flatnonzero(
        sure & no_birth & at_home & (sides == 0)
    )  # where both tell their generation, it is the same one
    unsure[asked] |= _several_live_there(scores.left[asked], scores.right[asked], table)
    others = scores.may_link & no_birth & (levels["number"] == gamma_of("number", "another number"))
    rows = np.flatnonzero(others)
    others[rows] = _dates_in_numbers_differ(scores.left[rows], scores.right[rows], table)
    namesakes = _in_two_homes(levels) & sure
    rows = np.flatnonzero(namesakes)
    new_year = levels["birth_date"][rows] == gamma_of("birth_date", "same 1 January")
    namesakes[rows] = new_year | (_expected(scores.left[rows], scores.right[rows], table) > MOST_NAMESAKES)
    are_two = namesakes | others
    return replace(scores, may_link=scores.may_link & ~unsure & ~are_two, are_two=scores.are_two | are_two)


def without_other_places(scores: Scores) -> Scores:
    """The scores of organisations, with no link between two addresses where nothing but the name agrees."""
    levels = scores.levels
    sure = scores.may_link & (scores.bits >= LINK_BITS)
    elsewhere = sure & (levels["home"] == gamma_of("home", "elsewhere"))
    elsewhere &= levels["phone"] < gamma_of("phone", "one slip from the phone")
    elsewhere &= levels["number"] < gamma_of("number", "one slip from the number")
    return replace(scores, may_link=scores.may_link & ~elsewhere, are_two=scores.are_two | elsewhere)


def _in_two_homes(levels: dict[str, Ints]) -> Bools:
    """Where two parties share their birth date, but neither home nor telephone."""
    one_day = levels["birth_date"] >= gamma_of("birth_date", "same 1 January")
    two_homes = (levels["home"] >= 0) & (levels["home"] <= gamma_of("home", "same postcode"))
    answer: Bools = one_day & two_homes & (levels["phone"] < gamma_of("phone", "one slip from the phone"))
    return answer


def _expected(left: Ints, right: Ints, table: pa.Table) -> npt.NDArray[np.float64]:
    """How many others of the name, the commoner of two, may be expected on the birth date of both."""
    unit = table["unit"].to_numpy()
    asked = table.filter(pa.array(np.isin(unit, np.concatenate([left, right]))))
    people = len(np.unique(unit))
    share = dict.fromkeys(unit.tolist(), 0.0)
    days: dict[int, set[str]] = defaultdict(set)
    for party, of_name, day in zip(*(asked[name].to_pylist() for name in ("unit", "name_shares", "born")), strict=True):
        share[party] = max(share[party], of_name)
        days[party] |= {day} - {None}
    born = table.group_by("born", use_threads=False).aggregate([("unit", "count_distinct")])
    count = dict(zip(born["born"].to_pylist(), born["unit_count_distinct"].to_pylist(), strict=True))
    told = []
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        most = max((count[day] for day in days[one] & days[other]), default=0)
        of_day = max(most / people if most >= CROWDED_DAY else 0.0, 1 / DAYS_OF_BIRTH)
        told.append(people * max(share[one], share[other]) * of_day)
    return np.array(told)


def _several_live_there(left: Ints, right: Ints, table: pa.Table) -> Bools:
    """For pairs of one home and no common birth date: whether another one of that name, of other age, may live there."""
    unit = table["unit"].to_numpy()
    mine = table.filter(pa.array(np.isin(unit, np.concatenate([left, right]))))
    names, homes, days = (_by_party(mine, column) for column in ("name", "building", "born"))
    alike = table.filter(pc.is_in(table["name"], value_set=mine["name"].combine_chunks().unique()))
    everybody = table.filter(pc.is_in(table["unit"], value_set=alike["unit"].combine_chunks().unique()))
    of_others, born = (_by_party(everybody, column) for column in ("building", "born"))
    bearers: dict[str, set[int]] = defaultdict(set)
    for party, name in zip(alike["unit"].to_pylist(), alike["name"].to_pylist(), strict=True):
        bearers[name].add(party)
    answer = np.zeros(len(left), np.bool_)
    for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        home = homes[one] & homes[other] or homes[one] | homes[other]
        others = set().union(*(bearers[name] for name in names[one] | names[other])) - {one, other}
        told = [
            day for party in sorted(others) if not of_others[party] or of_others[party] & home for day in born[party]
        ]
        ours = days[one] | days[other] or set(told)
        answer[place] = any(births_conflict(int(day), int(mine)) for day in set(told) for mine in ours)
    return answer


def _dates_in_numbers_differ(left: Ints, right: Ints, table: pa.Table) -> Bools:
    """For pairs of parties with numbers: whether no two of these start with dates that are a slip apart at most."""
    mine = table.filter(pa.array(np.isin(table["unit"].to_numpy(), np.concatenate([left, right]))))
    numbers = _by_party(mine, "digits")
    dates = {party: {digits[:DATE_DIGITS] for digits in told} for party, told in numbers.items()}
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.array([not any(_a_slip_apart(x, y) for x in dates[a] for y in dates[b]) for a, b in pairs], np.bool_)


def _a_slip_apart(one: str, other: str) -> bool:
    return jellyfish.damerau_levenshtein_distance(one, other) <= 1


def _by_party(table: pa.Table, column: str) -> dict[int, set[str]]:
    """What the descriptions of each party tell in a column."""
    told = table.filter(pa.array(is_told(table[column].combine_chunks())))
    answer: dict[int, set[str]] = defaultdict(set)
    for party, value in zip(told["unit"].to_pylist(), told[column].to_pylist(), strict=True):
        answer[party].add(value)
    return answer
