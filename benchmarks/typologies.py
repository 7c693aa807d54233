"""Every typology at three levels of difficulty: recall, precision beside sorting by amount paid, amounts, lawful look-alikes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.against_matrix import PLACES, AgainstMatrix, Outcome, compare
from benchmarks.large_region import large_region_rows
from benchmarks.row import Budget, Row
from benchmarks.unlocked import every_detector
from follow_money import open_workspace

SEEDS = tuple(int(seed) for seed in os.environ.get("FOLLOW_MONEY_BENCH_SEEDS", "46,47,48,49,50").split(","))
"""No parameter was tuned on these."""
PEOPLE = int(os.environ.get("FOLLOW_MONEY_BENCH_PEOPLE", "40000"))
EACH = 3
"""Schemes of every scenario at each level in one region."""
ASKED = {"blatant": 1.0, "careful": 0.9, "professional": 0.6}
"""Least recall by level."""
PROFILES = ("own", "municipal_committee", "forsakringskassan")


@dataclass(frozen=True, kw_only=True)
class Screened:
    """One region under one profile."""

    against: AgainstMatrix
    organisations: int
    seconds: float


def measure(budget: Budget) -> list[Row]:
    """All rows of the benchmark."""
    told: dict[str, list[Screened]] = {profile: [] for profile in PROFILES}
    for seed in SEEDS:
        if budget.is_spent():
            break
        with tempfile.TemporaryDirectory() as folder:
            region = Path(folder) / "region"
            command = [sys.executable, "-m", "synthetic_data", str(region), "--people", str(PEOPLE)]
            made = subprocess.run(
                [*command, "--seed", str(seed), "--matrix", str(EACH)], check=True, capture_output=True, text=True
            )
            organisations = int(_said(made.stdout, "organisations"))
            for profile in PROFILES:
                told[profile].append(_screen(region, Path(folder) / profile, profile, organisations))
                against = told[profile][-1].against
                missed = Counter((o.planted.scenario, o.planted.level) for o in against.outcomes if not o.is_found)
                print(
                    f"seed {seed}, {profile}: missed {dict(missed)}; {against.precision}", file=sys.stderr, flush=True
                )
    return [
        *(row for profile, screened in told.items() for row in _profile(profile, screened)),
        *large_region_rows(budget),
    ]


def _said(summary: str, what: str) -> str:
    line = next(line for line in summary.splitlines() if line.startswith(what.replace("_", " ")))
    return line[len(what) :].replace(" ", "").replace("\u00a0", "")


def _screen(region: Path, place: Path, profile: str, organisations: int) -> Screened:
    started = time.monotonic()
    run = open_workspace(place, synthetic=True).screen(region / "exports", every_detector(profile))
    if run is None:
        raise AssertionError("a screening that is not stopped returns its run")
    seconds = time.monotonic() - started
    return Screened(against=compare(run, region / "truth"), organisations=organisations, seconds=seconds)


def _profile(profile: str, screened: list[Screened]) -> Iterator[Row]:
    if not screened:
        yield Row(measure=f"{profile}: recall by level", value=None, asked=str(ASKED), holds=None, note="no time left")
        return
    told = [each.against for each in screened]
    outcomes = [outcome for each in told for outcome in each.outcomes]
    setting = f"{len(screened)} seeds, {PEOPLE:,} people, {screened[0].organisations:,} organisations, {len(told[0].outcomes)} schemes each"
    is_own = profile == "own"
    for level, asked in ASKED.items():
        recall = _share(o.is_found for o in outcomes if o.planted.level == level)
        yield Row(
            measure=f"{profile}: recall, {level}",
            value=round(recall, 3),
            asked=f">= {asked}" if is_own else "(what the profile can see)",
            holds=recall >= asked if is_own else True,
            note=setting,
        )
    yield from _scenarios(profile, outcomes)
    for place, places in enumerate(PLACES):
        ours, plain = (
            sum(values) / len(values)
            for values in ([each.precision[place] for each in told], [each.precision_by_paid[place] for each in told])
        )
        least = 0.8 if places == 50 else 0.0
        yield Row(
            measure=f"{profile}: precision of the first {places} cases / of the first {places} by amount paid",
            value=f"{ours:.2f} / {plain:.2f}",
            asked=f">= {least}, and clearly above" if least else "clearly above",
            holds=ours > plain + 0.2 and ours >= least if is_own else True,
            note=f"{[each.cases for each in told]} cases; base rate 1 organisation in "
            f"{screened[0].organisations // max(len({s for each in told[0].outcomes for s in each.planted.subjects}), 1)}",
        )
    held = _share(o.holds_amount for o in outcomes if o.is_found)
    yield Row(
        measure=f"{profile}: planted amount within low-high of its cases, of found schemes",
        value=round(held, 3),
        asked=">= .9" if is_own else "(own profile)",
        holds=held >= 0.9 if is_own else True,
        note=_by_scenario((o for o in outcomes if o.is_found), lambda o: o.holds_amount),
    )
    false = Counter(kind for each in told for kind in each.false_contradictions)
    yield Row(
        measure=f"{profile}: contradictions on look-alikes or honest organisations",
        value=false.total(),
        asked="0",
        holds=not false,
        note=f"of {[each.look_alikes for each in told]} look-alike organisations; {dict(false)}",
    )
    rated = Counter(kind for each in told for kind in each.look_alikes_rated)
    share = rated.total() / max(sum(each.look_alikes for each in told), 1)
    yield Row(
        measure=f"{profile}: look-alikes with a rate hit",
        value=round(share, 4),
        asked="<= .01",
        holds=share <= 0.01,
        note=str(dict(rated)),
    )
    yield Row(
        measure=f"{profile}: wall seconds of a screening",
        value=round(max(each.seconds for each in screened), 1),
        asked="(none)",
        holds=True,
        note=setting,
    )


def _scenarios(profile: str, outcomes: list[Outcome]) -> Iterator[Row]:
    for scenario in sorted({o.planted.scenario for o in outcomes}):
        mine = [o for o in outcomes if o.planted.scenario == scenario]
        recall = {level: _share(o.is_found for o in mine if o.planted.level == level) for level in ASKED}
        by = Counter(detector for o in mine for detector in o.detectors)
        typologies = sorted(mine[0].planted.typologies)
        yield Row(
            measure=f"{profile}: {scenario} (typology {', '.join(map(str, typologies))}), recall by level",
            value=" / ".join(f"{value:.2f}" for value in recall.values()),
            asked=" / ".join(f">= {value}" for value in ASKED.values())
            if profile == "own"
            else "(what the profile can see)",
            holds=all(recall[level] >= asked for level, asked in ASKED.items()) if profile == "own" else True,
            note=", ".join(f"{detector} {count}" for detector, count in by.most_common()),
        )


def _by_scenario(outcomes: Iterable[Outcome], holds: Callable[[Outcome], bool]) -> str:
    told: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        told[outcome.planted.scenario].append(holds(outcome))
    return ", ".join(f"{scenario} {_share(values):.2f}" for scenario, values in sorted(told.items()))


def _share(values: Iterable[bool]) -> float:
    told = list(values)
    return sum(told) / max(len(told), 1)
