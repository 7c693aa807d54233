"""One large region in which schemes are rare: the first places of its queue, and all detectors beside one sort of the tables that they read."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.against_matrix import PLACES, AgainstMatrix, compare
from benchmarks.row import Budget, Row
from benchmarks.unlocked import EVERY_DETECTOR, INSIDER, LOCK, every_detector
from follow_money import Run, open_workspace
from follow_money.detectors.catalogue import chosen
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.graph.money_graph import CURRENT, DERIVED, table_schema
from follow_money.registers.intake import Intake
from follow_money.workspace.run_keys import data_period

PEOPLE = int(os.environ.get("FOLLOW_MONEY_BENCH_LARGE_PEOPLE", "1000000"))
SEED = 51
EACH = 2
"""Schemes of every scenario at each level: at least a hundred, and about one organisation in 200 among a million people."""
BASE_RATE = 200
LEAST_PRECISION = {50: 0.8}
MOST_SORTS = 12


def large_region_rows(budget: Budget) -> Iterator[Row]:
    """Precision of the first places beside sorting by amount paid, and wall seconds of the detectors, in sorts."""
    where = f"a region of {PEOPLE:,} people"
    if budget.is_spent():
        for name, asked in (
            (f"{where}: precision of the first 50 cases", ">= .8"),
            (f"{where}: all detectors, in sorts", f"<= {MOST_SORTS}"),
        ):
            yield Row(measure=name, value=None, asked=asked, holds=None, note="no time left")
        return
    with tempfile.TemporaryDirectory() as folder:
        region = Path(folder) / "region"
        command = [
            sys.executable,
            "-m",
            "synthetic_data",
            str(region),
            "--people",
            str(PEOPLE),
            "--seed",
            str(SEED),
            "--matrix",
            str(EACH),
        ]
        subprocess.run(command, check=True, capture_output=True)
        began = time.monotonic()
        run = open_workspace(Path(folder) / "workspace", synthetic=True).screen(region / "exports", every_detector())
        if run is None:
            raise AssertionError("a screening that is not stopped returns its run")
        screening = time.monotonic() - began
        yield from _precision(run, compare(run, region / "truth"), where)
        sort, tables, rows = _sort_once(run)
        seconds = _detect(run, Path(folder))
    yield Row(
        measure=f"{where}: all detectors, in sorts of the tables they read",
        value=round(seconds / sort, 2),
        asked=f"<= {MOST_SORTS}",
        holds=seconds <= MOST_SORTS * sort,
        note=f"detectors {seconds:.1f} s, one sort {sort:.1f} s of {tables} tables with {rows:,} rows; same threads; the whole screening {screening:.0f} s",
    )


def _precision(run: Run, against: AgainstMatrix, where: str) -> Iterator[Row]:
    planted = {organisation for outcome in against.outcomes for organisation in outcome.planted.subjects}
    organisations = (
        pq.read_table(run.entities / "entities.parquet", columns=["kind"])["kind"].to_pylist().count("organisation")
    )
    found = sum(outcome.is_found for outcome in against.outcomes)
    for place, places in enumerate(PLACES):
        ours, plain, least = (
            against.precision[place],
            against.precision_by_paid[place],
            LEAST_PRECISION.get(places, 0.0),
        )
        yield Row(
            measure=f"{where}: precision of the first {places} cases / of the first {places} by amount paid",
            value=f"{ours:.2f} / {plain:.2f}",
            asked=f">= {least}, and clearly above, at 1 organisation in {BASE_RATE}" if least else "clearly above",
            holds=ours > plain + 0.2 and ours >= least,
            note=f"{len(against.outcomes)} schemes, {found} found; 1 organisation of {organisations // max(len(planted), 1)} is planted "
            f"({len(planted)} of {organisations:,}); {against.cases} cases",
        )


def _sort_once(run: Run) -> tuple[float, int, int]:
    """Seconds to sort every table that some detector reads, the least of two times; how many tables, how many rows."""
    detectors = chosen(EVERY_DETECTOR, LOCK, INSIDER)
    read = {name for each in detectors for name in (*each.needs, *each.needs_one_of, *each.uses)}
    names = sorted({*read, *(f"current_{name}" for name in CURRENT if name in read), *DERIVED})
    least = float("inf")
    for _ in range(2):
        with Engine() as engine:
            run.graph.attach(engine)
            held = [name for name in names if run.graph.has(name)]
            rows = sum(int(engine.query(f"select count(*) as n from {name}")["n"][0].as_py()) for name in held)
            began = time.monotonic()
            for name in held:
                column = table_schema(name).names[0]
                # One sorted table at a time: what is held of the others would be spilled to disk.
                with engine.passing():
                    engine.keep(f"sorted_{name}", f"select * from {name} order by {column}")
            least = min(least, time.monotonic() - began)
    return least, len(held), rows


def _detect(run: Run, folder: Path) -> float:
    """Seconds of all detectors, those on natural persons too, the least of two times."""
    intake = Intake.from_json((run.records / "intake.json").read_text(encoding="utf-8"))
    least = float("inf")
    for number in range(2):
        out = folder / f"detect {number}"
        out.mkdir()
        with Engine() as engine:
            began = time.monotonic()
            detect(
                engine,
                run.graph,
                chosen(EVERY_DETECTOR, LOCK, INSIDER),
                intake,
                out,
                q_limit=0.05,
                data_to=data_period(intake)[1],
            )
            least = min(least, time.monotonic() - began)
    return least
