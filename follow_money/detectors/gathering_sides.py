"""Which of two gatherings that cannot both be is at risk: the one of the association that has clearly more of them apart from the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

_COLUMNS = (
    "gathering_id",
    "record_id",
    "organisation_id",
    "payer",
    "programme",
    "circle",
    "day",
    "minutes",
    "ore_an_hour",
)


def weighed(pairs: pd.DataFrame, gatherings: pd.DataFrame, *, clear: int, times_the_other: int) -> pd.DataFrame:
    """One row a side of each pair: the columns of its gathering, those of the other as ``other_...``, ``overlap`` (0 for a copied list), ``at_risk``.

    Within one association the gathering that is paid less for is at risk. Between two it is the one that has ``clear`` gatherings, and ``times_the_other``
    as many as the other has, that meet some of its own or of two further associations. Where nothing tells them apart neither is (``at_risk`` is false for
    both sides): the association whose lists somebody copied must not be the subject.

    Args:
        pairs: ``left_id, right_id, minutes`` (0 for a copied list).
        gatherings: One row a gathering.
        clear: Gatherings apart from the other association from which on one is the one at risk.
        times_the_other: How many times as many as the other has.
    """
    told = gatherings[list(_COLUMNS)]
    left = pairs.merge(told.rename(columns={"gathering_id": "left_id"}), on="left_id", suffixes=("_met", ""))
    right = pairs[["left_id", "right_id"]].merge(
        told.rename(columns={"gathering_id": "right_id"}), on="right_id", how="left"
    )
    left, right = (
        side.sort_values(["left_id", "right_id"], kind="stable").reset_index(drop=True) for side in (left, right)
    )
    overlap = left["minutes_met"].astype("int64")
    sides = [
        pd.DataFrame(
            {
                "gathering_id": own[own_id],
                "pair": np.arange(len(own)),
                "overlap": overlap,
                **{column: own[column] for column in _COLUMNS[1:]},
                **{f"other_{column}": other[column] for column in _COLUMNS[1:]},
                "other_gathering_id": other[other_id],
            }
        )
        for own, own_id, other, other_id in ((left, "left_id", right, "right_id"), (right, "right_id", left, "left_id"))
    ]
    whole = pd.concat(sides, ignore_index=True)
    return whole.assign(at_risk=_at_risk(whole, clear, times_the_other))


def _at_risk(sides: pd.DataFrame, clear: int, times_the_other: int) -> pd.Series:
    own, other = sides["organisation_id"], sides["other_organisation_id"]
    within = own == other
    paid, other_paid = (
        sides["minutes"] * sides["ore_an_hour"],
        sides["other_minutes"] * sides["other_ore_an_hour"],
    )
    later = (paid < other_paid) | ((paid == other_paid) & (sides["gathering_id"] > sides["other_gathering_id"]))
    apart = _apart(sides)
    mine = apart.reindex(pd.MultiIndex.from_arrays([own, other])).to_numpy()
    theirs = apart.reindex(pd.MultiIndex.from_arrays([other, own])).to_numpy()
    between = ~within & (mine >= clear) & (mine >= times_the_other * theirs)
    risk: pd.Series = (within & later) | between
    return risk


def _apart(sides: pd.DataFrame) -> pd.Series:
    """Gatherings of an association that meet others than the one named, by both ids; 0 unless its own or two further ones are among these."""
    met = sides.drop_duplicates(["gathering_id", "other_organisation_id"])
    own = met["organisation_id"] == met["other_organisation_id"]
    by_pair = met.groupby(["organisation_id", "other_organisation_id"])["gathering_id"].nunique()
    in_all = met.groupby("organisation_id")["gathering_id"].nunique()
    doubles_own = set(met.loc[own, "organisation_id"])
    further = met[~own].groupby("organisation_id")["other_organisation_id"].nunique()
    first = by_pair.index.get_level_values(0)
    speaks = first.isin(doubles_own) | (further.reindex(first).fillna(0).to_numpy() >= 3)
    return pd.Series(np.where(speaks, in_all.reindex(first).to_numpy() - by_pair.to_numpy(), 0), index=by_pair.index)
