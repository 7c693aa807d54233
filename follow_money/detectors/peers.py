"""Rates against peers: within each peer group fit the over-dispersed null, give each subject its tail and whom it was compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from follow_money.statistics import (
    FEWEST_PEERS,
    NOBODY,
    OWN_ERROR,
    RULE_OF_THREE,
    TRIM_BELOW,
    BetaBinomial,
    Flags,
    Floats,
    Ints,
    NegativeBinomial,
    drawn,
    fit_beta_binomial,
    fit_negative_binomial,
    in_own_error,
    randomised_p,
    robust_tail,
    tail_of_few,
)

LEAST_SPREAD: Final = 0.5
LOG_RATIO: Final = "robust z of log ratio, Student tail"
IN_OWN_ERROR: Final = "robust z of log ratio in its own error, Student tail"


def rate_tests(counts: pd.DataFrame, *, unit: str, subject_kind: str, trim_below: float = TRIM_BELOW) -> pd.DataFrame:
    """Beta-binomial tests of shares within peer groups.

    Args:
        counts: One row a subject: ``key, subject_id, peer_group, observed, trials``. ``makes_null``, where it is given, says on whom the null is fitted:
            where findings hold much of what is counted, what could be one must not make the null that is to find it.
        unit: What is counted.
        subject_kind: A ``model.SubjectKind`` value.
        trim_below: Who has an upper tail below this does not make the null either; 0 where ``makes_null`` alone is to say who does: unlucky honest ones
            that a trimmed null calls extreme then keep its tail long. Where too few would be left by it, all make the null, and are trimmed.

    Returns:
        One row a subject in the columns of ``Findings.tests``, with ``expected`` under the fitted null.
    """

    def null_of(members: pd.DataFrame) -> dict[str, Any]:
        observed, trials = members["observed"].to_numpy(dtype=np.int64), members["trials"].to_numpy(dtype=np.int64)
        tells = _makes_null(members)
        limit = TRIM_BELOW if tells.sum() > _told(members).sum() else trim_below
        null = fit_beta_binomial(observed[tells], trials[tells], left_open=_left_open(observed), trim_below=limit)
        return {
            "expected": trials * null.mean,
            **_p_values(null, observed, trials, members["key"], unit),
            "null_model": f"beta-binomial, mean {null.mean:.4f}, rho {null.rho:.4f}",
        }

    return _within_groups(counts, null_of, "beta-binomial", unit=unit, subject_kind=subject_kind)


def count_tests(counts: pd.DataFrame, *, unit: str, subject_kind: str, tells_below: int | None = None) -> pd.DataFrame:
    """Negative-binomial tests of counts over an exposure within peer groups.

    Args:
        counts: One row a subject: ``key, subject_id, peer_group, observed, exposure`` (above 0; 1 where all are exposed alike); ``makes_null`` as
            in `rate_tests`.
        unit: What is counted.
        subject_kind: A ``model.SubjectKind`` value.
        tells_below: A count from which on a subject tells nothing of its peers, where a few large ones would make the null that is to find them; the
            null then keeps a least dispersion (`LEAST_SPREAD`) for the large honest ones that are left out with them. None fits on all.

    Returns:
        One row a subject in the columns of ``Findings.tests``, with ``expected`` under the fitted null.
    """

    def null_of(members: pd.DataFrame) -> dict[str, Any]:
        observed, exposure = (
            members["observed"].to_numpy(dtype=np.int64),
            members["exposure"].to_numpy(dtype=np.float64),
        )
        may_tell = _makes_null(members)
        tells = may_tell if tells_below is None else may_tell & (observed < tells_below)
        if tells.sum() <= FEWEST_PEERS:
            tells = may_tell
        null = fit_negative_binomial(observed[tells], exposure[tells], left_open=_left_open(observed))
        if tells_below is not None and not null.is_bound:
            null = replace(null, dispersion=max(null.dispersion, LEAST_SPREAD))
        return {
            "expected": exposure * null.rate,
            **_p_values(null, observed, exposure, members["key"], unit),
            "null_model": f"negative binomial, rate {null.rate:.5f}, dispersion {null.dispersion:.4f}",
        }

    return _within_groups(counts, null_of, "negative binomial", unit=unit, subject_kind=subject_kind)


def ratio_tests(ratios: pd.DataFrame, *, unit: str, subject_kind: str) -> pd.DataFrame:
    """Robust-z tests of log ratios within peer groups.

    Args:
        ratios: One row a subject: ``key, subject_id, peer_group, ratio`` (above 0). Where subjects tell how sure their own ratio is, ``error`` (standard
            error of its logarithm) and ``degrees`` (of freedom of that error): how far it lies from the others' is then measured in it.
        unit: What the ratio is.
        subject_kind: A ``model.SubjectKind`` value.

    Returns:
        One row a subject in the columns of ``Findings.tests``; ``expected`` is the peers' median ratio.
    """

    def null_of(members: pd.DataFrame) -> dict[str, Any]:
        value = np.log(members["observed"].to_numpy(dtype=np.float64))
        usual = float(np.median(value))
        if "error" not in members:
            return {"expected": np.exp(usual), "p_value": robust_tail(value), "null_model": LOG_RATIO}
        error, degrees = (members[name].to_numpy(dtype=np.float64) for name in ("error", "degrees"))
        own = in_own_error(value - usual, error, degrees)
        return {
            "expected": np.exp(usual),
            "p_value": robust_tail(own, least_scale=OWN_ERROR),
            "null_model": IN_OWN_ERROR,
        }

    told = ratios.rename(columns={"ratio": "observed"})
    return _within_groups(told, null_of, "robust z", unit=unit, subject_kind=subject_kind)


def _within_groups(
    subjects: pd.DataFrame,
    null_of: Callable[[pd.DataFrame], dict[str, Any]],
    null_model: str,
    *,
    unit: str,
    subject_kind: str,
) -> pd.DataFrame:
    """One row a subject, tested within its peer group by what ``null_of`` says of the group; groups too small are not evaluable."""
    told = []
    for group, members in subjects.groupby("peer_group", sort=True):
        peers = len(members) - 1
        few = {
            "expected": np.nan,
            "p_value": np.nan,
            "null_model": null_model,
            "not_evaluable": f"only {peers} peers in {group}",
        }
        rows = members[["key", "subject_id", "peer_group"]].assign(
            subject_kind=subject_kind,
            unit=unit,
            observed=members["observed"].astype(float),
            peers=peers,
            not_evaluable=None,
        )
        told.append(rows.assign(**(few if peers < FEWEST_PEERS else null_of(members))))
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=[*subjects.columns, "p_value"])


def _makes_null(members: pd.DataFrame) -> Flags:
    """On whom the null of a group is fitted: all, where nothing says otherwise, or too few would be left."""
    told = _told(members)
    return told if told.sum() > FEWEST_PEERS else np.ones_like(told)


def _told(members: pd.DataFrame) -> Flags:
    """Who says that it makes the null."""
    told = members.get("makes_null", pd.Series(True, index=members.index))  # noqa: FBT003
    return np.asarray(told, dtype=np.bool_)


def _left_open(observed: Ints) -> float:
    """What peers without counts leave open: where somebody else of the group has some, at most so many."""
    return RULE_OF_THREE if observed.any() else NOBODY


def _p_values(
    null: BetaBinomial | NegativeBinomial,
    observed: Ints,
    size: Any,  # noqa: ANN401  # trials are whole, exposure is not
    keys: pd.Series,
    unit: str,
) -> dict[str, Floats]:
    """Mid-p and randomised p; a null that was fitted on few peers has a heavier tail, one that no count lies behind is a bound already."""
    mid_p = null.upper_tail(observed, size)
    randomised = randomised_p(mid_p, null.point(observed, size), drawn(keys.astype(str), seed=unit))
    if null.is_bound:
        return {"p_value": mid_p, "p_randomised": randomised}
    peers = len(keys) - 1
    return {"p_value": tail_of_few(mid_p, peers), "p_randomised": tail_of_few(randomised, peers)}
