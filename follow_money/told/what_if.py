"""What if: how many findings a detector would have at another limit, from the tests of a run; nothing is screened again.

A rate is read at other limits of q, which a run holds across all its detectors. What has no p (facts, flows) is read at other values of what was observed.
Both are upper bounds: a fixed floor or an exception of the detector may still hold a finding back, as the number that it holds back now shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from follow_money.detectors.catalogue import catalogue, is_of_rates
from follow_money.errors import UsageError
from follow_money.run import Run
from follow_money.statistics import limit_across_families

Q_LIMITS: Final = (0.001, 0.01, 0.05, 0.1, 0.2)
STEPS: Final = 6
"""Values of what was observed that are shown when none is asked for."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One limit: how many tests reach it, and how many of these are findings now.

    ``held`` is what a limit of q leaves within the detector, since it is held across all of them. ``hits_gone`` are findings of now that do not reach it.
    """

    unit: str
    by: str
    limit: float
    held: float | None
    reach: int
    hits_now: int
    hits_gone: int
    is_now: bool


def what_if(run: Run, detector: str, *, q: Sequence[float] = (), observed: Sequence[float] = ()) -> list[Level]:
    """The limits asked for, and that of the run; or some about it.

    Raises:
        UsageError: No such detector, it was not evaluated, or a limit is no share.
    """
    if detector not in catalogue():
        raise UsageError(f"There is no detector '{detector}'. List them with: follow-money detectors")
    if any(not 0 <= limit <= 1 for limit in q):
        raise UsageError("A limit of q is a share: write a number from 0 to 1.")
    tests = run.tests.filter(pc.equal(run.tests["detector"], detector)).to_pandas()
    tests = tests[tests["not_evaluable"].isna()]
    if tests.empty:
        off = "there was nothing for it to look at" if detector in run.detectors_on else "it was not on"
        why = run.not_evaluable.get(detector, off)
        raise UsageError(f"The detector {detector} made no test in the run {run.run_id}: {why}.")
    now = float(run.told["settings"]["q_limit"])
    limits = sorted({*(q or Q_LIMITS), now})
    held = {limit: _held(run, limit, now) for limit in limits}
    told: list[Level] = []
    for _, of_unit in tests.groupby("unit", sort=True):
        rates = of_unit[of_unit["q_value"].notna()] if is_of_rates(detector) else of_unit[:0]
        if len(rates) and (q or not observed):
            told += [
                _level(rates, "q", limit, rates["q_value"] <= held[limit], held=held[limit], is_now=limit == now)
                for limit in limits
            ]
        if observed or (rates.empty and not q):
            values = sorted(observed) or _steps(of_unit["observed"])
            told += [_level(of_unit, "observed", value, of_unit["observed"] >= value) for value in values]
    if not told:
        raise UsageError(f"The detector {detector} tests no rate, so q says nothing of it: ask for --observed.")
    return told


def _held(run: Run, limit: float, now: float) -> float:
    """What a limit leaves within each detector. At a limit above the run's any test may have been a finding of its detector."""
    families = run.rate_families
    if limit > now:
        least = run.tests.group_by("detector").aggregate([("q_value", "min")]).to_pydict()
        of_tests = dict(zip(least["detector"], least["q_value_min"], strict=True))
        families = {name: min(q, of_tests[name]) for name, q in families.items()}
    return limit_across_families(np.array(list(families.values())), limit).within


def _level(
    tests: pd.DataFrame, by: str, limit: float, reach: pd.Series, *, held: float | None = None, is_now: bool = False
) -> Level:
    hits = tests["is_hit"].astype(bool)
    return Level(
        unit=str(tests["unit"].iloc[0]),
        by=by,
        limit=float(limit),
        held=held,
        reach=int(reach.sum()),
        hits_now=int((hits & reach).sum()),
        hits_gone=int((hits & ~reach).sum()),
        is_now=is_now,
    )


def _steps(observed: pd.Series) -> list[float]:
    """Values that stand out of the observed ones, from the least above nothing to the greatest."""
    above = np.sort(observed[observed > 0].to_numpy(dtype=np.float64))
    if not len(above):
        return [1.0]
    return sorted({float(above[place]) for place in np.linspace(0, len(above) - 1, STEPS).round().astype(int)})


def what_if_json(levels: Sequence[Level]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [vars(level) for level in levels]
