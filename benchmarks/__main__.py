"""``python -m benchmarks [NAME] [--json] [--budget SECONDS]``."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks.row import Budget, Row

BENCHMARKS = {
    "main-job": "exported registers in, ranked cases and a packet out: recall, precision, time, quarantine",
    "typologies": "every typology at three levels of difficulty: recall, precision beside sorting by amount paid, amounts, look-alikes",
    "entities": "who is who: public and made-up registers beside plain Splink, precision, recall, cost, order of delivery",
    "flows": "the money trail: cycles and tracing beside a sort and beside other libraries, memory, planted trails",
    "nothing-planted": "honest worlds: every p of every rate detector, and the cases that rates alone make of them",
}
"""Name -> what it measures. The module is the name with underscores."""


def main() -> int:
    """Run one benchmark and print its rows; list them when no name is given. Exit code 1 when an asked figure does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--budget", type=float, help="seconds; parts that would begin later are not run, and said so")
    arguments = parser.parse_args()
    if arguments.name is None:
        for name, what in BENCHMARKS.items():
            print(f"{name:16} {what}")
        return 0
    module = importlib.import_module(f"benchmarks.{arguments.name.replace('-', '_')}")
    rows: list[Row] = module.measure(Budget(arguments.budget))
    if arguments.json:
        json.dump([asdict(row) for row in rows], sys.stdout, ensure_ascii=False, indent=1, default=str)
        print()
    else:
        table = Table("measure", "value", "asked", "holds", "note")
        for row in rows:
            table.add_row(
                row.measure, str(row.value), row.asked, {True: "yes", False: "NO", None: "not run"}[row.holds], row.note
            )
        Console(width=200 if not sys.stdout.isatty() else None).print(table)
    return 0 if all(row.holds is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
