"""Unusual: how far an organisation's figures together lie from those of its peers. A side signal beside a case; it opens none and moves none.

Three detectors of outliers (isolation forest, COPOD, HBOS) read each organisation's residuals: the logarithm of observed to expected, one a detector and
unit of the tests. Their ranks are averaged. What is shown is the average rank as a share, and for each figure how many peers lie higher. Neighbour methods
(LOF, kNN) fail on such data: irregular organisations are each other's neighbours. The product runs without it: nothing of it is kept in a run.

Source: Liu et al., Isolation forest, 2008; Li et al., COPOD, 2020; Goldstein & Dengel, HBOS, 2012; rank averaging as in Aggarwal & Sathe, Outlier ensembles,
2017.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.nulls import RateNull
from follow_money.model import SubjectKind

UNUSUAL: Final = pa.schema(
    [
        pa.field("organisation_id", pa.string(), nullable=False),
        pa.field("peer_group", pa.string(), nullable=False),  # whom it is compared with: all of one purpose
        pa.field("peers", pa.int64(), nullable=False),
        pa.field(
            "share", pa.float64(), nullable=False
        ),  # average rank of its figures among the peers: 1 is the most unusual
        pa.field(
            "figures",
            pa.list_(
                pa.struct(
                    [
                        pa.field("detector", pa.string(), nullable=False),
                        pa.field("unit", pa.string(), nullable=False),
                        pa.field("log_ratio", pa.float64(), nullable=False),  # of observed to expected
                        pa.field("higher", pa.int64(), nullable=False),
                        pa.field("peers", pa.int64(), nullable=False),
                    ]
                )
            ),
            nullable=False,
        ),
    ]
)
"""One row an organisation, in the order of ids; its figures, those with fewest peers above first."""

FEWEST_FIGURES: Final = 2
"""Figures without which an organisation is not compared."""
FEWEST_ORGANISATIONS: Final = 30
"""Organisations below which nobody is compared: a rank among a few says nothing."""
SEED: Final = 20
HALF: Final = 0.5
"""Added to small counts above and below, so that none has a logarithm without bound."""


def unusual(tests: pa.Table, *, left_out: frozenset[str] = frozenset()) -> pa.Table:
    """How unusual each organisation is among those of one purpose, in the schema ``UNUSUAL``.

    Args:
        tests: In the schema ``TESTS``.
        left_out: Organisations that are persons (sole traders): no person is compared.
    """
    told = _residuals(tests, left_out)
    found: list[dict[str, Any]] = []
    for group, of_group in told.groupby("peer_group", sort=True):
        wide = of_group.pivot_table(
            index="subject_id", columns=["detector", "unit"], values="log_ratio", aggfunc="max"
        ).sort_index()
        wide = wide[wide.notna().sum(axis=1) >= FEWEST_FIGURES]
        wide = wide.loc[:, wide.nunique() > 1]
        if len(wide) < FEWEST_ORGANISATIONS or wide.shape[1] < FEWEST_FIGURES:
            continue
        found += _compared(wide, str(group))
    return pa.Table.from_pylist(
        sorted(found, key=lambda row: (row["organisation_id"], row["peer_group"])), schema=UNUSUAL
    )


def _residuals(tests: pa.Table, left_out: frozenset[str]) -> pd.DataFrame:
    told = tests.to_pandas()
    told = told[
        (told["subject_kind"] == SubjectKind.ORGANISATION.value)
        & told["p_value"].notna()
        & told["expected"].notna()
        & ~told["subject_id"].isin(left_out)
    ]
    purposes = {name: detector.purpose.value for name, detector in catalogue().items()}
    add = np.where(told["null_model"].str.startswith(RateNull.RATIO.value), 0.0, HALF)
    least = np.finfo(np.float64).tiny
    ratio = np.maximum(told["observed"] + add, least) / np.maximum(told["expected"] + add, least)
    return pd.DataFrame(told.assign(log_ratio=np.log(ratio), peer_group=told["detector"].map(purposes)))


def _compared(wide: pd.DataFrame, group: str) -> list[dict[str, Any]]:
    ranks = [stats.rankdata(scores) / len(wide) for scores in _scores(wide.fillna(0.0).to_numpy(dtype=np.float64))]
    share = np.mean(ranks, axis=0)
    values = wide.to_numpy(dtype=np.float64)
    higher = wide.rank(ascending=False, method="min").to_numpy(dtype=np.float64) - 1
    compared = (~np.isnan(values)).sum(axis=0) - 1
    units = [(str(column[0]), str(column[1])) for column in wide.columns.to_flat_index()]
    rows = []
    for place, organisation in enumerate(wide.index):
        figures: list[dict[str, Any]] = [
            {
                "detector": detector,
                "unit": unit,
                "log_ratio": float(values[place, column]),
                "higher": int(higher[place, column]),
                "peers": int(compared[column]),
            }
            for column, (detector, unit) in enumerate(units)
            if not np.isnan(values[place, column])
        ]
        figures.sort(
            key=lambda figure: (figure["higher"] / max(figure["peers"], 1), figure["detector"], figure["unit"])
        )
        rows.append(
            {
                "organisation_id": organisation,
                "peer_group": group,
                "peers": len(wide) - 1,
                "share": float(share[place]),
                "figures": figures,
            }
        )
    return rows


def _scores(figures: np.ndarray) -> list[np.ndarray]:
    """How far out each row lies, by three detectors; imported here, since they take seconds to load."""
    from pyod.models.copod import COPOD
    from pyod.models.hbos import HBOS
    from pyod.models.iforest import IForest

    models = (IForest(random_state=SEED), COPOD(), HBOS())
    return [model.fit(figures).decision_scores_ for model in models]
