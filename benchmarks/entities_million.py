"""One resolution in a process of its own: CPU seconds and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks.identity_world import KEY
from follow_money.engine import Engine
from follow_money.entities.resolve import resolve


def main(task: str) -> None:
    """Resolve what ``task`` (JSON: records, out, kept) names, and print what it took."""
    told = json.loads(task)
    records = {name: Path(path) for name, path in told["records"].items()}
    with Engine(threads=1, memory_gb=3) as engine:
        found = resolve(engine, records, Path(told["out"]), key=KEY, synthetic=True, kept=Path(told["kept"]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer = {
        "cpu": used.ru_utime + used.ru_stime,
        "gb": used.ru_maxrss / 1024**2,
        "entities": sum(found.entities.values()),
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
