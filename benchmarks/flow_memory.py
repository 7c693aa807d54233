"""Peak memory of a trace over a whole table, in a process of its own: ``python -m benchmarks.flow_memory FOLDER`` prints it as JSON.

Counted from the imported and compiled program on: the delivered columns, the store made of them (with its ids), the trace, the peak of it all.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.flow_tables import Columns, power_law
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.trace import trace

_COLUMNS: Final = ("payer", "payee", "paid_at_us", "amount_ore")


@dataclass(frozen=True)
class Memory:
    """Bytes a payment above the start, at the peak: when the store is made, when money is followed too, when cycles are searched as well."""

    store: float
    trace: float
    cycles: float


def peak_memory(columns: Columns) -> Memory:
    """Measure it in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        for name in _COLUMNS:
            np.save(Path(folder) / f"{name}.npy", getattr(columns, name))
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.flow_memory", folder, str(columns.accounts)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return Memory(**json.loads(told.stdout))


def _main(folder: str, accounts: str) -> None:
    small = power_law(2_000, has_hubs=False, seed=0).store()
    trace(small, small.paid_by(0))
    cycles(small)
    start = _now_bytes()
    payments = len(np.load(Path(folder) / "payer.npy", mmap_mode="r"))
    delivered = {name: np.load(Path(folder) / f"{name}.npy") for name in _COLUMNS}
    store = Columns(**delivered, accounts=int(accounts)).store()
    del delivered
    peaks = {"store": _peak_bytes()}
    trail = trace(store, store.paid_by(int(np.bincount(store.payer).argmax())))
    peaks["trace"] = _peak_bytes()
    del trail
    cycles(store)
    peaks["cycles"] = _peak_bytes()
    print(json.dumps({name: (peak - start) / payments for name, peak in peaks.items()}))


def _now_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _peak_bytes() -> int:
    """Of this program alone; ``ru_maxrss`` begins with what the parent had."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    _main(*sys.argv[1:])
