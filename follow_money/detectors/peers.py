"""Rates against peers: group organisations by service and size, fit the over-dispersed null, give each its tail and who it was compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from follow_money.statistics import FEWEST_PEERS, fit_beta_binomial, robust_z, student_tail


def rate_tests(counts: pd.DataFrame, *, unit: str, subject_kind: str) -> pd.DataFrame:
    """Beta-binomial tests of shares within peer groups.

    Args:
        counts: One row a subject: ``key, subject_id, peer_group, observed, trials``.
        unit: What is counted.
        subject_kind: A ``model.SubjectKind`` value.

    Returns:
        One row a subject in the columns of ``Findings.tests``, with ``expected`` under the fitted null.
    """
    told = []
    for group, members in counts.groupby("peer_group", sort=True):
        observed = members["observed"].to_numpy(dtype=np.int64)
        trials = members["trials"].to_numpy(dtype=np.int64)
        rows = members[["key", "subject_id", "peer_group"]].assign(
            subject_kind=subject_kind,
            unit=unit,
            observed=observed.astype(float),
            peers=len(members) - 1,
            not_evaluable=None,
        )
        if len(members) - 1 < FEWEST_PEERS:
            rows = rows.assign(
                expected=np.nan,
                p_value=np.nan,
                null_model="beta-binomial",
                not_evaluable=f"only {len(members) - 1} peers in {group}",
            )
        else:
            null = fit_beta_binomial(observed, trials)
            rows = rows.assign(
                expected=trials * null.mean,
                p_value=null.upper_tail(observed, trials),
                null_model=f"beta-binomial, mean {null.mean:.4f}, rho {null.rho:.4f}",
            )
        told.append(rows)
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=[*counts.columns, "p_value"])


def ratio_tests(ratios: pd.DataFrame, *, unit: str, subject_kind: str) -> pd.DataFrame:
    """Robust-z tests of log ratios within peer groups.

    Args:
        ratios: One row a subject: ``key, subject_id, peer_group, ratio`` (above 0).
        unit: What the ratio is.
        subject_kind: A ``model.SubjectKind`` value.

    Returns:
        One row a subject in the columns of ``Findings.tests``; ``expected`` is the peers' median ratio.
    """
    told = []
    for group, members in ratios.groupby("peer_group", sort=True):
        value = np.log(members["ratio"].to_numpy(dtype=np.float64))
        rows = members[["key", "subject_id", "peer_group"]].assign(
            subject_kind=subject_kind, unit=unit, observed=np.exp(value), peers=len(members) - 1, not_evaluable=None
        )
        if len(members) - 1 < FEWEST_PEERS:
            rows = rows.assign(
                expected=np.nan,
                p_value=np.nan,
                null_model="robust z",
                not_evaluable=f"only {len(members) - 1} peers in {group}",
            )
        else:
            rows = rows.assign(
                expected=float(np.exp(np.median(value))),
                p_value=student_tail(robust_z(value), len(members) - 1),
                null_model="robust z of log ratio, Student tail",
            )
        told.append(rows)
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=[*ratios.columns, "p_value"])


def size_class(programme: pd.Series, size: pd.Series) -> pd.Series:
    """Peer group of an organisation: its programme and whether it is smaller or larger than the median of that programme."""
    median = size.groupby(programme).transform("median")
    return programme + np.where(size <= median, ", smaller half", ", larger half")
