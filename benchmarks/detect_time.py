"""All detectors together, beside what the engine needs to sort the tables that they read once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.row import Budget, Row
from follow_money import Run, Settings, open_workspace
from follow_money.detectors.catalogue import chosen
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.graph.money_graph import CURRENT, DERIVED, table_schema
from follow_money.registers.intake import Intake
from follow_money.run_keys import data_period

PEOPLE = int(os.environ.get("FOLLOW_MONEY_BENCH_DETECT_PEOPLE", "1000000"))
MOST_SORTS = 12


def detect_rows(budget: Budget) -> Iterator[Row]:
    """One row: wall seconds of the detectors, in sorts."""
    name = f"all detectors over a region of {PEOPLE:,} people, in sorts of the tables they read"
    asked = f"<= {MOST_SORTS}"
    if budget.is_spent():
        yield Row(measure=name, value=None, asked=asked, holds=None, note="no time left")
        return
    with tempfile.TemporaryDirectory() as folder:
        region = Path(folder) / "region"
        command = [sys.executable, "-m", "synthetic_data", str(region), "--people", str(PEOPLE), "--seed", "51"]
        subprocess.run(command, check=True, capture_output=True)
        run = open_workspace(Path(folder) / "workspace", synthetic=True).screen(region / "exports", Settings())
        if run is None:
            raise AssertionError("a screening that is not stopped returns its run")
        sort, tables, rows = _sort_once(run)
        seconds = _detect(run, Path(folder))
    yield Row(
        measure=name,
        value=round(seconds / sort, 2),
        asked=asked,
        holds=seconds <= MOST_SORTS * sort,
        note=f"detectors {seconds:.1f} s, one sort {sort:.1f} s of {tables} tables with {rows:,} rows; same threads",
    )


def _sort_once(run: Run) -> tuple[float, int, int]:
    """Seconds to sort every table that some detector reads, the least of two times; how many tables, how many rows."""
    detectors = chosen({})
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
                engine.keep(f"sorted_{name}", f"select * from {name} order by {column}")
            least = min(least, time.monotonic() - began)
    return least, len(held), rows


def _detect(run: Run, folder: Path) -> float:
    """Seconds of all detectors that are on, the least of two times."""
    intake = Intake.from_json((run.records / "intake.json").read_text(encoding="utf-8"))
    least = float("inf")
    for number in range(2):
        out = folder / f"detect {number}"
        out.mkdir()
        with Engine() as engine:
            began = time.monotonic()
            detect(engine, run.graph, chosen({}), intake, out, q_limit=0.05, data_to=data_period(intake)[1])
            least = min(least, time.monotonic() - began)
    return least
