"""Twins: born on one day, living in one home, and often named alike (Johan and Johanna, Erik and Erika).

A slip of the pen in a given name looks just so. Beside one birth date and one home nothing is left to tell the two
apart by, so other given names are for a person to judge; that a name is rare is no licence. Nor is a third record that
fits both: the two names of that day are two wherever they stand, also in records that tell no home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.linkage_model import gamma_of
from follow_money.entities.masks import mask

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Ints = npt.NDArray[np.int64]

_SAME, _OPEN, _OTHER = 0, 1, 2


def twins(table: pa.Table, left: Ints, right: Ints, group: Ints, levels: dict[str, Ints]) -> tuple[Bools, Bools]:
    """Which pairs of parties may be twins, so that nothing may link them, and which of them are told to be two.

    Beside one day and one home a pair of other given names is two; an initial fits several, and only keeps from linking.

    Args:
        table: The descriptions.
        left: Row of each scored pair of descriptions.
        right: The other row.
        group: The pair of parties that each of them is of: places in ``levels``, in order.
        levels: The best level of each comparison for each pair of parties.
    """
    no_number = levels["number"] < gamma_of("number", "one slip from the number")
    one_day = (levels["birth_date"] >= gamma_of("birth_date", "same 1 January")) & no_number
    may_be = one_day & (levels["home"] >= gamma_of("home", "same building"))
    asked = np.flatnonzero(may_be[group])
    told = _given_names(table, left[asked], right[asked])
    may_be[group[asked[told == _SAME]]] = False
    two = may_be.copy()
    two[group[asked[told == _OPEN]]] = False
    born = table["born"].combine_chunks()
    same_day = mask(pc.equal(born.take(pa.array(left)), born.take(pa.array(right))))  # a day that nobody told is no day
    known = asked[(told == _OTHER) & two[group[asked]] & same_day[asked]]
    named = _days_and_names(table, left[known], right[known])
    days = born.take(pa.array(left[known])).unique()
    asked = np.flatnonzero(one_day[group] & ~may_be[group] & same_day & mask(pc.is_in(born, value_set=days))[left])
    told = _given_names(table, left[asked], right[asked])
    same_elsewhere = group[asked[told == _SAME]]
    as_twins = mask(pc.is_in(_days_and_names(table, left[asked], right[asked]), value_set=named.unique()))
    two[np.setdiff1d(group[asked[as_twins & (told == _OTHER)]], same_elsewhere)] = True
    return may_be | two, two


def _days_and_names(table: pa.Table, left: Ints, right: Ints) -> pa.Array:
    """Birth date, which both rows share, and both given names in alphabetical order; null where one is not told."""
    day = table["born"].combine_chunks().take(pa.array(left))
    given = table["given"].combine_chunks()
    one, other = given.take(pa.array(left)), given.take(pa.array(right))
    is_less = pc.less(one, other)
    return pc.binary_join_element_wise(day, pc.if_else(is_less, one, other), pc.if_else(is_less, other, one), " ")


def _given_names(table: pa.Table, left: Ints, right: Ints) -> npt.NDArray[np.int8]:
    """For pairs of rows: given names spelled the same, an initial (or none) beside a name, or other ones.

    A name that is turned round has its given name at the other end; one name may hold all words of the other.
    """
    told = {name: table[name].combine_chunks() for name in ("given", "family", "joined", "name")}

    def alike(one: str, other: str, rows: Ints) -> Bools:
        return mask(pc.equal(told[one].take(pa.array(left[rows])), told[other].take(pa.array(right[rows]))))

    answer = np.full(len(left), _SAME, np.int8)
    asked = np.flatnonzero(~alike("joined", "joined", np.arange(len(left))))
    for one, other in (("given", "given"), ("given", "family"), ("family", "given")):
        asked = asked[~alike(one, other, asked)]
    sides = (
        zip(*(told[name].take(pa.array(side[asked])).to_pylist() for name in ("given", "name")), strict=True)
        for side in (left, right)
    )
    answer[asked] = [_compared(*first, *second) for first, second in zip(*sides, strict=True)]
    return answer


def _compared(given: str | None, name: str | None, other_given: str | None, other_name: str | None) -> int:
    """The same for names whose ends differ."""
    words, others = set((name or "").split()), set((other_name or "").split())
    if words <= others or others <= words:
        return _SAME
    if given is None or other_given is None:
        return _OPEN
    return _OPEN if 1 in (len(given), len(other_given)) and given[0] == other_given[0] else _OTHER
