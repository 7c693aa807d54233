"""Nothing planted: honest worlds, every p of every rate detector, and the cases that rates alone make of them.

Two kinds of worlds. *Regions* are whole screenings, with every detector on and the honest surroundings of every scenario: a detector has as many tests there as
there are providers, clinics, suppliers, decisions and accounts. *Redrawn* worlds take
each detector's peer groups as the regions have them (their sizes, exposures and fitted nulls), draw honest counts anew and fit again: they give each null the
tests that whole regions are too small for, and they check the fit, not the detector.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.row import Budget, Row
from benchmarks.unlocked import every_detector
from follow_money import open_workspace
from follow_money.detectors.dwelling_overfull import DwellingOverfull
from follow_money.detectors.peers import count_tests, rate_tests, ratio_tests

PEOPLE = int(os.environ.get("FOLLOW_MONEY_BENCH_PEOPLE", "100000"))
WORLDS = int(os.environ.get("FOLLOW_MONEY_BENCH_WORLDS", "20"))
FIRST_SEED = 220
"""No parameter was tuned on these seeds; the tail of ratios was set in sight of 200 to 219."""
TESTS = 40_000
LEVELS = (0.05, 0.001)
MOST = (0.06, 0.0015)
LEAST = 0.03
DRAWN = (
    r"beta-binomial, mean \S+, rho \S+|negative binomial, rate \S+, dispersion \S+|robust z of log ratio, Student tail"
)
"""Nulls that say all that is needed to draw from them. Others (shares elsewhere, errors of others, kinds of ties, ratios in their own errors) stand for
whole regions alone."""
AS_RUN: dict[str, dict[str, Any]] = {
    "dwelling_overfull": {"tells_below": DwellingOverfull.tells_below},
    "sick_pay_share": {"trim_below": 0.0},
}
"""What detectors ask of the fit; a null is fitted anew as they have it."""


@dataclass(frozen=True, kw_only=True)
class World:
    """One honest region, screened: its tests with a p, and how many cases rest on rates alone."""

    tests: pd.DataFrame
    cases: int


def measure(budget: Budget) -> list[Row]:
    """All rows of the benchmark."""
    worlds = list(_worlds(budget))
    if not worlds:
        asked = f"{WORLDS} honest worlds"
        return [Row(measure="worlds with nothing planted", value=None, asked=asked, holds=None, note="no time left")]
    tests = pd.concat([world.tests for world in worlds], ignore_index=True)
    rows = [*_cases(worlds)]
    for name, told in tests.groupby("detector"):
        rows.append(
            _shares(f"{name}: whole regions", told["p_randomised"], f"{len(worlds)} regions of {PEOPLE:,} people")
        )
        if not budget.is_spent() and told["null_model"].str.fullmatch(DRAWN).all():
            p_values = redrawn(told, at_least=TESTS, seed=FIRST_SEED)
            rows.append(_shares(f"{name}: redrawn", p_values, f"the peer groups of {len(worlds)} regions"))
    return rows


def redrawn(tests: pd.DataFrame, *, at_least: int, seed: int) -> pd.Series:
    """Randomised p values of honest counts, drawn from the nulls that were fitted and fitted anew in the same peer groups.

    Args:
        tests: One detector's, with ``world, unit, peer_group, observed, expected, null_model``.
        at_least: So many tests, and the groups are drawn again and again until there are as many.
        seed: Same seed, same draws.
    """
    draw, told, count = np.random.default_rng(seed), [], 0
    groups = [group for _, group in tests.groupby(["world", "unit", "peer_group"], sort=True)]
    while count < at_least:
        for number, group in enumerate(groups):
            keyed = group.assign(key=[f"{count} {number} {row}" for row in range(len(group))])
            told.append(_redrawn(keyed, draw, AS_RUN.get(str(group["detector"].iloc[0]), {})))
        count = sum(len(each) for each in told)
    return pd.concat(told, ignore_index=True)


def _redrawn(group: pd.DataFrame, draw: np.random.Generator, as_run: dict[str, Any]) -> pd.Series:
    model, expected = str(group["null_model"].iloc[0]), group["expected"].to_numpy(dtype=np.float64)
    figures = [float(figure) for figure in re.findall(r"\d+\.\d+", model)]
    unit, kind = "redrawn", "organisation"
    if model.startswith("beta-binomial"):
        mean, rho = max(figures[0], 1e-4), max(figures[1], 1e-4)
        trials = np.maximum(1, np.round(expected / mean)).astype(np.int64)
        size = (1 - rho) / rho
        share = draw.beta(mean * size, (1 - mean) * size, len(group))
        counted = rate_tests(
            group.assign(observed=draw.binomial(trials, share), trials=trials), unit=unit, subject_kind=kind, **as_run
        )
    elif model.startswith("negative binomial"):
        rate, spread = max(figures[0], 1e-5), max(figures[1], 1e-4)
        exposure = expected / rate
        observed = draw.poisson(expected * draw.gamma(1 / spread, spread, len(group)))
        counted = count_tests(
            group.assign(observed=observed, exposure=exposure), unit=unit, subject_kind=kind, **as_run
        )
    else:
        residual = np.log(group["observed"].to_numpy(dtype=np.float64) / expected)
        ratio = expected * np.exp(draw.choice(residual, len(group)))
        drawn = group.drop(columns="observed").assign(ratio=ratio)
        counted = ratio_tests(drawn, unit=unit, subject_kind=kind)
        return counted["p_value"]
    return counted["p_randomised"]


def _worlds(budget: Budget) -> Iterator[World]:
    for seed in range(FIRST_SEED, FIRST_SEED + WORLDS):
        if budget.is_spent():
            return
        with tempfile.TemporaryDirectory() as folder:
            region = Path(folder) / "region"
            making = [sys.executable, "-m", "synthetic_data", str(region), "--people", str(PEOPLE), "--seed", str(seed)]
            subprocess.run([*making, "--surroundings"], capture_output=True, check=True)
            run = open_workspace(Path(folder) / "workspace", synthetic=True).screen(
                region / "exports", every_detector()
            )
            if run is None:
                raise AssertionError("a screening that is not stopped returns its run")
            tests = run.tests.to_pandas()
            kinds = [set(told) for told in _kinds(run.hits.to_pandas(), run.folder)]
        cases = sum(told == {"rate"} for told in kinds)
        print(f"seed {seed}: {cases} cases from rates alone", file=sys.stderr, flush=True)
        yield World(tests=tests[tests["p_randomised"].notna()].assign(world=seed), cases=cases)


def _kinds(hits: pd.DataFrame, folder: Path) -> list[set[str]]:
    belongs = pd.read_parquet(folder / "triage" / "case_hits.parquet")
    told = belongs.merge(hits[["hit_id", "kind"]], on="hit_id")
    return [set(kinds) for _, kinds in told.groupby("case_id")["kind"]]


def _cases(worlds: list[World]) -> Iterator[Row]:
    """On average and in the worst world."""
    counts = [world.cases for world in worlds]
    allowed = max(1.0, PEOPLE / 100_000)
    for measure, value in (("a world", float(np.mean(counts))), ("worst world", float(max(counts)))):
        yield Row(
            measure=f"cases from rates alone at q <= .05, {measure}",
            value=round(value, 2),
            asked="at most 1 a world of 100,000 people",
            holds=value <= allowed,
            note=f"{len(counts)} worlds of {PEOPLE:,} people: {counts}",
        )


def _shares(measure: str, p_values: pd.Series, note: str) -> Row:
    """Whether the shares of small p keep to the gate; within two standard errors of so many tests, which the note says.

    Few detectors have ``TESTS`` tests in whole regions: a region has so many providers, suppliers and officials. The note says how far a row falls short.
    """
    shares = [float((p_values <= level).mean()) for level in LEVELS]
    errors = [float(np.sqrt(level * (1 - level) / len(p_values))) for level in LEVELS]
    holds = LEAST - 2 * errors[0] <= shares[0] <= MOST[0] + 2 * errors[0] and shares[1] <= MOST[1] + 2 * errors[1]
    short = f"; short of the {TESTS:,} asked, whole regions hold no more" if len(p_values) < TESTS else ""
    return Row(
        measure=measure,
        value=f"P(p <= .05) = {shares[0]:.4f}, P(p <= .001) = {shares[1]:.5f}",
        asked=f"{LEAST}-{MOST[0]}, <= {MOST[1]}",
        holds=holds,
        note=f"{len(p_values):,} tests, {note}; two standard errors: {2 * errors[0]:.4f}, {2 * errors[1]:.5f}{short}",
    )
