"""Twins: born on one day, living in one home, and often named alike (Johan and Johanna, Erik and Erika).

A slip of the pen in a given name looks just so. Beside one birth date and one home nothing is left to tell the two
apart by, so other given names are for a person to judge; that a name is rare is no licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from follow_money.entities.linkage_model import gamma_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa


def may_be_twins(levels: dict[str, npt.NDArray[np.int64]]) -> npt.NDArray[np.bool_]:
    """Where two parties share birth date and home, and no number, not even with a slip, says that they are one."""
    one_day = levels["birth_date"] >= gamma_of("birth_date", "same 1 January")
    one_home = levels["home"] >= gamma_of("home", "same building")
    answer: npt.NDArray[np.bool_] = (
        one_day & one_home & (levels["number"] < gamma_of("number", "one slip from the number"))
    )
    return answer


def same_given_name(
    table: pa.Table, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """For pairs of rows of ``table``: whether a given name is spelled the same, or one name holds all words of the other.

    A name that is turned round has its given name at the other end.
    """
    told = [
        {part: table[part].take(side).to_pylist() for part in ("given", "family", "joined", "name")}
        for side in (left, right)
    ]
    one, other = ([dict(zip(side, row, strict=True)) for row in zip(*side.values(), strict=True)] for side in told)
    return np.array([_same(first, second) for first, second in zip(one, other, strict=True)], np.bool_)


def _same(first: dict[str, str | None], second: dict[str, str | None]) -> bool:
    if first["joined"] == second["joined"]:
        return True
    ends = ((first["given"], second[end]) for end in ("given", "family"))
    if any(one is not None and one == other for one, other in (*ends, (first["family"], second["given"]))):
        return True
    words, others = (set((name or "").split()) for name in (first["name"], second["name"]))
    return words <= others or others <= words
