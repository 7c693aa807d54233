"""The same cycles and a like set of signals by snapml's GraphFeaturePreprocessor, an optional peer that is installed for the benchmark alone.

Run as a program it is the peer's own process: ``python -m benchmarks.flow_snapml PACKAGES COLUMNS SETTING BATCH`` prints CPU seconds and totals as JSON.

Its settings are as near to ours as they come, in one thread: the same 24 hours, the same hops. It knows no band of amounts; its temporal cycles know no
limit of hops, its cycles of limited length no order of time, so the cheaper of the two stands for the question. Fed the whole table at once it looks into the
future and costs more; payments are handed to it in lots, as its makers do, of the size that suits it best.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.flow_tables import DAY_US, SECOND_US, Columns

VERSION: Final = "1.17.2"
LOTS: Final = (128, 2_048)
_DAY: Final = DAY_US // SECOND_US
_NOTHING: Final[dict[str, Any]] = {
    "num_threads": 1,
    "time_window": -1,
    **dict.fromkeys(("vertex_stats", "fan", "degree", "scatter-gather", "temp-cycle", "lc-cycle"), False),
}
_TEMPORAL: Final = {"temp-cycle": True, "temp-cycle_tw": _DAY, "temp-cycle_bins": [2, 3, 4, 5]}
_LIMITED: Final = {"lc-cycle": True, "lc-cycle_tw": _DAY, "lc-cycle_len": 4, "lc-cycle_bins": [2, 3, 4]}
_BINS: Final = [2, 3, 4, 5, 10, 20]
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "temporal cycles": {**_NOTHING, **_TEMPORAL},
    "cycles of up to 4 hops": {**_NOTHING, **_LIMITED},
    "all signals": {
        **_NOTHING,
        **_TEMPORAL,
        "time_window": 30 * _DAY,
        **{f"{pattern}_tw": _DAY for pattern in ("fan", "degree", "scatter-gather")},
        **{f"{pattern}_bins": _BINS for pattern in ("fan", "degree", "scatter-gather")},
        **dict.fromkeys(("fan", "degree", "scatter-gather", "vertex_stats"), True),
        "vertex_stats_tw": 30 * _DAY,
        "vertex_stats_cols": [4],
        "vertex_stats_feats": [0, 1, 2, 3, 4, 5, 6, 7],
    },
}
"""Fan and degree in and out, scatter-gather and temporal cycles within 24 hours; of both parties, what goes out and comes in within 30 days: fan, degree,
ratio, mean, sum, least, greatest and median amount."""


@dataclass(frozen=True)
class Peer:
    """What the peer took for one setting, in lots of one size; ``seconds`` is None when it did not finish."""

    setting: str
    lot: int
    seconds: float | None


def install(folder: Path) -> str | None:
    """Install the peer into a folder of its own, for this very interpreter. None, or why it could not be had."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(folder), f"snapml=={VERSION}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return None if told.returncode == 0 else f"snapml {VERSION} cannot be installed: {told.stderr.strip()[-200:]}"


def cheapest(packages: Path, columns: Columns, settings: tuple[str, ...], *, most_seconds: float) -> Peer:
    """The least CPU seconds over some settings and sizes of lots; each run has ``most_seconds`` of wall time."""
    ordered = columns.in_time_order()
    file = packages / "columns.npy"
    told = (np.arange(len(ordered)), ordered.payer, ordered.payee, ordered.paid_at_us // SECOND_US, ordered.amount_ore)
    np.save(file, np.stack(told, axis=1).astype(np.float64))
    ran = [_run(packages, file, setting, lot, most_seconds) for setting in settings for lot in LOTS]
    return min(ran, key=lambda peer: peer.seconds or float("inf"))


def _run(packages: Path, file: Path, setting: str, lot: int, most_seconds: float) -> Peer:
    try:
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.flow_snapml", str(packages), str(file), setting, str(lot)],
            capture_output=True, text=True, check=True, timeout=most_seconds, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Peer(setting, lot, None)
    return Peer(setting, lot, float(json.loads(told.stdout)["seconds"]))


def _main(packages: str, file: str, setting: str, lot: str) -> None:
    sys.path.append(packages)
    peer = importlib.import_module("snapml").GraphFeaturePreprocessor()
    peer.set_params(SETTINGS[setting])
    payments, size = np.load(file), int(lot)
    began, totals = time.process_time(), np.zeros(0)
    for at in range(0, len(payments), size):
        signals = peer.transform(payments[at : at + size])[:, payments.shape[1] :].sum(axis=0)
        totals = signals if not len(totals) else totals + signals
    print(json.dumps({"seconds": time.process_time() - began, "totals": totals.tolist()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
